"""Reads envelopes with tools that know nothing of otabench, and says what it sees.

    verify.py FOLDER

FOLDER holds `*.suit`, the kept key `release.pem`, and its public point `release.sec1` in hex. The
answer on stdout is a JSON object: file name -> observations. Nothing is judged here: a tampered
envelope has its expected observations as well, and the test compares.

cbor2 decodes and re-encodes, pycose checks ES256 (-7). pycose has no ESP256 (-9), so for that the
Sig_structure of RFC 9052 is put together here and `cryptography` checks it. `ecdsa` signs once more
with the same key, which pins the signature to RFC 6979 byte for byte.
"""

import hashlib
import json
import pathlib
import sys

import cbor2
import ecdsa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from pycose.keys import EC2Key
from pycose.messages import CoseMessage, Sign1Message

ES256, ESP256, SHA256 = -7, -9, -16
# Keys of the manifest and of its common part whose values are byte strings that hold CBOR.
COMMON, SHARED_SEQUENCE, SEQUENCES = 3, 4, (7, 9, 20)


class Reader:
    """Decodes items, and notes whether each is encoded as deterministically as cbor2 would."""

    def __init__(self):
        self.deterministic = True

    def read(self, encoded):
        value = cbor2.loads(encoded)
        if cbor2.dumps(value, canonical=True) != encoded:
            self.deterministic = False
        return value


class Key:
    """The release key, as each of the libraries wants it."""

    def __init__(self, folder):
        pem = (folder / "release.pem").read_bytes()
        self.public = serialization.load_pem_private_key(pem, None).public_key()
        self.ecdsa = ecdsa.SigningKey.from_pem(pem.decode())
        point = self.public.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        if point.hex() != (folder / "release.sec1").read_text():
            sys.exit("release.pem and release.sec1 are not one key")
        self.cose = EC2Key(crv="P_256", x=point[1:33], y=point[33:])


def main(folder):
    key = Key(folder)
    seen = {path.name: observe(path.read_bytes(), key) for path in sorted(folder.glob("*.suit"))}
    json.dump(seen, sys.stdout)


def observe(encoded, key):
    reader = Reader()
    tagged = reader.read(encoded)
    envelope = tagged.value
    wrapper = reader.read(envelope[2])
    manifest = reader.read(envelope[3])
    common = reader.read(manifest[COMMON])
    shared = commands(reader.read(common[SHARED_SEQUENCE]))
    for sequence in SEQUENCES:
        commands(reader.read(manifest[sequence]))

    names = [identifier[0].decode() for identifier in common[2]]
    payloads = [envelope["#" + name] for name in names]
    parameters = [argument for command, argument in shared if command == 20]
    image_digests = [
        reader.read(given[3]) == [SHA256, hashlib.sha256(payload).digest()]
        for given, payload in zip(parameters, payloads, strict=True)
    ]
    # The digest covers the manifest's byte string with its head.
    whole_manifest = hashlib.sha256(cbor2.dumps(envelope[3])).digest()
    observed = {
        "tag": tagged.tag,
        "sequence": manifest[2],
        "components": names,
        "sizes_hold": [p[14] == len(payload) for p, payload in zip(parameters, payloads)],
        "manifest_digest_holds": reader.read(wrapper[0]) == [SHA256, whole_manifest],
        "image_digests_hold": image_digests,
        "algorithm": None,
        "signature": "absent",
    }
    if len(wrapper) > 1:
        observed |= signature(reader, wrapper, key)
    return observed | {"deterministic": reader.deterministic}


def commands(sequence):
    """Pairs of command and argument."""
    return list(zip(sequence[::2], sequence[1::2], strict=True))


def signature(reader, wrapper, key):
    """The one COSE_Sign1 of the wrapper: its algorithm, and how it stands to the release key."""
    digest, block = wrapper
    tag = reader.read(block)
    protected, unprotected, payload, given = tag.value
    (alg_label, algorithm), = reader.read(protected).items()
    if (tag.tag, alg_label, unprotected, payload) != (18, 1, {}, None):
        return {"signature": "malformed"}
    to_be_signed = cbor2.dumps(["Signature1", protected, b"", digest])
    if algorithm == ES256:
        message = CoseMessage.decode(block)
        message.key = key.cose
        valid = isinstance(message, Sign1Message) and message.verify_signature(digest)
    else:
        valid = algorithm == ESP256 and verifies(key, given, to_be_signed)
    again = key.ecdsa.sign_deterministic(to_be_signed, hashlib.sha256)
    if valid and again != given:
        return {"algorithm": algorithm, "signature": "valid, but not by RFC 6979"}
    return {"algorithm": algorithm, "signature": "valid" if valid else "invalid"}


def verifies(key, given, message):
    r, s = int.from_bytes(given[:32], "big"), int.from_bytes(given[32:], "big")
    try:
        key.public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


main(pathlib.Path(sys.argv[1]))
