"""Evidence of accounts that change in the record's own block, of users, and of records that several signed."""

from collections.abc import Callable
from pathlib import Path

import pytest

import app.registry.acting
import app.registry.law
from app.core.codec import encode
from app.core.hashing import sha256
from app.core.ids import derive_address
from app.core.keys import Algorithm
from app.core.record import derive_chain
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.evidence.proof import account_key
from tests.fakes.bundles import failed_step, verified
from tests.fakes.evidence import AGREEMENT, ClerkKey, Consortium, MadeEvidence, make_evidence

NEW_AGREEMENT = sha256(b"new agreement")
ORDER = wire.Order(document=bytes(32), authority="法院")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "bundle.asice"


def nonce(name: str) -> bytes:
    return sha256(name.encode())[:16]


def account_of(made: MadeEvidence) -> wire.Account:
    """The clerk's account after the newest block."""
    data = made.consortium.state.get(account_key(made.consortium.address(made.consortium.clerk)))
    return wire.Account.FromString(data or b"")


def facts_of(made: MadeEvidence, target: Path) -> dict[str, str]:
    """What the account's step found in a bundle that must be valid."""
    report = verified(made, target)
    assert (report.verdict, report.error) == (Verdict.VALID, None)
    return dict(report.steps[7].facts)


# ---- keys ------------------------------------------------------------------------------------------------------------
def revocation(chain: Consortium, key: ClerkKey, *added: ClerkKey) -> bytes:
    """The clerk's account gives up a key, and takes others."""
    change = wire.ChangeKeys(revoke=[key.public_key.to_wire()], add=[chain.new_key(each) for each in added])
    return chain.act(chain.clerk, nonce(f"revocation {key.public_key.data.hex()}"), change_keys=change)


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_key_that_signed_and_was_revoked_later_in_the_block_still_counts(target: Path, algorithm: Algorithm) -> None:
    chain = Consortium(clerk=ClerkKey(1, algorithm))
    made = make_evidence(consortium=chain, behind=[revocation(chain, chain.clerk, ClerkKey(9))])
    account = account_of(made)
    assert [each.key.data for each in account.keys] == [ClerkKey(9).public_key.data]
    assert [each.key.data for each in account.retired] == [chain.clerk.public_key.data]
    assert facts_of(made, target)["account"] == "10001"


def test_two_keys_that_signed_and_were_revoked_one_after_the_other_still_count(target: Path) -> None:
    checker = ClerkKey(8)
    chain = Consortium(checkers=(checker,))
    behind = [revocation(chain, checker, ClerkKey(9)), revocation(chain, chain.clerk)]
    made = make_evidence(consortium=chain, approvers=[checker], behind=behind)
    assert len(account_of(made).retired) == 2
    assert verified(made, target).verdict is Verdict.VALID


