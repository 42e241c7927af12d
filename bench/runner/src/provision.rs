//! The flash of a device as it leaves the factory: provisioned, with one confirmed image.
//!
//! Written from the layout alone, as a production line would; the device's own code has no part in
//! it.

use menu::{
    Anchor, BootRecord, Entry, Feature, Floor, Layout, Lifecycle, MAX_ANCHORS, Origin, Provision, Slot, SlotHeader,
};
use publisher::{Deliverable, Role, Signer};
use scenario::Profile;
use scenario::model::Version;

use crate::maker::{self, Maker};
use crate::play::Subject;
use crate::trouble::Trouble;

/// The flash of a device of this subject that runs `version`, confirmed, from slot A.
pub(crate) fn flash(
    maker: &Maker<'_>,
    layout: &Layout,
    profile: &Profile,
    subject: &Subject,
    version: Version,
) -> Result<Vec<u8>, Trouble> {
    layout.check().map_err(|error| Trouble::Bench { what: format!("the rig's flash layout is wrong: {error:?}") })?;
    let provision = Provision {
        lifecycle: Lifecycle::Lab,
        trial_attempts: profile.trial_attempts,
        features: subject.features,
        vendor: maker::VENDOR,
        class: maker::CLASS,
        watchdog_ms: profile.watchdog_ms,
        trial_ms: profile.trial_ms,
        anchors: anchors(maker.keys().signer(Role::Release)),
        battery: profile.battery,
    };
    let deliverable = maker.deliverable(&maker::genuine(version), subject)?;
    let mut flash = vec![0xff; layout.flash_bytes as usize];
    put(&mut flash, layout.provision.offset_bytes, &provision.to_bytes());
    put(&mut flash, layout.floor.offset_bytes, &Floor { count: 1, sequence: version.sequence() }.to_bytes());
    put(&mut flash, layout.journal.offset_bytes, &BootRecord { count: 1, active: Slot::A, trial: None }.to_bytes());
    install(&mut flash, layout, Slot::A.into(), &deliverable)?;
    if subject.features.has(Feature::Recovery) {
        install(&mut flash, layout, Origin::Recovery, &maker.recovery(subject)?)?;
    }
    Ok(flash)
}

/// Puts a deliverable's image where the first stage looks for it.
fn install(flash: &mut [u8], layout: &Layout, origin: Origin, deliverable: &Deliverable) -> Result<(), Trouble> {
    let head = &deliverable.bytes[deliverable.map.head.clone()];
    let [component] = deliverable.map.components.as_slice() else {
        return Err(Trouble::Bench { what: "a factory image has one component".to_owned() });
    };
    let image = &deliverable.bytes[component.payload.clone()];
    let region = layout.image_of(origin);
    if image.len() > region.size_bytes as usize {
        let what = format!("the image has {} bytes, a slot holds {}", image.len(), region.size_bytes);
        return Err(Trouble::Bench { what });
    }
    // Both are bounded by the slot's size, a u32.
    let header = SlotHeader { head_bytes: head.len() as u32, image_bytes: image.len() as u32 };
    let at = layout.origin(origin).offset_bytes;
    put(flash, at, &header.to_bytes());
    put(flash, at + SlotHeader::BYTES as u32, head);
    put(flash, region.offset_bytes, image);
    Ok(())
}

fn anchors(release: &Signer) -> [Option<Anchor>; MAX_ANCHORS] {
    let mut point = [0; 64];
    point.copy_from_slice(&release.public_sec1()[1..]);
    let mut anchors = [None; MAX_ANCHORS];
    anchors[0] = Some(Anchor { key_id: release.key_id(), point });
    anchors
}

fn put(flash: &mut [u8], at: u32, bytes: &[u8]) {
    flash[at as usize..at as usize + bytes.len()].copy_from_slice(bytes);
}
