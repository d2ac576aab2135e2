"""The page's three rules for signatures against cases that neither it nor the program made."""

import hashlib
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.web.conftest import SECONDS
from tests.web.keys import P256_ORDER

HERE = Path(__file__).parent
LIBSODIUM_ACCEPTS = {3}
ZIP215_ACCEPTS = {0, 1, 2, 3, 4, 5, 9, 10, 11}
NEGATIVE_ZERO = "01" + "00" * 30 + "80"
"""R with x = 0 and its sign set: a point to ZIP-215, none to RFC 8032."""


def judge(workshop: Path, asked: Sequence[tuple[str, str, str, str]]) -> list[bool]:
    """What the page says of each (rule, key, message, signature)."""
    done = subprocess.run(
        ["node", str(HERE / "signatures.mjs"), str(workshop)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    said: list[bool] = json.loads(done.stdout)
    return said


def test_speccheck_cases_are_accepted_as_zip_215_and_as_libsodium_say(workshop: Path, vector_dir: Path) -> None:
    cases = json.loads((vector_dir / "ed25519-speccheck" / "cases.json").read_bytes())
    for rule, accepted in (("validator", ZIP215_ACCEPTS), ("ed25519", LIBSODIUM_ACCEPTS)):
        said = judge(workshop, [(rule, case["pub_key"], case["message"], case["signature"]) for case in cases])
        assert {index for index, good in enumerate(said) if good} == accepted


def test_wycheproof_ed25519_cases_come_out_as_expected(workshop: Path, vector_dir: Path) -> None:
    """Wycheproof judges by RFC 8032. ZIP-215 differs in one case."""
    document = json.loads((vector_dir / "wycheproof" / "ed25519_test.json").read_bytes())
    cases = [(group["publicKey"]["pk"], case) for group in document["testGroups"] for case in group["tests"]]
    wanted = [case["result"] == "valid" for _, case in cases]
    said = judge(workshop, [("ed25519", key, case["msg"], case["sig"]) for key, case in cases])
    assert said == wanted
    other = judge(workshop, [("validator", key, case["msg"], case["sig"]) for key, case in cases])
    differing = {case["sig"][:64] for (_, case), one, two in zip(cases, wanted, other, strict=True) if one != two}
    assert differing == {NEGATIVE_ZERO}


def test_wycheproof_p256_cases_come_out_as_expected_but_for_a_high_s(workshop: Path, vector_dir: Path) -> None:
    document = json.loads((vector_dir / "wycheproof" / "ecdsa_secp256r1_sha256_p1363_test.json").read_bytes())
    asked, wanted = [], []
    for group in document["testGroups"]:
        point = EllipticCurvePublicKey.from_encoded_point(
            SECP256R1(), bytes.fromhex(group["publicKey"]["uncompressed"])
        )
        key = point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint).hex()
        for case in group["tests"]:
            asked.append(("p256", key, hashlib.sha256(bytes.fromhex(case["msg"])).hexdigest(), case["sig"]))
            is_low = int(case["sig"][64:] or "0", 16) <= P256_ORDER // 2
            wanted.append(case["result"] == "valid" and is_low)
    assert judge(workshop, asked) == wanted
    assert 0 < sum(wanted) < len(wanted)
