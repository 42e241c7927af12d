//! A whole update by somebody else's client: from hello to the new version, running and confirmed.
//!
//! A forged update comes first: a client that is told nothing of a refusal would be no witness of a
//! success either.

use std::fs;
use std::time::Duration;

use crate::attached::{Attached, RIGS, Told, has_qemu, within};
use crate::tools::{Client, Image, mcumgrctl, smpmgr};

const OLD: &str = "2.1.0";
const NEW: &str = "2.1.1";
/// How long a device may take to boot into an update and confirm it.
const BOOT: Duration = Duration::from_secs(60);

#[test]
fn smpmgr_updates_a_device() {
    for rig in RIGS.iter().filter(|rig| has_qemu(rig)) {
        if let Some(client) = smpmgr() {
            updates(rig, &client);
        }
    }
}

#[test]
fn mcumgrctl_updates_a_device() {
    for rig in RIGS.iter().filter(|rig| has_qemu(rig)) {
        if let Some(client) = mcumgrctl() {
            updates(rig, &client);
        }
    }
}

fn updates(rig: &str, client: &Client) {
    let device = Attached::start(&["attach", rig, "--runs", OLD], Told::OnOutput);
    let pty = device.row("pty");
    assert!(client.echo(pty, "hello").contains("hello"));
    assert_eq!(client.images(pty), Some(vec![image(OLD, ["true", "true", "false"])]));

    let forged = device.update().with_extension("forged");
    let mut bytes = fs::read(device.update()).expect("the bench has written it");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&forged, bytes).expect("the bench made the folder");
    let refused = client.upload(pty, &forged);
    assert!(!refused.status.success(), "a forged update was taken: {refused:?}");
    assert_eq!(client.images(pty).map(|images| images[0].clone()), Some(image(OLD, ["true", "true", "false"])));

    let taken = client.upload(pty, &device.update());
    assert!(taken.status.success(), "{taken:?}");
    let images = client.images(pty).expect("it answers");
    assert!(images.contains(&image(NEW, ["false", "false", "true"])), "{images:?}");

    client.reset(pty);
    let running = image(NEW, ["true", "true", "false"]);
    let runs = within(BOOT, || client.images(pty).filter(|images| images.contains(&running)));
    assert!(runs.is_some(), "{NEW} does not run and is not confirmed: {:?}", client.images(pty));
    assert_eq!(device.interrupt().code(), Some(0));
}

fn image(version: &str, [active, confirmed, pending]: [&str; 3]) -> Image {
    let [active, confirmed, pending] = [active, confirmed, pending].map(str::to_owned);
    Image { version: version.to_owned(), active, confirmed, pending }
}
