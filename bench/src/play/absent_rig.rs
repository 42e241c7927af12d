//! A rig that cannot be had here: skipped with the remedy, or an error where it is required.
//!
//! Every rig of this bench that tests can count on is there, so one that is not is made here.

use std::path::Path;

use publisher::Keyring;
use record::{KeySource, Verdict};
use rig::{Capabilities, Device, Firmware, ImageSpec, Layout, Method, Missing, Region, Rig, RigError, Setup};

use crate::exit::Exit;
use crate::library::Library;
use crate::outcome::{Finding, Outcome};
use crate::places::{PlaceArgs, Places};
use crate::play::Job;
use crate::rigs::{Chosen, Demand, Registry};
use crate::scene::Scene;

/// A board that somebody has unplugged.
struct Unplugged;

impl Rig for Unplugged {
    fn name(&self) -> &'static str {
        "unplugged"
    }

    fn method(&self) -> Method {
        Method::Silicon
    }

    fn ready(&self) -> Result<(), Missing> {
        Err(Missing { what: "the board is not plugged in".to_owned(), remedy: "plug it in".to_owned() })
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities(&[])
    }

    fn layout(&self) -> Layout {
        let nowhere = Region { offset_bytes: 0, size_bytes: 0 };
        Layout {
            sector_bytes: 0,
            flash_bytes: 0,
            provision: nowhere,
            floor: nowhere,
            journal: nowhere,
            slots: [nowhere, nowhere],
            recovery: nowhere,
        }
    }

    fn image(&self, _: &ImageSpec, _: &Firmware) -> Result<Vec<u8>, RigError> {
        Err(nobody())
    }

    fn recovery(&self, _: &Firmware) -> Result<Vec<u8>, RigError> {
        Err(nobody())
    }

    fn mutants(&self) -> &[&'static str] {
        &[]
    }

    fn device(&self, _: Setup) -> Result<Box<dyn Device>, RigError> {
        Err(nobody())
    }
}

fn nobody() -> RigError {
    RigError::Program { program: "unplugged".to_owned(), message: "nobody is there".to_owned() }
}

fn play(demand: Demand, folder: &Path) -> Outcome {
    let registry = Registry::built_in();
    let places = Places::find(&PlaceArgs { scenarios: None, profiles: None });
    let library = Library::open(&places, &registry).expect("the bundled profiles are valid");
    let files = library.named(&["wrong-vendor".to_owned()]).expect("it is bundled and valid");
    let job = Job {
        file: &files[0],
        profile: library.profile_of(&files[0].scenario),
        chosen: Chosen { rig: &Unplugged, demand },
        keys: &Keyring::generate(1),
        keys_from: KeySource::Seed,
        seed: 1,
        scene: &Scene::look_around(None),
        folder: folder.join("record"),
        repeat: "otabench scenario wrong-vendor".to_owned(),
    };
    job.play()
}

#[test]
fn a_rig_that_is_not_there_is_skipped_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let outcome = play(Demand::WhereAvailable, folder.path());
    assert_eq!(outcome.exit(), Exit::NothingRan);
    let Finding::Judged(judgement) = &outcome.finding else { panic!("{:?}", outcome.finding) };
    let skipped =
        Verdict::Skipped { missing: "the board is not plugged in".to_owned(), remedy: "plug it in".to_owned() };
    assert_eq!(judgement.verdict, skipped);
    assert!(outcome.record.is_some(), "what was skipped is recorded too");
}

#[test]
fn a_required_rig_that_is_not_there_is_an_error_of_the_machine() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let outcome = play(Demand::Required, folder.path());
    assert_eq!(outcome.exit(), Exit::Infrastructure);
    assert_eq!(outcome.exit().code(), 20);
    let trouble = outcome.trouble().expect("an error says why");
    assert!(
        trouble.message.contains("the rig `unplugged` is required: the board is not plugged in"),
        "{}",
        trouble.message
    );
    assert_eq!(trouble.help, "plug it in");
}
