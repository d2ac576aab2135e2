"""Sound papers, and every way to cheat that we know: where it is refuted, and by which check."""

import base64
from collections.abc import Callable
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from app.core.wire import comet_pb2 as comet
from app.core.wire import ics23_pb2 as ics23
from app.core.wire import registry_pb2 as registry
from tests.web.blocks import ABSENT, FOR_BLOCK, FOR_NIL, light_block, members, time_of
from tests.web.keys import ed25519_key, p256_key
from tests.web.papers import BALANCES, CHECKED, CUSTODIAN, HEIGHT, VOUCHER, Paper, address_of, base
from tests.web.trees import absence, u64

NEXT = members("b", "c", "d", "e")
LATER = members("e", "f", "g", "h")
BRIDGE = light_block(HEIGHT - 2, bytes(32), NEXT, LATER)

SOUND = {
    "divisible": Paper(),
    "zero balance": Paper(user=2),
    "one user": Paper(balances=(150,)),
    "exactly covered": Paper(kept=((CUSTODIAN, sum(BALANCES)),)),
    "unique": Paper(unique=True, kept=((CUSTODIAN, 5),), user=3),
    "P-256 and a checker": Paper(**CHECKED),
    "held, then countersigned": Paper(held=bytes(16), **CHECKED),
    "signed with the checker's key": Paper(
        **CHECKED, change_header=lambda header: header.update(key=ed25519_key("checker").text)
    ),
    "further accounts, one of them without a holding": Paper(kept=((5, 0), (CUSTODIAN, 2_499), (9, 1)), absent=(5,)),
    "a validator for nil": Paper(flags=(FOR_BLOCK, FOR_NIL, FOR_BLOCK, FOR_BLOCK)),
    "a validator absent": Paper(flags=(FOR_BLOCK, FOR_BLOCK, FOR_BLOCK, ABSENT)),
    "other validators, one at a time": Paper(validators=NEXT),
    "other validators, with a block in between": Paper(validators=members("d", "e", "f", "g"), light=(BRIDGE,)),
    "published a day later": Paper(seconds_later=86_400),
    "published in the very next block": Paper(published=HEIGHT + 1),
}


def _anchor(change: Callable[[comet.LightBlock], None], of: str = "snapshot") -> Callable[[Any], None]:
    def apply(file: Any) -> None:
        block = comet.LightBlock.FromString(base64.b64decode(file[of]["anchor"]))
        change(block)
        file[of]["anchor"] = base(block.SerializeToString())

    return apply


def _bytes(name: str, change: Callable[[bytes], bytes]) -> Callable[[Any], None]:
    def apply(file: Any) -> None:
        file["publication"][name] = base(change(base64.b64decode(file["publication"][name])))

    return apply


def _swap(part: str, name: str, one: int, other: int) -> Callable[[Any], None]:
    def apply(file: Any) -> None:
        values = file[part][name]
        values[one], values[other] = values[other], values[one]

    return apply


def _neighbours_elsewhere(file: Any) -> None:
    lie = ics23.CommitmentProof.FromString(base64.b64decode(file["snapshot"]["proofs"][2]))
    told = ics23.CommitmentProof.FromString(absence(LIAR.state(), b"nothing"))
    told.nonexist.key = lie.nonexist.key
    file["snapshot"]["proofs"][2] = base(told.SerializeToString())


def _set(*path: str | int, to: Any) -> Callable[[Any], None]:
    def apply(file: Any) -> None:
        place = file
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = to

    return apply


def _step(depth: int, total: int) -> str:
    return (bytes([depth]) + bytes(32) + total.to_bytes(16, "big")).hex()


def _same_signature(block: comet.LightBlock) -> None:
    signatures = block.signed_header.commit.signatures
    signatures[1].signature = signatures[0].signature


def _swap_signatures(transaction: registry.Transaction) -> None:
    first, second = (registry.Signature.FromString(one.SerializeToString()) for one in transaction.signatures)
    transaction.signatures[0].CopyFrom(second)
    transaction.signatures[1].CopyFrom(first)


def _wrong_hash(leaf_op: Any) -> Callable[[Any], None]:
    def apply(file: Any) -> None:
        proof = ics23.CommitmentProof.FromString(base64.b64decode(file["snapshot"]["proofs"][0]))
        leaf_op(proof.exist)
        file["snapshot"]["proofs"][0] = base(proof.SerializeToString())

    return apply


def _voucher(state: dict[bytes, Any]) -> Any:
    return state[b"voucher/" + VOUCHER]


def _account(state: dict[bytes, Any]) -> Any:
    return state[b"account/" + address_of(f"account {CUSTODIAN}")]


