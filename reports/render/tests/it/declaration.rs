//! What is wrong with a declaration is said where it is, all at once.
//!
//! A manufacturer writes it by hand, perhaps once a year, and has to get it right from the messages alone.

use render::Declaration;
use standards::standards;

use crate::samples::{DECLARATION, declaration};

fn errors(text: &str) -> String {
    let parsed = Declaration::parse("product.toml", text.as_bytes(), standards());
    parsed.expect_err("it is wrong on purpose").to_string()
}

#[test]
fn a_sound_declaration_is_read() {
    let declaration = declaration();
    assert!(declaration.claims("NTIA-CHECK-9"));
    assert_eq!(declaration.declines("NTIA-PROTECT-3"), Some("The image holds no secret; its source is public."));
    assert_eq!(declaration.declines("NTIA-CHECK-9"), None);
    assert_eq!(declaration.product.name, "Mast Gateway 4");
}

#[test]
fn everything_that_makes_no_sense_is_named_at_once() {
    let text = DECLARATION
        .replace("\"NTIA-REVERIFY-9\"", "\"NTIA-REVERFY-9\", \"NTIA-PROTECT-3\"")
        .replace("\"The image holds no secret; its source is public.\"", "\" \"")
        .replace("updated-by = \"SUIT envelope over SMP\"", "");
    snapbox::assert_data_eq!(errors(&text), snapbox::file!["golden/declaration-sense.txt"]);
}

#[test]
fn an_unknown_key_is_shown_with_a_caret() {
    let text = DECLARATION.replace("serial =", "serail =");
    snapbox::assert_data_eq!(errors(&text), snapbox::file!["golden/declaration-shape.txt"]);
}

#[test]
fn odd_bytes_are_refused_without_a_panic() {
    let parse = |bytes: &[u8]| Declaration::parse("product.toml", bytes, standards()).is_err();
    assert!(parse(b""));
    assert!(parse(b"\xff\xfe"));
    assert!(parse(&vec![b' '; render::MAX_DECLARATION_BYTES + 1]));
    assert!(parse("\u{feff}[product]".as_bytes()));
    assert!(parse(b"[product]\nname = 1\nmanufacturer = \"x\""));
}
