//! Looks into a program for the instructions that its backends consist of.
//!
//! A program that says "software" and holds `sha256rnds2` is not what it says; one that says
//! "accelerated" and does not hold it cannot be. Every function is disassembled from its symbol on,
//! so that constants which look like instructions do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};

use crate::BenchError;
use crate::accelerator::{Accelerator, Trace};
use crate::twin::Side;

/// Where an instruction was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How often.
    pub count: usize,
    /// The first function that holds it.
    pub function: String,
}

/// What a program holds of the instructions that were looked for.
#[derive(Clone, Debug, Default)]
pub struct Findings(BTreeMap<Trace, Found>);

impl Findings {
    /// What was found of one instruction.
    pub fn of(&self, trace: &Trace) -> Option<&Found> {
        self.0.get(trace)
    }

    /// Everything that was found.
    pub fn all(&self) -> impl Iterator<Item = (&Trace, &Found)> {
        self.0.iter()
    }

    /// Whether the program is what its side says, as far as one accelerator goes.
    ///
    /// # Errors
    /// What is there and should not be, or is missing.
    pub fn prove(&self, side: Side, accelerator: &Accelerator) -> Result<(), String> {
        let found = accelerator.traces.iter().find_map(|trace| Some((trace, self.of(trace)?)));
        match (side, found) {
            (Side::Software, None) | (Side::Accelerated, Some(_)) => Ok(()),
            (Side::Software, Some((trace, found))) => Err(format!(
                "the software program holds `{}`, in {}: it is not what it says",
                trace.mnemonic, found.function
            )),
            (Side::Accelerated, None) => {
                Err(format!("the accelerated program holds no instruction of {}", accelerator.name))
            }
        }
    }
}

/// Looks for instructions in a program.
///
/// # Errors
/// The file cannot be read, or is no program.
pub fn look_into(path: &Path, traces: &BTreeSet<Trace>) -> Result<Findings, BenchError> {
    let data = std::fs::read(path).map_err(|source| BenchError::File { path: path.to_owned(), source })?;
    let binary = |source| BenchError::Binary { path: path.to_owned(), source };
    let file = object::File::parse(data.as_slice()).map_err(binary)?;
    let mut findings = Findings::default();
    for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0) {
        let Some(section) = symbol.section_index().and_then(|index| file.section_by_index(index).ok()) else {
            continue;
        };
        let code = section.data_range(symbol.address(), symbol.size()).map_err(binary)?.unwrap_or_default();
        let name = symbol.name().unwrap_or_default();
        visit(code, symbol.address(), |mnemonic| {
            for trace in traces.iter().filter(|trace| trace.mnemonic == mnemonic && name.contains(trace.function)) {
                let found = findings
                    .0
                    .entry(*trace)
                    .or_insert_with(|| Found { count: 0, function: format!("{:#}", rustc_demangle::demangle(name)) });
                found.count += 1;
            }
        });
    }
    Ok(findings)
}

/// Names every instruction of a function that matters here.
#[cfg(target_arch = "x86_64")]
fn visit(code: &[u8], address: u64, mut see: impl FnMut(&'static str)) {
    use iced_x86::{Decoder, DecoderOptions, Mnemonic};
    const OF_ANY_WIDTH: [(Mnemonic, &str); 8] = [
        (Mnemonic::Sha1rnds4, "sha1rnds4"),
        (Mnemonic::Sha256rnds2, "sha256rnds2"),
        (Mnemonic::Aesenc, "aesenc"),
        (Mnemonic::Aesdec, "aesdec"),
        (Mnemonic::Vaesenc, "vaesenc"),
        (Mnemonic::Vaesdec, "vaesdec"),
        (Mnemonic::Pclmulqdq, "pclmulqdq"),
        (Mnemonic::Vpclmulqdq, "vpclmulqdq"),
    ];
    const WIDE: [(Mnemonic, &str); 2] = [(Mnemonic::Vpaddq, "vpaddq"), (Mnemonic::Vpaddd, "vpaddd")];
    for instruction in &mut Decoder::with_ip(64, code, address, DecoderOptions::NONE) {
        let target = instruction.op0_register();
        let wide = if target.is_ymm() || target.is_zmm() { WIDE.as_slice() } else { &[] };
        let mut known = OF_ANY_WIDTH.iter().chain(wide);
        if let Some((_, name)) = known.find(|(mnemonic, _)| *mnemonic == instruction.mnemonic()) {
            see(name);
        }
    }
}

/// Names every instruction of a function that matters here. Encodings are the Arm ARM's, C7.2.
#[cfg(target_arch = "aarch64")]
fn visit(code: &[u8], _address: u64, mut see: impl FnMut(&'static str)) {
    const ENCODINGS: [(u32, u32, &str); 6] = [
        (0xffe0_fc00, 0x5e00_0000, "sha1c"),
        (0xffe0_fc00, 0x5e00_4000, "sha256h"),
        (0xffe0_fc00, 0xce60_8000, "sha512h"),
        (0xffff_fc00, 0x4e28_4800, "aese"),
        (0xffff_fc00, 0x4e28_5800, "aesd"),
        (0xbfe0_fc00, 0x0ee0_e000, "pmull"),
    ];
    for word in code.chunks_exact(4) {
        let word = u32::from_le_bytes(word.try_into().expect("chunks are four bytes long"));
        if let Some((_, _, name)) = ENCODINGS.iter().find(|(mask, value, _)| word & mask == *value) {
            see(name);
        }
    }
}

/// There is nothing to look for on other processors: the crates detect nothing there.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn visit(_code: &[u8], _address: u64, _see: impl FnMut(&'static str)) {}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: Accelerator =
        Accelerator { name: "SHA", offered: &[], traces: &[Trace { mnemonic: "sha256rnds2", function: "" }] };

    #[test]
    fn a_side_is_proved_by_what_it_holds() {
        let nothing = Findings::default();
        let found = Found { count: 3, function: "compress".to_owned() };
        let something = Findings(BTreeMap::from([(SHA.traces[0], found)]));
        assert!(nothing.prove(Side::Software, &SHA).is_ok());
        assert!(nothing.prove(Side::Accelerated, &SHA).is_err());
        assert!(something.prove(Side::Accelerated, &SHA).is_ok());
        let fault = something.prove(Side::Software, &SHA).expect_err("software must not hold it");
        assert!(fault.contains("compress"), "{fault}");
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn instructions_are_recognised_in_machine_code() {
        let code = [
            0x0f, 0x38, 0xcb, 0xc1, // sha256rnds2 xmm0, xmm1
            0x66, 0x0f, 0x38, 0xdc, 0xc1, // aesenc xmm0, xmm1
            0xc5, 0xfd, 0xd4, 0xc1, // vpaddq ymm0, ymm0, ymm1
            0xc5, 0xf9, 0xd4, 0xc1, // vpaddq xmm0, xmm0, xmm1: not wide
            0x48, 0xb8, 0x0f, 0x38, 0xcb, 0xc1, 0, 0, 0, 0, // mov rax, a constant that looks like one
        ];
        let mut seen = Vec::new();
        visit(&code, 0, |mnemonic| seen.push(mnemonic));
        assert_eq!(seen, ["sha256rnds2", "aesenc", "vpaddq"]);
    }
}