def _piece(state: dict[bytes, Any]) -> Any:
    return state[b"piece/" + VOUCHER + u64(3)]


LIAR = Paper(kept=((5, 3), (CUSTODIAN, 2_500)), absent=(5,), liar=True)
UNIQUE = Paper(unique=True, kept=((CUSTODIAN, 5),))
NINE = Paper(kept=((CUSTODIAN, 2_499), (9, 1)))


def _turned(file: Any) -> str:
    place = bytearray.fromhex(file["leaf"]["position"])
    place[0] ^= 128
    return place.hex()


SOUND_ABSENCE = SOUND["further accounts, one of them without a holding"].file()["snapshot"]["proofs"][2]
CHEATS: dict[str, tuple[Paper, str, str]] = {
    # the file
    "a field more": (Paper(change_file=_set("note", to="")), "format", "fields"),
    "a field less": (Paper(change_file=lambda file: file["leaf"].pop("salt")), "format", "fields"),
    "a number with a zero in front": (Paper(change_file=_set("leaf", "balance", to="0150")), "format", "number"),
    "a balance below zero": (Paper(change_file=_set("leaf", "balance", to="-1")), "format", "number"),
    "a balance of 2^128": (Paper(change_file=_set("leaf", "balance", to=str(2**128))), "format", "number"),
    "a digest cut short": (Paper(change_file=_set("leaf", "salt", to="00" * 31)), "format", "length"),
    "hex in capitals": (Paper(change_file=_set("leaf", "salt", to="AB" * 32)), "format", "hex"),
    "base64 spelled otherwise": (Paper(change_file=_set("publication", "transaction", to="AAB=")), "format", "base64"),
    "accounts that do not rise": (NINE.but(change_header=lambda h: h["accounts"].reverse()), "format", "accounts"),
    "the custodian not among its accounts": (
        Paper(change_header=_set("custodian", "account", to="8")),
        "format",
        "accounts",
    ),
    "a unique voucher that counts twice": (UNIQUE.but(change_file=_set("leaf", "balance", to="2")), "format", "serial"),
    "a serial of a divisible voucher": (Paper(change_file=_set("leaf", "serial", to="1")), "format", "serial"),
    "a state proof too many": (
        Paper(change_file=lambda f: f["snapshot"]["proofs"].append(f["snapshot"]["proofs"][0])),
        "format",
        "proofs",
    ),
    "an account shown to be absent": (
        Paper(change_file=lambda f: f["snapshot"]["proofs"].__setitem__(1, SOUND_ABSENCE)),
        "format",
        "proofs",
    ),
    "light blocks twice": (Paper(light=(BRIDGE, BRIDGE)), "format", "light-blocks"),
    "a validator whose address is another's": (
        Paper(change_file=_anchor(lambda b: setattr(b.validator_set.validators[3], "address", b"\xff" * 20))),
        "format",
        "validators",
    ),
    "powers that come with a proposer": (
        Paper(change_file=_anchor(lambda b: setattr(b.validator_set, "total_voting_power", 40))),
        "format",
        "encoding",
    ),
    "another fact": (Paper(change_entry=lambda entry: setattr(entry, "rename", b"")), "format", "fact"),
    "no action": (Paper(change_body=lambda body: body.ClearField("attest_custody")), "format", "transaction"),
    "a varint longer than it need be": (
        Paper(change_file=_bytes("entry", lambda raw: raw[:1] + b"\xa0\x00" + raw[2:])),
        "format",
        "encoding",
    ),
    "a message without anything": (
        Paper(change_file=_bytes("transaction", lambda raw: raw + b"\x12\x00")),
        "format",
        "transaction",
    ),
    "an unknown field": (Paper(change_file=_bytes("transaction", lambda raw: raw + b"\x18\x01")), "format", "encoding"),
    # the user and the tree
    "somebody else's paper": (Paper(user=1), "user", "user"),
    "depths that do not fall": (Paper(change_file=_set("path", to=[_step(9, 1), _step(9, 1)])), "tree", "tree-depth"),
    "a sum that overflows": (Paper(change_file=_set("path", to=[_step(9, 2**128 - 1)])), "tree", "tree-sum"),
    "a serial in another's place": (UNIQUE.but(change_file=_set("leaf", "serial", to="4")), "tree", "tree-position"),
    "a sibling behind the top": (Paper(change_file=lambda f: f["path"].append(_step(0, 1))), "tree", "tree-depth"),
    "the top given as a leaf": (Paper(change_file=_set("path", to=[])), "publication", "said-root"),
    "a larger balance": (Paper(change_file=_set("leaf", "balance", to="151")), "publication", "said-root"),
    "one branch that weighs less": (
        Paper(change_file=lambda f: f["path"].__setitem__(-1, f["path"][-1][:66] + "00" * 16)),
        "publication",
        "said-root",
    ),
    "a position turned at one bit": (
        Paper(change_file=lambda f: f["leaf"].update(position=_turned(f))),
        "publication",
        "said-root",
    ),
    # trust
    "another chain id": (Paper(change_header=_set("chain_id", to="harbour-2")), "trust-root", "chain"),
    "a block above both anchors": (
        Paper(light=(light_block(99, bytes(32), members("a", "b", "c", "d")),)),
        "finality",
        "light-order",
    ),
    "a block of the past": (
        Paper(light=(light_block(HEIGHT + 1, bytes(32), members("a", "b", "c", "d")),)),
        "finality",
        "light-order",
    ),
    "a header turned at one bit": (
        Paper(change_file=_anchor(lambda b: setattr(b.signed_header.header, "app_hash", bytes(32)))),
        "finality",
        "light-hash",
    ),
    "fewer than two thirds": (Paper(flags=(FOR_BLOCK, FOR_BLOCK, FOR_NIL, ABSENT)), "finality", "light-two-thirds"),
    "exactly two thirds": (
        Paper(validators=members("a", "b", "c"), flags=(FOR_BLOCK, FOR_BLOCK, ABSENT)),
        "finality",
        "light-two-thirds",
    ),
    "a forged signature": (Paper(change_file=_anchor(_same_signature)), "finality", "light-signature"),
    "a forged signature after the others were enough": (
        Paper(change_file=_anchor(lambda b: setattr(b.signed_header.commit.signatures[3], "signature", bytes(64)))),
        "finality",
        "light-signature",
    ),
    "a signature in another's place": (
        Paper(
            change_file=_anchor(
                lambda b: setattr(b.signed_header.commit.signatures[3], "validator_address", b"\1" * 20)
            )
        ),
        "finality",
        "light-places",
    ),
    "one validator in two places": (
        Paper(
            change_file=_anchor(
                lambda b: b.signed_header.commit.signatures[1].CopyFrom(b.signed_header.commit.signatures[0])
            )
        ),
        "finality",
        "light-twice",
    ),
    "a place too few": (
        Paper(change_file=_anchor(lambda b: b.signed_header.commit.signatures.__delitem__(3))),
        "finality",
        "light-places",
    ),
    "an absent validator with a time": (
        Paper(
            flags=(2, 2, 2, 1),
            change_file=_anchor(
                lambda b: b.signed_header.commit.signatures[3].timestamp.CopyFrom(Timestamp(seconds=1))
            ),
        ),
        "finality",
        "light-commit",
    ),
    "announced validators that do not come": (
        Paper(light=(light_block(HEIGHT, bytes(32), members("a", "b", "c", "d"), NEXT),)),
        "finality",
        "light-next",
    ),
    "an older state": (Paper(change_header=_set("height", to="11")), "snapshot", "snapshot-height"),
    "another block": (Paper(change_header=_set("block_hash", to="00" * 32)), "snapshot", "block-hash"),
    "an earlier time on a higher block": (
        Paper(light=(light_block(HEIGHT - 1, bytes(32), members("a", "b", "c", "d"), time=time_of(HEIGHT + 1)),)),
        "finality",
        "light-order",
    ),
    "validators other than the header names": (Paper(claimed=members("a", "b", "c", "e")), "finality", "validators"),
    # what is held
    "a state of its own": (Paper(change_file=_set("snapshot", "log_size", to="7")), "custody", "app-hash"),
    "a value of its own": (
        Paper(
            change_file=_wrong_hash(
                lambda proof: setattr(proof, "value", registry.Voucher(issuer=9).SerializeToString())
            )
        ),
        "custody",
        "map-root",
    ),
    "a proof with a length in front": (
        Paper(change_file=_wrong_hash(lambda proof: setattr(proof.leaf, "length", 1))),
        "custody",
        "map-layout",
    ),
    "a voucher applied for": (
        Paper(change_state=lambda s: setattr(_voucher(s), "state", registry.VOUCHER_STATE_APPLIED)),
        "custody",
        "voucher-state",
    ),
    "a voucher of the other kind": (
        Paper(change_state=lambda s: setattr(_voucher(s).terms, "kind", registry.KIND_UNIQUE)),
        "custody",
        "voucher-kind",
    ),
    "more than it holds": (Paper(change_header=_set("accounts", 0, "balance", to="9999")), "custody", "balance"),
    "an account under another number": (
        Paper(change_state=lambda s: setattr(_account(s), "id", 8)),
        "custody",
        "account-number",
    ),
    "a key of somebody else": (
        Paper(change_state=lambda s: _account(s).keys.__delitem__(0)),
        "custody",
        "custodian-key",
    ),
    "a piece of somebody else": (
        UNIQUE.but(change_state=lambda s: setattr(_piece(s), "owner", bytes(20))),
        "custody",
        "piece-owner",
    ),
    "a piece redeemed": (
        UNIQUE.but(change_state=lambda s: setattr(_piece(s), "end", registry.PIECE_END_REDEEMED)),
        "custody",
        "piece-end",
    ),
    "another account's proof": (NINE.but(change_file=_swap("snapshot", "proofs", 1, 3)), "custody", "map-key"),
    "neighbours of another place": (LIAR.but(change_file=_neighbours_elsewhere), "custody", "map-neighbours"),
    # what was published
    "an entry of another height": (
        Paper(change_entry=lambda e: setattr(e, "height", 13)),
        "publication",
        "publication-height",
    ),
    "published before it was counted": (Paper(published=HEIGHT), "finality", "light-order"),
    "published more than a day later": (Paper(seconds_later=86_401), "publication", "publication-time"),
    "published earlier than counted": (Paper(seconds_later=-1), "publication", "publication-time"),
    "an entry that is not in the log": (
        Paper(change_file=_set("publication", "log_index", to="5")),
        "publication",
        "log-root",
    ),
    "a log path cut short": (
        Paper(change_file=lambda f: f["publication"]["log_path"].pop()),
        "publication",
        "log-path",
    ),
    "a log path drawn out": (
        Paper(change_file=lambda f: f["publication"]["log_path"].append(base(bytes(32)))),
        "publication",
        "log-path",
    ),
    "an index beyond the log": (
        Paper(change_file=_set("publication", "log_index", to="8")),
        "publication",
        "log-index",
    ),
    "another voucher's publication": (
        Paper(change_fact=lambda f: setattr(f, "voucher", bytes(16))),
        "publication",
        "said-voucher",
    ),
    "a smaller total on the chain": (Paper(change_fact=lambda f: setattr(f, "total", 5)), "publication", "said-total"),
    "another statement": (
        Paper(change_fact=lambda f: setattr(f, "statement", bytes(32))),
        "publication",
        "said-statement",
    ),
    "other accounts on the chain": (
        NINE.but(change_fact=lambda f: f.accounts.append(11)),
        "publication",
        "said-accounts",
    ),
    "published by somebody else": (
        Paper(change_entry=lambda e: setattr(e, "sender", bytes(20))),
        "publication",
        "publication-sender",
    ),
    # who signed
    "another transaction": (
        Paper(change_entry=lambda e: setattr(e, "transaction_hash", bytes(32))),
        "signature",
        "transaction-hash",
    ),
    "a transaction of another chain": (
        Paper(change_body=lambda b: setattr(b, "chain_id", "harbour-2")),
        "signature",
        "signature-chain",
    ),
    "a forged transaction": (
        Paper(change_transaction=lambda t: setattr(t.signatures[0], "signature", bytes(64))),
        "signature",
        "signature-bad",
    ),
    "a signature of 63 bytes": (
        Paper(change_transaction=lambda t: setattr(t.signatures[0], "signature", bytes(63))),
        "signature",
        "signature-bad",
    ),
    "signatures in another order": (
        Paper(**CHECKED, change_transaction=_swap_signatures),
        "signature",
        "signature-signer",
    ),
    "an approver who is not in the body": (
        Paper(**CHECKED, change_body=lambda b: b.ClearField("approvers")),
        "signature",
        "signature-approvers",
    ),
    "another action": (Paper(change_body=lambda b: b.rename.SetInParent()), "signature", "signature-action"),
    "another sum signed than published": (
        Paper(change_body=lambda b: setattr(b.attest_custody, "total", 1)),
        "signature",
        "signature-action",
    ),
    "a countersignature of something else": (
        Paper(held=bytes(16), change_body=lambda b: setattr(b.countersign, "held", b"\1" * 16)),
        "signature",
        "signature-action",
    ),
    "a key that did not sign": (
        Paper(
            change_header=lambda h: h.update(key=p256_key("other").text),
            change_state=lambda s: _account(s).keys.append(registry.AccountKey(key=p256_key("other").message)),
        ),
        "signature",
        "signature-key",
    ),
    # enough
    "less than it owes": (Paper(kept=((CUSTODIAN, 2_499),)), "coverage", "coverage"),
    "less than it owes when it published": (Paper(result=2_499), "coverage", "coverage-later"),
    "a result cut short": (Paper(change_entry=lambda e: setattr(e, "result", b"\xff" * 7)), "coverage", "result"),
}
