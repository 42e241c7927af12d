//! Keys follow from the seed, are kept once, and are never overwritten.
//!
//! A key that silently changes between runs turns every later refusal into a riddle.

use std::collections::BTreeSet;
use std::fs;

use publisher::{Keyring, PublisherError, Role};
use sha2::{Digest, Sha256};

fn public_keys(keyring: &Keyring) -> [[u8; 65]; 3] {
    Role::ALL.map(|role| keyring.signer(role).public_sec1())
}

#[test]
fn the_same_seed_gives_the_same_keys_and_another_seed_others() {
    assert_eq!(public_keys(&Keyring::generate(1)), public_keys(&Keyring::generate(1)));
    let keys: BTreeSet<_> =
        [0, 1, u64::MAX].into_iter().flat_map(|seed| public_keys(&Keyring::generate(seed))).collect();
    assert_eq!(keys.len(), 9, "three roles of three seeds share nothing");
}

#[test]
fn a_key_is_an_uncompressed_point_and_its_id_the_start_of_its_hash() {
    let keyring = Keyring::generate(1);
    let signer = keyring.signer(Role::Release);
    assert_eq!(signer.public_sec1()[0], 4);
    assert_eq!(signer.key_id(), Sha256::digest(signer.public_sec1())[..8]);
}

#[test]
fn role_names_are_those_of_scenario_files() {
    assert_eq!(Role::ALL.map(Role::name), ["release", "attacker", "other-product"]);
    for role in Role::ALL {
        assert_eq!(Role::from_name(role.name()), Some(role));
    }
    assert_eq!(Role::from_name("nobody"), None);
    assert_eq!(Role::from_name("Release"), None);
}

#[test]
fn nothing_secret_shows_in_debug_output() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let keyring = Keyring::load_or_create(folder.path(), 1).expect("a fresh folder");
    let shown = format!("{keyring:?}");
    assert!(!shown.contains("PRIVATE"));
    assert_eq!(shown, format!("{:?}", Keyring::generate(2)), "no key shows at all");
}

#[test]
fn kept_keys_survive_another_seed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let nested = folder.path().join("keys").join("bench");
    let made = Keyring::load_or_create(&nested, 1).expect("a fresh folder");
    assert_eq!(public_keys(&made), public_keys(&Keyring::generate(1)));
    let kept = Keyring::load_or_create(&nested, 2).expect("keys made above");
    assert_eq!(public_keys(&kept), public_keys(&made));
    let names: BTreeSet<_> =
        fs::read_dir(&nested).expect("made above").map(|e| e.expect("readable").file_name()).collect();
    assert_eq!(names, ["attacker.pem", "other-product.pem", "release.pem"].map(Into::into).into());
}

#[test]
fn a_missing_key_is_made_and_the_others_stay() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = Keyring::load_or_create(folder.path(), 1).expect("a fresh folder");
    fs::remove_file(folder.path().join("attacker.pem")).expect("made above");
    let mended = Keyring::load_or_create(folder.path(), 2).expect("one key is missing");
    let other = Keyring::generate(2);
    let attacker = mended.signer(Role::Attacker).public_sec1();
    assert_eq!(attacker, other.signer(Role::Attacker).public_sec1());
    let release = mended.signer(Role::Release).public_sec1();
    assert_eq!(release, made.signer(Role::Release).public_sec1());
}

#[cfg(unix)]
#[test]
fn kept_keys_are_for_the_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    Keyring::load_or_create(folder.path(), 1).expect("a fresh folder");
    for role in Role::ALL {
        let path = folder.path().join(format!("{}.pem", role.name()));
        let mode = fs::metadata(&path).expect("made above").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_damaged_key_is_named_and_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("attacker.pem");
    for content in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "something else"] {
        fs::write(&path, content).expect("a writable folder");
        let error = Keyring::load_or_create(folder.path(), 1).expect_err("not a key");
        assert!(matches!(&error, PublisherError::KeyFormat { path: named, .. } if *named == path));
        assert!(error.to_string().starts_with(&path.display().to_string()));
        assert_eq!(fs::read_to_string(&path).expect("still there"), content);
    }
}

#[test]
fn a_key_that_cannot_be_read_or_kept_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key_is_a_folder = folder.path().join("release.pem");
    fs::create_dir(&key_is_a_folder).expect("a writable folder");
    let error = Keyring::load_or_create(folder.path(), 1).expect_err("a folder is not a key");
    assert!(matches!(error, PublisherError::KeyRead { path, .. } if path == key_is_a_folder));

    let folder_is_a_file = folder.path().join("file");
    fs::write(&folder_is_a_file, "").expect("a writable folder");
    let error = Keyring::load_or_create(&folder_is_a_file, 1).expect_err("a file is not a folder");
    assert!(matches!(error, PublisherError::KeyFolder { path, .. } if path == folder_is_a_file));
}

#[test]
fn two_roles_with_one_key_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Keyring::load_or_create(folder.path(), 1).expect("a fresh folder");
    let path = |name: &str| folder.path().join(name);
    fs::copy(path("release.pem"), path("other-product.pem")).expect("made above");
    let error = Keyring::load_or_create(folder.path(), 1).expect_err("they are the same");
    let PublisherError::KeyShared { first, second } = error else { panic!("not {error}") };
    assert_eq!([first, second], [path("release.pem"), path("other-product.pem")]);
}
