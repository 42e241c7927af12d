//! Every reason for which this crate rejects a deliverable, each with a number and a name.
//!
//! The numbers are stable: they go over the wire, into journals and into records, and are never
//! given to another reason. Where the draft numbers the thing that is not supported, the number
//! contains it: 1000 + envelope member, 2000 + manifest member, 3000 + common member,
//! 4000 + command, 5000 + parameter. To support one of them, delete its line and the arm that
//! returns it.

use core::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident = $number:literal, $name:literal;)*) => {
        /// Why a deliverable is rejected. One variant per reason; there is no "other".
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Reject {
            $($(#[$doc])* $reason = $number,)*
        }

        impl Reject {
            /// All reasons, in the order of their numbers.
            pub const ALL: &'static [Reject] = &[$(Reject::$reason,)*];

            /// The name of the reason, in kebab-case. As stable as the number.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Reject::$reason => $name,)*
                }
            }
        }
    };
}

impl Reject {
    /// The number of the reason, stable on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl core::error::Error for Reject {}

reasons! {
    // The encoding: RFC 8949 §4.2.1, deterministic encoding.
    /// The deliverable ends before its last item does.
    Truncated = 1, "truncated";
    /// An item reaches beyond the byte string that holds it.
    Overrun = 2, "overrun";
    /// Bytes follow the last item, of the deliverable or of a byte string.
    TrailingBytes = 3, "trailing-bytes";
    /// A string, array or map of indefinite length, or a stray "break".
    IndefiniteLength = 4, "indefinite-length";
    /// An integer, length or tag that would fit into fewer bytes.
    NonShortest = 5, "non-shortest";
    /// Additional information 28 to 30, which RFC 8949 §3 reserves.
    ReservedEncoding = 6, "reserved-encoding";
    /// An item of a type that this place cannot hold. Nested items where none belong end here.
    WrongType = 7, "wrong-type";
    /// A text string that is not UTF-8.
    NotUtf8 = 8, "not-utf8";
    /// A map holds the same key twice, or an envelope two payloads of one name.
    DuplicateKey = 9, "duplicate-key";
    /// Map keys out of canonical order, which §8.1 of the draft demands.
    UnsortedKeys = 10, "unsorted-keys";

    // The envelope: draft §8.2.
    /// Not a SUIT envelope: the first item is not tag 107.
    NotAnEnvelope = 100, "not-an-envelope";
    /// A manifest without envelope (tag 1070): it cannot carry a signature.
    BareManifest = 101, "bare-manifest";
    /// The head is longer than [`MAX_HEAD_BYTES`](crate::MAX_HEAD_BYTES).
    HeadTooLong = 102, "head-too-long";
    /// The first member is not the authentication wrapper.
    AuthenticationMissing = 103, "authentication-missing";
    /// The second member is not the manifest.
    ManifestMissing = 104, "manifest-missing";
    /// More integrated payloads than [`MAX_PAYLOADS`](crate::MAX_PAYLOADS).
    TooManyPayloads = 105, "too-many-payloads";
    /// An envelope member with an unknown number.
    UnknownEnvelopeMember = 106, "unknown-envelope-member";
    /// The name of an integrated payload is empty.
    NameEmpty = 107, "name-empty";
    /// The name of an integrated payload is longer than [`MAX_URI_BYTES`](crate::MAX_URI_BYTES).
    NameTooLong = 108, "name-too-long";
    /// An integrated payload is larger than [`MAX_PAYLOAD_BYTES`](crate::MAX_PAYLOAD_BYTES).
    PayloadTooLarge = 109, "payload-too-large";

    // Digests and authentication: draft §8.3 and §10, RFC 9052 §4.
    /// The authentication wrapper does not begin with a SUIT_Digest.
    DigestMissing = 120, "digest-missing";
    /// A SUIT_Digest that is not exactly an algorithm and its bytes.
    DigestShape = 121, "digest-shape";
    /// A digest algorithm other than SHA-256 (-16).
    DigestAlgorithm = 122, "digest-algorithm";
    /// A SHA-256 digest that is not 32 bytes long.
    DigestSize = 123, "digest-size";
    /// The envelope carries no signature.
    Unsigned = 124, "unsigned";
    /// More authentication blocks than [`MAX_SIGNATURES`](crate::MAX_SIGNATURES).
    TooManySignatures = 125, "too-many-signatures";
    /// A COSE_Mac0 (tag 17): whoever can check it can forge it.
    Mac0 = 126, "mac0";
    /// A COSE_Mac (tag 97): whoever can check it can forge it.
    Mac = 127, "mac";
    /// A COSE_Sign (tag 98), several signers in one block: use several blocks.
    SeveralSigners = 128, "several-signers";
    /// An authentication block that is no COSE structure known here.
    UnknownAuthentication = 129, "unknown-authentication";
    /// A COSE_Sign1 that is not an array of four.
    SignatureShape = 130, "signature-shape";
    /// The protected header names no algorithm.
    AlgorithmMissing = 131, "algorithm-missing";
    /// The algorithm stands in the unprotected header, where anyone can change it.
    AlgorithmUnprotected = 132, "algorithm-unprotected";
    /// HSS/LMS (-46), which this version does not verify.
    HssLms = 133, "hss-lms";
    /// A signature algorithm other than ES256 (-7) and ESP256 (-9).
    UnknownAlgorithm = 134, "unknown-algorithm";
    /// A COSE header parameter other than algorithm (1) and key id (4).
    UnknownCoseHeader = 135, "unknown-cose-header";
    /// A key id in both headers: RFC 9052 §3 forbids a label in both.
    TwoKeyIds = 136, "two-key-ids";
    /// The signature carries a payload; SUIT signatures are detached.
    PayloadAttached = 137, "payload-attached";
    /// An ES256 or ESP256 signature that is not 64 bytes long.
    SignatureSize = 138, "signature-size";

    // The manifest: draft §8.4.
    /// The manifest does not begin with its version.
    VersionMissing = 200, "version-missing";
    /// A manifest version other than 1.
    UnsupportedVersion = 201, "unsupported-version";
    /// The manifest has no sequence number.
    SequenceNumberMissing = 202, "sequence-number-missing";
    /// The manifest has no common block.
    CommonMissing = 203, "common-missing";
    /// A manifest member with an unknown number.
    UnknownManifestMember = 204, "unknown-manifest-member";
    /// The payload-fetch sequence (16) is severed: only its digest is in the manifest.
    SeveredPayloadFetch = 205, "severed-payload-fetch";
    /// The install sequence (20) is severed: only its digest is in the manifest.
    SeveredInstall = 206, "severed-install";
    /// The text (23) is severed. Devices have no use for it: leave it out of the manifest.
    SeveredText = 207, "severed-text";
    /// The common block names no components.
    ComponentsMissing = 208, "components-missing";
    /// A member of the common block with an unknown number.
    UnknownCommonMember = 209, "unknown-common-member";
    /// More components than [`MAX_COMPONENTS`](crate::MAX_COMPONENTS).
    TooManyComponents = 210, "too-many-components";
    /// Two components share an identifier.
    DuplicateComponent = 211, "duplicate-component";
    /// A component identifier without parts names nothing.
    ComponentIdEmpty = 212, "component-id-empty";
    /// A component identifier of more parts than [`MAX_ID_PARTS`](crate::MAX_ID_PARTS).
    ComponentIdTooLong = 213, "component-id-too-long";

    // Command sequences: draft §6.4 and §8.4.6.
    /// A command sequence without commands.
    SequenceEmpty = 300, "sequence-empty";
    /// A command without its argument.
    ArgumentMissing = 301, "argument-missing";
    /// A reporting policy beyond its four bits.
    ReportingPolicy = 302, "reporting-policy";
    /// A command number that the draft does not assign.
    UnknownCommand = 303, "unknown-command";
    /// A negative command number: a command of the author's own making.
    CustomCommand = 304, "custom-command";
    /// With several components, a sequence that does not begin by choosing one (§6.2).
    ComponentIndexMissing = 305, "component-index-missing";
    /// A component index beyond the list of components.
    ComponentIndexRange = 306, "component-index-range";
    /// The component index `true`, all components at once.
    ComponentIndexTrue = 307, "component-index-true";
    /// A list of component indices.
    ComponentIndexList = 308, "component-index-list";
    /// An override of no parameters.
    ParametersEmpty = 309, "parameters-empty";
    /// A parameter number that the draft does not assign.
    UnknownParameter = 310, "unknown-parameter";
    /// A negative parameter number: a parameter of the author's own making.
    CustomParameter = 311, "custom-parameter";
    /// A vendor or class identifier that is not 16 bytes long.
    IdentifierSize = 312, "identifier-size";
    /// A vendor identifier as CBOR PEN (tag 112) instead of a UUID.
    VendorPen = 313, "vendor-pen";
    /// An image of zero bytes.
    ImageSizeZero = 314, "image-size-zero";
    /// A payload URI that is empty.
    UriEmpty = 315, "uri-empty";
    /// A payload URI longer than [`MAX_URI_BYTES`](crate::MAX_URI_BYTES).
    UriTooLong = 316, "uri-too-long";
    /// A vendor identifier is overridden by a different one.
    ConflictingVendor = 317, "conflicting-vendor";
    /// A class identifier is overridden by a different one.
    ConflictingClass = 318, "conflicting-class";
    /// An image digest is overridden by a different one.
    ConflictingDigest = 319, "conflicting-digest";
    /// An image size is overridden by a different one.
    ConflictingSize = 320, "conflicting-size";
    /// A payload URI is overridden by a different one.
    ConflictingUri = 321, "conflicting-uri";

    // What the sequences order: draft §6.2, §7 and §8.4.9.
    /// A vendor check outside the shared sequence, so too late for the others.
    VendorCheckMisplaced = 340, "vendor-check-misplaced";
    /// A class check outside the shared sequence, so too late for the others.
    ClassCheckMisplaced = 341, "class-check-misplaced";
    /// An image check outside validate, install and payload-fetch.
    ImageCheckMisplaced = 342, "image-check-misplaced";
    /// A fetch outside install and payload-fetch.
    FetchMisplaced = 343, "fetch-misplaced";
    /// An invocation outside the invoke sequence.
    InvokeMisplaced = 344, "invoke-misplaced";
    /// A vendor check before any vendor identifier is set.
    VendorUnset = 345, "vendor-unset";
    /// A class check before any class identifier is set.
    ClassUnset = 346, "class-unset";
    /// An image check or a fetch before the digest is set.
    DigestUnset = 347, "digest-unset";
    /// A fetch before the image size is set.
    SizeUnset = 348, "size-unset";
    /// A fetch before the URI is set.
    UriUnset = 349, "uri-unset";
    /// An image check in install or payload-fetch before the image is fetched there.
    ImageCheckBeforeFetch = 350, "image-check-before-fetch";
    /// One component is fetched twice.
    FetchedTwice = 351, "fetched-twice";
    /// One component is invoked twice.
    InvokedTwice = 352, "invoked-twice";
    /// No component's vendor is checked.
    VendorNeverChecked = 353, "vendor-never-checked";
    /// No component's class is checked.
    ClassNeverChecked = 354, "class-never-checked";
    /// A component is fetched or invoked, but validate never checks its image.
    ImageNeverChecked = 355, "image-never-checked";

    // Registered, understood, and not supported: the number names the thing.
    /// A severed payload-fetch sequence travels in the envelope.
    EnvelopePayloadFetch = 1016, "envelope-member-16-payload-fetch";
    /// A severed install sequence travels in the envelope.
    EnvelopeInstall = 1020, "envelope-member-20-install";
    /// A severed text travels in the envelope.
    EnvelopeText = 1023, "envelope-member-23-text";
    /// A reference URI: nothing on the device would read it.
    ReferenceUri = 2004, "manifest-member-4-reference-uri";
    /// The manifest is itself a component (draft-ietf-suit-trust-domains).
    ManifestComponentId = 2005, "manifest-member-5-component-id";
    /// Text for people: nothing on the device would read it.
    Text = 2023, "manifest-member-23-text";
    /// The manifest depends on others (draft-ietf-suit-trust-domains).
    Dependencies = 3001, "common-member-1-dependencies";
    /// Condition component-slot.
    CommandComponentSlot = 4005, "command-5-component-slot";
    /// Condition check-content.
    CommandCheckContent = 4006, "command-6-check-content";
    /// Condition dependency-integrity (draft-ietf-suit-trust-domains).
    CommandDependencyIntegrity = 4007, "command-7-dependency-integrity";
    /// Condition is-dependency (draft-ietf-suit-trust-domains).
    CommandIsDependency = 4008, "command-8-is-dependency";
    /// Directive process-dependency (draft-ietf-suit-trust-domains).
    CommandProcessDependency = 4011, "command-11-process-dependency";
    /// Condition abort.
    CommandAbort = 4014, "command-14-abort";
    /// Directive try-each.
    CommandTryEach = 4015, "command-15-try-each";
    /// Directive write.
    CommandWrite = 4018, "command-18-write";
    /// Directive set-parameters (draft-ietf-suit-trust-domains).
    CommandSetParameters = 4019, "command-19-set-parameters";
    /// Directive copy.
    CommandCopy = 4022, "command-22-copy";
    /// Condition device-identifier.
    CommandDeviceIdentifier = 4024, "command-24-device-identifier";
    /// Directive swap.
    CommandSwap = 4031, "command-31-swap";
    /// Directive run-sequence.
    CommandRunSequence = 4032, "command-32-run-sequence";
    /// Parameter component-slot.
    ParameterComponentSlot = 5005, "parameter-5-component-slot";
    /// Parameter strict-order.
    ParameterStrictOrder = 5012, "parameter-12-strict-order";
    /// Parameter soft-failure.
    ParameterSoftFailure = 5013, "parameter-13-soft-failure";
    /// Parameter content.
    ParameterContent = 5018, "parameter-18-content";
    /// Parameter encryption-info (draft-ietf-suit-firmware-encryption).
    ParameterEncryptionInfo = 5019, "parameter-19-encryption-info";
    /// Parameter source-component.
    ParameterSourceComponent = 5022, "parameter-22-source-component";
    /// Parameter invoke-args.
    ParameterInvokeArgs = 5023, "parameter-23-invoke-args";
    /// Parameter device-identifier.
    ParameterDeviceIdentifier = 5024, "parameter-24-device-identifier";
    /// Parameter fetch-arguments.
    ParameterFetchArguments = 5025, "parameter-25-fetch-arguments";
}