def without_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validators who collude and let anybody sign."""
    monkeypatch.setattr(app.registry.law, "check_keys", lambda transaction, account: None)
    monkeypatch.setattr(app.registry.acting, "check_roles", lambda account, signers, rule: None)


def test_a_key_that_was_revoked_in_an_earlier_block_does_not_count(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = Consortium()
    chain.add_block()
    chain.add_block([revocation(chain, chain.clerk, ClerkKey(9))])
    without_checks(monkeypatch)
    report = verified(make_evidence(consortium=chain, records=1), target)
    assert failed_step(report) == "account"
    assert "not one of the account's" in str(report.error)


# ---- several signatures ----------------------------------------------------------------------------------------------
CHECKERS = (ClerkKey(7, Algorithm.P256), ClerkKey(8))


def test_a_record_that_several_signed_is_valid_with_all_of_them(target: Path) -> None:
    made = make_evidence(consortium=Consortium(checkers=CHECKERS), approvers=CHECKERS)
    report = verified(made, target)
    assert report.verdict is Verdict.VALID
    assert report.parts is not None
    assert len(report.parts.transaction.signatures) == 3
    assert list(report.parts.entry.approvers) == [ClerkKey(8).public_key.encode(), CHECKERS[0].public_key.encode()]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda entry: entry.ClearField("approvers"),
        lambda entry: entry.approvers.pop(),
        lambda entry: entry.approvers.append(entry.approvers[0]),
        lambda entry: entry.approvers.reverse(),
        lambda entry: entry.approvers.__setitem__(0, ClerkKey(2).public_key.encode()),
    ],
    ids=["none", "one less", "one more", "another order", "another"],
)
def test_a_log_entry_that_names_other_approvers_than_signed_is_refuted(
    target: Path, tamper: Callable[[wire.LogEntry], object]
) -> None:
    def tamper_own(entry: wire.LogEntry) -> None:
        if entry.approvers:
            tamper(entry)

    chain = Consortium(checkers=CHECKERS, tamper=tamper_own)
    report = verified(make_evidence(records=1, consortium=chain, approvers=CHECKERS), target)
    assert failed_step(report) == "signature"
    assert "approvers of the log entry" in str(report.error)


def test_signatures_that_are_not_those_of_the_approvers_whom_the_body_names_are_refuted(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.registry.law, "check_signers", lambda transaction: None)
    chain = Consortium(checkers=CHECKERS)
    act = chain.act

    def signed_by_one_more(key: ClerkKey, own: bytes, approvers: object = (), **action: object) -> bytes:
        raw = wire.Transaction.FromString(act(key, own, **action))
        digest = sha256(b"luopu.transaction.v1\x00" + raw.body)
        more = CHECKERS[1]
        if key is chain.clerk:
            raw.signatures.add(key=more.public_key.to_wire(), signature=more.sign(digest))
        return encode(raw)

    monkeypatch.setattr(chain, "act", signed_by_one_more)
    report = verified(make_evidence(records=1, consortium=chain), target)
    assert failed_step(report) == "signature"
    assert "approvers of the transaction" in str(report.error)


def test_a_bad_signature_of_an_approver_is_refuted(target: Path) -> None:
    chain = Consortium(checkers=CHECKERS, is_signed=lambda key, digest, signature: True)
    checker = ClerkKey(8)
    checker.sign = lambda digest: bytes(64)  # type: ignore[method-assign]
    report = verified(make_evidence(records=1, consortium=chain, approvers=[checker]), target)
    assert failed_step(report) == "signature"
    assert checker.public_key.data.hex() in str(report.error)


def test_every_approver_s_key_is_one_of_the_account_s(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_checks(monkeypatch)
    report = verified(make_evidence(records=1, approvers=[ClerkKey(8)]), target)
    assert failed_step(report) == "account"
    assert ClerkKey(8).public_key.data.hex() in str(report.error)


# ---- agreement -------------------------------------------------------------------------------------------------------
def amendment(chain: Consortium, agreement: bytes = NEW_AGREEMENT) -> bytes:
    """The operator signs another agreement with the clerk's company."""
    wish = wire.Amend(account=10_001, permissions=[wire.PERMISSION_EVIDENCE], quota_points=9_999, agreement=agreement)
    return chain.act(chain.operator, nonce(agreement.hex()), amend=wish)


def test_an_agreement_that_was_renewed_later_in_the_block_does_not_refute_the_record(target: Path) -> None:
    chain = Consortium()
    behind = [amendment(chain), amendment(chain, sha256(b"newer yet"))]
    made = make_evidence(consortium=chain, behind=behind)
    assert (account_of(made).agreement_version, account_of(made).agreement) == (3, sha256(b"newer yet"))
    assert facts_of(made, target)["agreement"] == AGREEMENT.hex()


def test_an_agreement_that_was_renewed_before_is_the_one_of_the_record(target: Path) -> None:
    chain = Consortium()
    chain.add_block([amendment(chain)])
    assert facts_of(make_evidence(consortium=chain), target)["agreement"] == NEW_AGREEMENT.hex()


