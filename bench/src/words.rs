//! A scenario in words, for people who do not want to read its file.
//!
//! The words are those of the notation, so that what is shown can be found in the file.

use scenario::model::{
    Act, Action, Attacker, Behaviour, Cuts, Disturbance, Expect, Fault, FixUp, FlashPlace, Flip, Identity, Offer, Part,
    Place, Position, Recovery, Reset, Scenario, Signer, Size, Step, Tamper, Tear, Version, Weakness,
};

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[String], joiner: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {joiner} {last}", first.join(", ")),
    }
}

/// `1 claim`, `2 claims`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn quoted(names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("\"{name}\"")).collect()
}

/// What happens in a step.
pub(crate) fn action(step: &Step) -> String {
    match &step.action {
        Action::Offer(offered) => offer(offered),
        Action::PowerCycle => "power goes off and comes back".to_owned(),
        Action::FlipBits(flip) => format!("power goes off, {}, and power comes back", flipped(flip)),
        Action::Wait { ms } => format!("{ms} ms pass"),
        Action::Replay { session } => format!("the attacker plays back what he recorded in \"{session}\""),
        Action::Continue { offer } => format!("the client goes on with the offer of \"{offer}\""),
        Action::Rig(act) => act.to_string(),
    }
}

/// What must be seen after a step; `None` where nothing is expected.
pub(crate) fn expectation(expect: &Expect) -> Option<String> {
    let refused = expect.refused.map(|refusal| format!("refused: {refusal}"));
    let versions: Vec<String> = expect.runs.iter().map(Version::to_string).collect();
    let runs = (!versions.is_empty()).then(|| format!("runs {}", list(&versions, "or")));
    let recovers = (expect.recovery == Recovery::Runs).then(|| "the recovery image runs".to_owned());
    let halted = expect.halted.map(|halt| format!("halted: {halt}"));
    let regions: Vec<String> = expect.untouched.iter().map(|region| region.name().to_owned()).collect();
    let untouched = (!regions.is_empty()).then(|| format!("untouched: {}", list(&regions, "and")));
    let state = expect.as_after.as_ref().map(|step| format!("the state as after \"{step}\""));
    let parts: Vec<String> =
        refused.into_iter().chain(runs).chain(recovers).chain(halted).chain(untouched).chain(state).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What is wrong with the device of the teeth.
pub(crate) fn weakness(weakness: &Weakness) -> String {
    match weakness {
        Weakness::Without(feature) => format!("without `{feature}`"),
        Weakness::Mutant(name) => format!("mutant `{name}`"),
    }
}

/// What the attacker on the path does.
pub(crate) fn attacker(attacker: &Attacker) -> String {
    let place = match attacker.on {
        Place::UpdateLink => "on the update link",
    };
    let acts: Vec<String> = attacker.acts.iter().map(act).collect();
    let during = if attacker.during.is_empty() {
        "in every step".to_owned()
    } else {
        format!("in {}", list(&quoted(&attacker.during), "and"))
    };
    format!("{place}, {}, {during}", list(&acts, "and"))
}

/// What a sweep goes through; `None` where the scenario sweeps nothing.
pub(crate) fn sweep(scenario: &Scenario) -> Option<String> {
    if let Some(swept) = &scenario.fault {
        return Some(fault(swept));
    }
    let edits = scenario.attacker.iter().flat_map(|attacker| &attacker.acts).filter_map(|act| match act {
        Act::Edit(tamper) => Some(tamper),
        Act::Drop { .. } | Act::Duplicate { .. } | Act::Truncate { .. } => None,
    });
    let tampers = scenario.steps.iter().filter_map(|step| match &step.action {
        Action::Offer(offer) => offer.tamper.as_ref(),
        Action::PowerCycle
        | Action::FlipBits(_)
        | Action::Wait { .. }
        | Action::Replay { .. }
        | Action::Continue { .. }
        | Action::Rig(_) => None,
    });
    let swept = edits.chain(tampers).find(|tamper| tamper.at == Position::EveryByte)?;
    Some(tamper(swept))
}

/// Where power is cut and what that leaves.
pub(crate) fn fault(fault: &Fault) -> String {
    let cuts = match fault.cut_power {
        Cuts::EveryFlashOperation => "power cut in every flash operation",
    };
    let tears: Vec<String> = fault.tear.iter().map(|left| tear(*left).to_owned()).collect();
    format!("{cuts} of {}, leaving {} of it", list(&quoted(&fault.during), "and"), list(&tears, "or"))
}

/// What disturbs which steps.
pub(crate) fn disturbance(disturbance: &Disturbance) -> String {
    format!("{}, in {}", disturbance.what, list(&quoted(&disturbance.during), "and"))
}

fn tear(tear: Tear) -> &'static str {
    match tear {
        Tear::Nothing => "nothing",
        Tear::Half => "half",
        Tear::All => "all",
    }
}

