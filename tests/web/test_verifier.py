"""The page's verifier, run in Node: papers made by hand from the format, sound ones and every way to cheat that we know."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.blocks import members
from tests.web.cheats import CHEATS, SOUND
from tests.web.conftest import Checked
from tests.web.papers import CUSTODIAN, HEIGHT, PUBLISHED, Paper, address_of, pretty
from tests.web.trees import named

Check = Callable[..., Checked]

GENESIS = pretty(Paper().genesis)

STEPS = [
    "format",
    "user",
    "tree",
    "trust-root",
    "finality",
    "snapshot",
    "custody",
    "publication",
    "signature",
    "coverage",
]


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_paper_is_valid(check: Check, name: str) -> None:
    paper = SOUND[name]
    checked = check([paper.encode()], GENESIS, str(100 + paper.user))
    (report,) = checked.reports
    assert (report["verdict"], report["error"], report["missing"], checked.code) == ("valid", None, [], 0)
    assert [step["name"] for step in report["steps"] if step["passed"]] == STEPS


def test_the_report_says_what_a_reader_should_be_shown(check: Check) -> None:
    (report,) = check([SOUND["further accounts, one of them without a holding"].encode()], GENESIS).reports
    facts = {step["name"]: step["facts"] for step in report["steps"]}
    assert facts["user"] == {"account": "100", "address": address_of("user 0").hex()}
    assert facts["tree"]["balance"] == "150"
    assert {name: facts["custody"][name] for name in ("voucher_name", "decimals", "custodian_name", "custodian")} == {
        "voucher_name": "米票",
        "decimals": 2,
        "custodian_name": "粮仓",
        "custodian": str(CUSTODIAN),
    }
    assert facts["coverage"] == {
        "total": "2500",
        "held": "2500",
        "counted": "2500",
        "surplus": "0",
        "relation": "exact",
    }
    assert (facts["snapshot"]["height"], facts["publication"]["height"]) == (str(HEIGHT), str(PUBLISHED))


def test_absence_is_believed_where_it_is_true_and_nowhere_else(check: Check) -> None:
    """Accounts whose places lie here and there in the map, so that neighbours stand in every way."""
    numbers = (1, 2, 3, 4, 5, 6, 11, 12, 13, 14)
    honest = [Paper(kept=tuple(sorted(((one, 0), (CUSTODIAN, 2_500)))), absent=(one,)) for one in numbers]
    liars = [Paper(kept=tuple(sorted(((one, 3), (CUSTODIAN, 2_500)))), absent=(one,), liar=True) for one in numbers]
    reports = check([paper.encode() for paper in (*honest, *liars)], GENESIS).reports
    assert [report["verdict"] for report in reports[: len(numbers)]] == ["valid"] * len(numbers)
    said = [(report["error"]["step"], report["error"]["check"]) for report in reports[len(numbers) :]]
    assert said == [("custody", "map-neighbours")] * len(numbers)


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_is_refuted_where_it_cheats(check: Check, name: str) -> None:
    paper, step, wanted = CHEATS[name]
    (report,) = check([paper.encode()], GENESIS, "100").reports
    assert report["verdict"] == "refuted"
    assert (report["error"]["step"], report["error"]["check"]) == (step, wanted)
    assert [one["name"] for one in report["steps"]] == STEPS[: STEPS.index(step) + 1]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda raw: raw + b"\n", "canonical"),
        (lambda raw: raw[:-1], "json"),
        (lambda raw: raw.replace(b'"format"', b'"format":"","format"', 1), "json"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "json"),
        (lambda raw: raw.replace(b"luopu", b"l\xffopu", 1), "utf8"),
        (lambda raw: b" " * (1 << 20) + raw, "size"),
        (lambda raw: b"[" * 100_000, "json"),
        (lambda raw: b"{}", "fields"),
        (lambda raw: b"null", "type"),
        (lambda raw: b"", "json"),
    ],
)
def test_bytes_that_are_no_paper_are_refuted(check: Check, change: Callable[[bytes], bytes], wanted: str) -> None:
    (report,) = check([change(Paper().encode())], GENESIS).reports
    assert (report["verdict"], report["error"]["step"], report["error"]["check"]) == ("refuted", "format", wanted)


def test_without_a_genesis_nothing_is_valid_and_contradictions_are_still_found(check: Check) -> None:
    cheat, step, wanted = CHEATS["less than it owes"]
    sound, bad = check([Paper().encode(), cheat.encode()]).reports
    fingerprint = named("luopu.genesis.v1", json.dumps(Paper().genesis, **_CANONICAL).encode()).hex()
    assert (sound["verdict"], sound["error"]) == ("not-enough-trust", None)
    assert [(one["check"], one["expected"]) for one in sound["missing"]] == [("no-genesis", fingerprint)]
    assert (bad["verdict"], bad["error"]["step"], bad["error"]["check"]) == ("refuted", step, wanted)


_CANONICAL: dict[str, Any] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}


def test_a_paper_of_another_genesis_is_not_refuted_but_not_trusted(check: Check) -> None:
    other = Paper(change_header=lambda header: header.update(genesis_fingerprint="00" * 32))
    (report,) = check([other.encode()], GENESIS).reports
    assert (report["verdict"], report["error"]) == ("not-enough-trust", None)
    assert [(one["check"], one["expected"]) for one in report["missing"]] == [("other-genesis", "00" * 32)]
    assert [step["name"] for step in report["steps"] if step["skipped"]] == ["user", "trust-root", "finality"]


def test_validators_whom_nobody_trusted_are_missing_trust(check: Check) -> None:
    """Of the four of genesis only one signs: more than a third would be two."""
    strangers = Paper(validators=members("d", "e", "f", "g"))
    (report,) = check([strangers.encode()], GENESIS).reports
    assert (report["verdict"], report["error"]) == ("not-enough-trust", None)
    assert [one["check"] for one in report["missing"]] == ["trust-third"]


@pytest.mark.parametrize("account", ["100", address_of("user 0").hex(), address_of("user 0").hex().upper()])
def test_the_reader_may_be_named_by_number_or_address(check: Check, account: str) -> None:
    (report,) = check([Paper().encode()], GENESIS, account).reports
    assert report["verdict"] == "valid"
    assert "user" in [step["name"] for step in report["steps"] if step["passed"]]


@pytest.mark.parametrize(
    "genesis",
    [
        "",
        "[]",
        "{}",
        '{"a":1,"a":2}',
        GENESIS.replace('"10"', "10"),
        GENESIS.replace("Ed25519", "Bls"),
        GENESIS.replace("2023-11", "2023-13"),
    ],
)
def test_a_genesis_that_cannot_be_read_is_no_verdict(check: Check, genesis: str) -> None:
    checked = check([Paper().encode()], genesis)
    assert (checked.code, checked.reports) == (2, [])
    assert checked.complaint.startswith("genesis: ")
