"""What the naive twin knows of the state: how each thing is stored, by hand, with no code of `app`."""

from dataclasses import dataclass
from typing import Any

from tests.registry.naive_reader import ED25519, P256
from tests.registry.rawproto import bytes_field, canonical, varint

ALGORITHMS = {"ed25519": ED25519, "p256": P256}
PARTIES = {"operator": 1, "bookkeeper": 2, "partner": 3, "user": 4, "regulator": 5}
PERMISSIONS = {"identity": 1, "evidence": 2, "voucher": 3}
LEVELS = ("registered", "anonymous", "phone", "real-name", "certificate")
ROLES = ("maker", "checker", "administrator")
DUTIES = (*("evidence", "agreement", "identity", "voucher", "access", "keys", "admission", "order", "governance"),)
ACTIONS = {
    **{name: number for number, name in enumerate(("notarize", "propose", "approve"), 16)},
    **{name: n for n, name in enumerate(("change_keys", "set_thresholds", "rename", "countersign", "discard"), 20)},
    **{name: number for number, name in enumerate(("admit", "amend", "suspend", "resume", "record_order"), 30)},
    **{name: n for n, name in enumerate(("enrol", "certify", "revoke_certification", "recognise", "reset_key"), 40)},
    **{name: number for number, name in enumerate(("freeze", "unfreeze", "grant", "withdraw_grant"), 45)},
    **{name: n for n, name in enumerate(("open_agreement", "confirm_agreement", "retract_confirmation"), 50)},
    **{name: n for n, name in enumerate(("apply_voucher", "create_voucher", "decline_voucher", "manage_voucher"), 60)},
    **{name: number for number, name in enumerate(("allocate", "transfer", "split", "merge", "redeem"), 64)},
    **{name: number for number, name in enumerate(("expire", "supervise", "attest_custody", "assign_custody"), 69)},
}
"""Of all actions in a body; the facts that they leave in the log have the same."""

Seat = tuple[int, int]
"""Voting power, and the numeric ID of the account that answers for it."""


@dataclass
class Ballot:
    """A proposal and who is for it."""

    proposer: bytes
    wish: dict[str, Any]
    approvals: set[bytes]
    decided: bool


def encode_parameters(rules: dict[str, Any]) -> bytes:
    """The parameters as stored."""
    names = ("validity_window", "quota_period_seconds", "quota_offset_seconds")
    costs = b"".join(
        bytes_field(4, canonical((1, number), (2, rules["action_costs"][name]))) for name, number in ACTIONS.items()
    )
    levels = b"".join(
        bytes_field(7, canonical((1, level), (2, rules["level_points"][name]))) for level, name in enumerate(LEVELS, 1)
    )
    numbers = [(number, rules[name]) for number, name in enumerate(names, 1)]
    sizes = canonical((5, rules["bytes_per_point"]), (6, rules["max_transaction_bytes"]))
    share = canonical((8, rules["approval_numerator"]), (9, rules["approval_denominator"]))
    upgrade = canonical((11, encode_upgrade(rules["upgrade"]) if rules["upgrade"] else None), (12, rules["version"]))
    return canonical(*numbers) + costs + sizes + levels + share + canonical((10, packed(rules["stopped"]))) + upgrade


def encode_key(key: dict[str, Any]) -> bytes:
    """A key as stored."""
    return encode_signer((ALGORITHMS[key["algorithm"]], bytes.fromhex(key["key"])))


def encode_signer(key: tuple[int, bytes]) -> bytes:
    """A key as stored."""
    return canonical((1, key[0]), (2, key[1]))


def encode_account(account: dict[str, Any]) -> bytes:
    """An account as stored."""
    keys = [
        (5, canonical((1, encode_key(key)), (2, key["label"]), (3, packed(ordered(ROLES, key["roles"])))))
        for key in account["keys"]
    ]
    thresholds = [
        (10, canonical((1, duty), (2, account["thresholds"][name])))
        for duty, name in enumerate(DUTIES, 1)
        if name in account["thresholds"]
    ]
    return canonical(
        *((1, bytes.fromhex(account["address"])), (2, account["id"]), (3, account["name"])),
        *((4, PARTIES[account["party"]]), *keys),
        (6, packed(sorted(PERMISSIONS[name] for name in account["permissions"]))),
        *((7, bytes.fromhex(account["agreement"])), (8, account["quota_points"]), (9, 1), *thresholds),
    )


def ordered(names: tuple[str, ...], chosen: list[str]) -> list[int]:
    """The numbers of names, ascending."""
    return sorted(names.index(name) + 1 for name in chosen)


def packed(numbers: list[int] | tuple[int, ...]) -> bytes:
    """Numbers one behind the other."""
    return b"".join(map(varint, numbers))


def small_name(name: str) -> bytes:
    """A name under which nobody else may stand: capitals of ASCII made small, wide parentheses narrow."""
    narrow = name.replace("（", "(").replace("）", ")")
    return "".join(letter.lower() if letter.isascii() else letter for letter in narrow).encode()


def encode_wish(wish: dict[str, Any]) -> bytes:
    """What was proposed, as it was sent."""
    return canonical((1, wish["document"]), (2, wish["deadline"])) + encode_change(wish)


def encode_change(wish: dict[str, Any]) -> bytes:
    """The one change that is wished for; written out even when it says nothing."""
    seat, settings, emergency = wish["validator"], wish["settings"], wish["emergency"]
    if seat is not None:
        return bytes_field(16, canonical((1, seat["key"]), (2, seat["power"]), (3, seat["account"])))
    if settings is not None:
        rows = [canonical((1, row["setting"]), (2, row["subject"]), (3, row["value"])) for row in settings["settings"]]
        return bytes_field(17, b"".join(bytes_field(1, row) for row in rows))
    if wish["upgrade"] is not None:
        return bytes_field(18, encode_upgrade(wish["upgrade"]))
    return bytes_field(19, canonical((1, packed(emergency["actions"])), (2, emergency["lifted"])))


def encode_upgrade(upgrade: dict[str, Any]) -> bytes:
    """An upgrade as proposed and as stored."""
    return canonical((1, upgrade["height"]), (2, upgrade["version"]), (3, upgrade["release"]))


def encode_ballot(ballot: Ballot) -> bytes:
    """A proposal as stored."""
    approvals = [(3, address) for address in sorted(ballot.approvals)]
    return canonical((1, ballot.proposer), (2, encode_wish(ballot.wish)), *approvals, (4, int(ballot.decided)))
