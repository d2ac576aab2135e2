"""What became of a transaction, in full: the height, what came of it, and signer → partner → agreement version (3.6)."""

from collections.abc import Mapping

from app.cli.output import Speaker
from app.client.members import ActivityEntry, Names, SignerView
from app.client.receipt import Receipt
from app.core.keys import encode_key_text
from app.core.messages import action_name, clean, explain, moment_text, outcome_words
from app.core.plain import plain_of

ACCOUNT_BYTES, ID_BYTES = 8, 16
YES = b"\x01"
_RESULTS: Mapping[str, str] = {
    "enrol": "account",
    "admit": "account",
    "allocate": "first_serial",
    "split": "first_serial",
    "attest_custody": "balance",
}
"""Action → what its result counts."""
_FLAGS: Mapping[str, str] = {
    "confirm_agreement": "agreement_final",
    "retract_confirmation": "agreement_final",
    "propose": "decided",
    "approve": "decided",
}
"""Action → what its result says has happened."""
_IDS: Mapping[str, str] = {
    **dict.fromkeys(("open_agreement", "confirm_agreement", "retract_confirmation"), "agreement"),
    **dict.fromkeys(("propose", "approve"), "proposal"),
    **dict.fromkeys(("grant", "withdraw_grant"), "grant"),
    **dict.fromkeys(("hold", "countersign", "discard"), "held"),
    **dict.fromkeys(
        ("apply_voucher", "create_voucher", "decline_voucher", "manage_voucher", "allocate", "transfer", "split"),
        "voucher",
    ),
    **dict.fromkeys(("merge", "redeem", "expire", "supervise", "attest_custody", "assign_custody"), "voucher"),
}
"""Action → what the id is of that the receipt names."""


def outcome_of(entry: ActivityEntry) -> dict[str, object]:
    """What came of it: the account, the id, the first serial …, and whether something was decided by it."""
    told: dict[str, object] = {}
    made = entry.result[:ID_BYTES] if len(entry.result) >= ID_BYTES else entry.data
    if len(made) == ID_BYTES and entry.action in _IDS:
        told[_IDS[entry.action]] = made.hex()
    elif len(made) == ACCOUNT_BYTES:
        told["account"] = int.from_bytes(made, "big")
    if entry.action in _RESULTS and entry.result:
        told[_RESULTS[entry.action]] = int.from_bytes(entry.result, "big")
    if entry.action in _FLAGS:
        told[_FLAGS[entry.action]] = entry.result.endswith(YES) and len(entry.result) in {1, ID_BYTES + 1}
    return told


# ---- for people ------------------------------------------------------------------------------------------------------
def say_receipt(speaker: Speaker, receipt: Receipt) -> None:
    """The receipt of what stands in a block."""
    language = speaker.language
    entry, refusal = receipt.entry, receipt.refusal
    if entry is None:
        reason = "" if refusal is None else explain(refusal, language).sentence
        speaker.say(outcome_words("refused", language, reason=reason))
        speaker.pairs({speaker.words("height-name"): str(receipt.height), **_frame(speaker, receipt)})
        return
    done = outcome_words("final", language, height=entry.height)
    what = speaker.words("waits-on-chain") if entry.action == "hold" else action_name(entry.action, language)
    speaker.say(f"{what}  {done}")
    speaker.pairs(
        {
            **{
                speaker.words(f"came-{name}"): _result_text(speaker, value) for name, value in outcome_of(entry).items()
            },
            **_frame(speaker, receipt),
            speaker.words("signer"): signer_text(entry.signer),
            **_approvers(speaker, entry),
            speaker.words("account"): name_text(entry.names, entry.sender),
            speaker.words("who-answers"): name_text(entry.names, entry.partner or entry.sender),
            speaker.words("legal-agreement"): speaker.words(
                "agreement-version", version=entry.agreement.version, digest=entry.agreement.digest.hex()
            ),
        }
    )


def _frame(speaker: Speaker, receipt: Receipt) -> dict[str, str]:
    return {
        speaker.words("transaction"): receipt.transaction_hash.hex(),
        speaker.words("block-time"): moment_text(receipt.time_ns),
        speaker.words("cost"): speaker.words("points-spent", points=receipt.points),
    }


def _approvers(speaker: Speaker, entry: ActivityEntry) -> dict[str, str]:
    if not entry.approvers:
        return {}
    return {speaker.words("checked-by"): ", ".join(map(signer_text, entry.approvers))}


def _result_text(speaker: Speaker, value: object) -> str:
    return speaker.words("yes" if value else "no") if isinstance(value, bool) else str(value)


def signer_text(signer: SignerView) -> str:
    """A key with what its account calls it."""
    return f"{clean(signer.label)} {encode_key_text(signer.key)}".strip()


def name_text(names: Names, number: int) -> str:
    """An account's name with its number, as far as the node told."""
    known = names.get(number)
    return str(number) if known is None or not known.name else f"{clean(known.name)} {number}"


# ---- for programs ----------------------------------------------------------------------------------------------------
def entry_as_json(entry: ActivityEntry) -> dict[str, object]:
    """An entry of the log."""
    return {
        "index": entry.index,
        "height": entry.height,
        "time_ns": str(entry.time_ns),
        "transaction": entry.transaction_hash.hex(),
        "action": entry.action,
        "facts": plain_of(entry.fact),
        "sender": entry.sender,
        "signer": _signer_as_json(entry.signer),
        "approvers": [_signer_as_json(each) for each in entry.approvers],
        "partner": entry.partner or entry.sender,
        "agreement": {
            "digest": entry.agreement.digest.hex(),
            "version": entry.agreement.version,
            "since": entry.agreement.since,
        },
        "held": entry.held.hex() or None,
        "came": outcome_of(entry),
        "named": names_as_json(entry.names),
    }


def receipt_as_json(receipt: Receipt) -> dict[str, object]:
    """A receipt: `state` is "final", "held" (final, and waits for approvals) or "refused"."""
    told: dict[str, object] = {
        "state": state_of(receipt),
        "transaction": receipt.transaction_hash.hex(),
        "height": receipt.height,
        "time_ns": str(receipt.time_ns),
        "points": receipt.points,
        "code": None if receipt.refusal is None else receipt.refusal.code,
    }
    return told if receipt.entry is None else {**told, **entry_as_json(receipt.entry)}


def state_of(receipt: Receipt) -> str:
    """In a word."""
    if receipt.entry is None:
        return "refused"
    return "held" if receipt.entry.action == "hold" else "final"


def names_as_json(names: Names) -> list[dict[str, object]]:
    """Who is named, by number."""
    return [{"id": each.id, "name": each.name, "party": each.party} for _, each in sorted(names.items())]


def _signer_as_json(signer: SignerView) -> dict[str, str]:
    return {"key": encode_key_text(signer.key), "label": signer.label}
