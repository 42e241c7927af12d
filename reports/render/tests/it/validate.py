"""Reads every format of a report with tools nobody of this project wrote, and prints what they saw.

Usage: validate.py FOLDER. What they must have seen is in third_party.rs.
"""

import base64
import json
import pathlib
import shutil
import sys
import tempfile


def junit(folder):
    from junitparser import JUnitXml

    xml = JUnitXml.fromfile(str(folder / "junit.xml"))
    cases = [case for suite in xml for case in suite]
    results = [type(result).__name__ for case in cases for result in case.result]
    return {
        "suites": len(list(xml)),
        "cases": len(cases),
        "declared": [sum(s.tests for s in xml), sum(s.failures for s in xml), sum(s.errors for s in xml), sum(s.skipped for s in xml)],
        "failures": results.count("Failure"),
        "errors": results.count("Error"),
        "skipped": results.count("Skipped"),
    }


def statement(folder):
    from google.protobuf import json_format
    from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    text = json.loads((folder / "statement.intoto.json").read_text())
    pb = json_format.ParseDict(text, statement_pb2.Statement())
    Statement.copy_from_pb(pb).validate()
    predicate = json_format.ParseDict(text["predicate"], test_result_pb2.TestResult())
    return {
        "subjects": len(text["subject"]),
        "result": predicate.result,
        "passed": len(predicate.passed_tests),
        "warned": len(predicate.warned_tests),
        "failed": len(predicate.failed_tests),
    }


def envelope(folder):
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import VerificationError
    from securesystemslib.signer import SSlibKey

    text = (folder / "report.dsse.json").read_text()
    raw = json.loads(text)
    public = load_pem_public_key((folder / "signer.pem").read_bytes())
    key = SSlibKey.from_crypto(public, keyid=raw["signatures"][0]["keyid"])
    sound = Envelope.from_dict(json.loads(text))
    sound.verify([key], 1)
    forged = dict(raw, payload=base64.b64encode(sound.payload.replace(b"FAILED", b"PASSED")).decode())
    try:
        Envelope.from_dict(forged).verify([key], 1)
        caught = False
    except VerificationError:
        caught = True
    same = sound.payload == (folder / "statement.intoto.json").read_bytes().rstrip(b"\n")
    return {"verified": True, "forgery_caught": caught, "payload_is_the_statement": same}


def oscal(folder):
    from trestle.oscal.assessment_results import AssessmentResults

    model = AssessmentResults.oscal_read(folder / "oscal-assessment-results.json")
    results = model.results
    return {
        "version": model.metadata.oscal_version.model_dump(),
        "results": len(results),
        "observations": sum(len(r.observations or []) for r in results),
        "findings": sum(len(r.findings or []) for r in results),
    }


def cyclonedx(folder):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = (folder / "report.cdx.json").read_text()
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return {"error": None if error is None else str(error.data)[:500]}


def sarif(folder):
    from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

    log = Sarif.model_validate_json((folder / "report.sarif.json").read_text())
    kinds = [result.kind.value for run in log.runs for result in run.results]
    return {"runs": len(log.runs), "kinds": {kind: kinds.count(kind) for kind in sorted(set(kinds))}}


DAMAGE = {
    junit: ("junit.xml", "</testsuites>", ""),
    statement: ("statement.intoto.json", '"predicateType":"https', '"predicateKind":"https'),
    envelope: ("report.dsse.json", '"payloadType":"application/', '"payloadType":"text/'),
    oscal: ("oscal-assessment-results.json", '"import-ap":', '"import-plan":'),
    cyclonedx: ("report.cdx.json", '"declarations":', '"declarationz":'),
    sarif: ("report.sarif.json", '"kind":"pass"', '"kind":"conformant"'),
}


def notices_damage(check, folder):
    """Whether a tool says no to a file that is wrong: one that accepts everything proves nothing."""
    file, sound, damaged = DAMAGE[check]
    with tempfile.TemporaryDirectory() as copy:
        for path in folder.iterdir():
            if path.is_file():
                shutil.copy(path, copy)
        target = pathlib.Path(copy) / file
        text = target.read_text()
        assert sound in text, f"{file} holds no {sound}"
        target.write_text(text.replace(sound, damaged))
        try:
            seen = check(pathlib.Path(copy))
        except Exception:
            return True
        return bool(seen.get("error"))


def main():
    folder = pathlib.Path(sys.argv[1])
    seen = {check.__name__: check(folder) for check in DAMAGE}
    seen["notices_damage"] = {check.__name__: notices_damage(check, folder) for check in DAMAGE}
    print(json.dumps(seen))


main()