@pytest.mark.parametrize(("version", "agreement"), [(2, AGREEMENT), (2, bytes(32)), (3, NEW_AGREEMENT)])
def test_a_log_entry_cannot_name_the_present_version_with_another_agreement_nor_a_version_to_come(
    target: Path, version: int, agreement: bytes
) -> None:
    def tamper(entry: wire.LogEntry) -> None:
        if entry.WhichOneof("fact") == "evidence_record":
            entry.agreement_version, entry.agreement = version, agreement

    chain = Consortium(tamper=tamper)
    chain.add_block([amendment(chain)])
    report = verified(make_evidence(records=1, consortium=chain), target)
    assert failed_step(report) == "account"
    assert "agreement of the log entry" in str(report.error)


# ---- users -----------------------------------------------------------------------------------------------------------
USER = ClerkKey(20, Algorithm.P256)


def with_user(**options: object) -> Consortium:
    """A chain on which the other partner has enrolled a user, who is the one to sign from now on."""
    chain = Consortium(**options)  # type: ignore[arg-type]
    root = sha256(b"root")
    wish = wire.Enrol(key=chain.new_key(USER), level=wire.LEVEL_PHONE, root=root)
    chain.add_block([chain.act(chain.other, nonce("enrol"), enrol=wish)])
    chain.clerk = USER
    return chain


def test_of_a_user_the_log_names_the_partner_who_answers_and_its_agreement(target: Path) -> None:
    made = make_evidence(consortium=with_user())
    facts = facts_of(made, target)
    assert facts == {"account": "10004", "partner": "10002", "agreement": AGREEMENT.hex()}
    assert account_of(made).agreement == b""


def test_a_user_whose_partner_renews_its_agreement_or_takes_its_certification_back_later_in_the_block(
    target: Path,
) -> None:
    chain = with_user()
    amend = wire.Amend(account=10_002, permissions=[wire.PERMISSION_IDENTITY], agreement=NEW_AGREEMENT, quota_points=99)
    revoke = wire.RevokeCertification(account=10_004, reason=bytes(32))
    behind = [
        chain.act(chain.other, nonce("revoke"), revoke_certification=revoke),
        chain.act(chain.operator, nonce("amend"), amend=amend),
    ]
    made = make_evidence(consortium=chain, behind=behind)
    assert list(account_of(made).certifications) == []
    assert facts_of(made, target)["agreement"] == AGREEMENT.hex()


def test_a_user_whose_key_the_partner_resets_later_in_the_block(target: Path) -> None:
    chain = with_user()
    reset = wire.ResetKey(
        account=10_004, key=chain.new_key(ClerkKey(21)), application=bytes(32), authentication=bytes(32)
    )
    behind = [chain.act(chain.other, nonce("reset"), reset_key=reset)]
    made = make_evidence(consortium=chain, behind=behind)
    assert [each.key.data for each in account_of(made).keys] == [ClerkKey(21).public_key.data]
    assert facts_of(made, target)["partner"] == "10002"


def test_a_user_who_is_frozen_later_in_the_block(target: Path) -> None:
    chain = with_user()
    freeze = wire.Freeze(account=10_004, order=ORDER)
    made = make_evidence(consortium=chain, behind=[chain.act(chain.other, nonce("freeze"), freeze=freeze)])
    assert account_of(made).HasField("stop")
    assert facts_of(made, target)["account"] == "10004"


@pytest.mark.parametrize("is_user", [True, False], ids=["nobody for a user", "somebody for a partner"])
def test_who_answers_must_fit_the_account(target: Path, is_user: bool) -> None:
    def tamper(entry: wire.LogEntry) -> None:
        entry.partner = 0 if is_user else 10_002

    chain = with_user(tamper=tamper) if is_user else Consortium(tamper=tamper)
    report = verified(make_evidence(records=1, consortium=chain), target)
    assert failed_step(report) == "account"
    assert "who answers" in str(report.error)


def test_the_user_s_address_and_hash_chain_follow_from_its_first_key() -> None:
    made = make_evidence(consortium=with_user())
    address = derive_address(made.consortium.chain_id, USER.public_key)
    assert made.consortium.address(USER) == address == account_of(made).address
    head = made.consortium.state.get(b"chain/" + derive_chain(address, sha256(b"own 1")[:16]))
    assert wire.ChainHead.FromString(head or b"").sequence == 3