fn offer(offer: &Offer) -> String {
    let mut words = vec![format!("offer {}", offer.version), signer(offer.signed_by).to_owned()];
    words.extend(behaviour(offer.behaves).map(str::to_owned));
    words.extend(identity(offer.vendor, "vendor"));
    words.extend(identity(offer.class, "class"));
    words.extend(offer.tamper.as_ref().map(|change| format!("with {}", tamper(change))));
    words.extend(match offer.size {
        Size::AsBuilt => None,
        Size::TooLarge => Some("an image one sector larger than a slot".to_owned()),
    });
    words.extend(match offer.reset {
        Reset::Asked => None,
        Reset::NotAsked => Some("without a reset afterwards".to_owned()),
    });
    words.join(", ")
}

fn flipped(flip: &Flip) -> String {
    let place = match flip.place {
        FlashPlace::NextImage => "the image that runs next",
        FlashPlace::NextHead => "the signed head of the image that runs next",
        FlashPlace::NextHeader => "the slot header of the image that runs next",
        FlashPlace::OtherImage => "the other slot's image",
        FlashPlace::BootRecord => "the boot record",
        FlashPlace::Floor => "the security floor",
        FlashPlace::Provisioning => "the provisioning record",
    };
    let bits = if flip.bits == 1 { "1 bit flips".to_owned() } else { format!("{} bits flip", flip.bits) };
    match flip.at {
        Position::Start => format!("{bits} in the first byte of {place}"),
        Position::Middle => format!("{bits} in the middle of {place}"),
        Position::End => format!("{bits} in the last byte of {place}"),
        Position::Filler => format!("{bits} in the filler of {place}"),
        Position::EveryByte => format!("{bits} in every byte of {place}"),
    }
}

fn signer(signer: Signer) -> &'static str {
    match signer {
        Signer::Release => "signed by the release key",
        Signer::Attacker => "signed by the attacker's key",
        Signer::OtherProduct => "signed by another product's key",
        Signer::Nobody => "signed by nobody",
    }
}

fn behaviour(behaviour: Behaviour) -> Option<&'static str> {
    match behaviour {
        Behaviour::Healthy => None,
        Behaviour::Hangs => Some("which hangs"),
        Behaviour::Crashes => Some("which crashes"),
        Behaviour::NeverConfirms => Some("which never confirms itself"),
        Behaviour::ConfirmsLate => Some("which confirms itself late"),
        Behaviour::RunsWild => Some("which runs wild"),
    }
}

fn identity(identity: Identity, of: &str) -> Option<String> {
    match identity {
        Identity::Own => None,
        Identity::Other => Some(format!("for another {of}")),
    }
}

fn act(act: &Act) -> String {
    match act {
        Act::Edit(change) => format!("edits what passes ({})", tamper(change)),
        Act::Drop { every } => format!("loses every {every}th packet"),
        Act::Duplicate { every: 1 } => "sends every packet twice".to_owned(),
        Act::Duplicate { every } => format!("sends every {every}th packet twice"),
        Act::Truncate { every } => format!("cuts every {every}th packet short"),
    }
}

fn tamper(tamper: &Tamper) -> String {
    let bits = if tamper.flip_bits == 1 { "1 bit".to_owned() } else { format!("{} bits", tamper.flip_bits) };
    let part = match tamper.what {
        Part::Payload => "payload",
        Part::Manifest => "manifest",
        Part::Signature => "signature",
        Part::Digest => "digest",
    };
    let place = match tamper.at {
        Position::Start => format!("in the first byte of the {part}"),
        Position::Middle => format!("in the middle of the {part}"),
        Position::End => format!("in the last byte of the {part}"),
        Position::Filler => format!("in the filler of the {part}, which no program uses"),
        Position::EveryByte => format!("in every byte of the {part} in turn"),
    };
    let fixed = match tamper.fix_up {
        FixUp::None => "",
        FixUp::UnkeyedDigests => ", and every digest that needs no key made to match",
    };
    format!("{bits} flipped {place}{fixed}")
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn a_list_reads_like_a_sentence() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(list(&words(&["a"]), "and"), "a");
        assert_eq!(list(&words(&["a", "b"]), "or"), "a or b");
        assert_eq!(list(&words(&["a", "b", "c"]), "and"), "a, b and c");
    }
}
