//! Sentences that stand in more than one format, so that they say the same everywhere.
//!
//! They are the report's promises and limits. Changing one changes what every report claims.

/// Which framework the statements are from.
pub(crate) const FRAMEWORK: &str = "“The framework” is the “Voluntary Framework for Enhancing Update Process \
     Security” of the NTIA multistakeholder process (United States), draft of 2017-10-31. Its statements are \
     paraphrased here.";

/// What was tested, where nobody declares a product.
pub(crate) const REFERENCE: &str = "The device under test is the bench's own reference firmware; no product \
     declaration says otherwise.";

/// What was tested, where a product is declared.
pub(crate) const DECLARED: &str = "That the device under test is this product is the word of its product declaration.";

/// Why a statement was not tested, where no scenario names it.
pub(crate) const NO_EVIDENCE: &str = "No record in this report is evidence for it.";

/// What a report never does.
pub(crate) const NO_CONFORMITY: &str = "This report issues no conformity and gives no score.";

/// What the four words mean.
pub(crate) const VERDICTS: [(&str, &str); 4] = [
    ("HELD", "the claim held in every way the scenario tries, and it broke on a device without the defence"),
    ("BROKEN", "it did not hold"),
    ("SKIPPED", "it could not be played here"),
    ("ERROR", "the bench failed, and nothing can be said"),
];

/// What bounds every report.
pub(crate) const LIMITS: [&str; 3] = [
    "What runs on a device is measured by the rig. What the device says about itself is compared with that and is \
     never evidence.",
    "Only the update process was tested, against the attacks and faults the scenarios describe. Nothing is said about \
     the rest of the device, about its cloud, or about how its keys are kept.",
    "Evidence supports, contradicts or is silent on a control. Conformity is for those to declare who are entitled to.",
];

/// What an unsigned report says on its first page.
pub(crate) const UNSIGNED: &str = "Nobody vouches for this report. Whoever passes it on could have changed it.";

/// What the crosswalk means.
pub(crate) const CROSSWALK: &str = "A control is supported where a claim that speaks of it held, contradicted where \
     one broke. The confidence says how much evidence for the statement is worth for the control; through one \
     statement alone it is at most partial. Shared evidence supports no control. None of this says that a control is \
     met. Paper still needed (— where the evidence is silent): a test is evidence for how a device behaves; where a \
     control also asks how it is designed, made or documented, documents are needed too.";

/// Why there are no measurements.
pub(crate) const NO_MEASUREMENTS: &str = "Missing: records hold what was seen, not how long it took. Crypto ratios, \
     cost per profile and how long plaintext or keys stay in memory need measurements, and none were given to this \
     report.";

/// Why there is no matrix.
pub(crate) const NO_MATRIX: &str = "Missing: what `otabench matrix` finds, every scenario on a device of every \
     profile, was not given to this report.";

/// Why nothing is claimed.
pub(crate) const NO_DECLARATION: &str = "Missing: no product declaration was given. With one, claims would stand here \
     beside their verdicts, and gaps on page one.";

/// How a run is repeated.
pub(crate) const REPEATING: &str = "Play a record again, in the folder of this report, with the command that stands \
     beside it: the record holds its scenario, its profile, its rig and its seed. On rigs that are simulated the same \
     bench gives a record of the same bytes. Where the command says `--keys DIR`, the run had keys of its own, and DIR \
     is for whoever keeps them.";

/// Where a command is to be typed.
pub(crate) const IN_THE_FOLDER: &str = "In the folder of this report, with otabench";
