"""Asks a node for what a statement about holdings stands on: proofs of the state and of transactions, attestations,
assignments, and who the users of a list are (white paper 3.4.3).

Guarantees: every answer has the types, lengths and number of parts that were asked for, about what was asked for; anything
else is a DecodingError. Nothing is verified here (`app.client.stated`).
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from app.client.answers import decode_names
from app.client.fields import Fields
from app.client.members import Cursor, Page
from app.client.node import NodeClient
from app.client.stated import (
    AssignedView,
    AssignmentView,
    AttestationView,
    CustodianPage,
    CustodianView,
    ResolvedAccount,
    StateProofs,
    TransactionProofAnswer,
)
from app.core.codec import decode
from app.core.errors import DecodingError, OutOfRange
from app.core.ids import ID_BYTES
from app.core.stateproof import StateRoots
from app.core.text import check_name
from app.core.units import Hash32, Height, check_hash32, check_int64, check_length
from app.core.wire import comet_pb2
from app.core.wire import registry_pb2 as wire
from app.evidence.proof import TransactionProof

PAGE = 100
MAX_REFERENCES = 1_000
"""Of one question; more are asked for in turns."""
MAX_PATH = 63
"""A log has fewer than 2^63 entries."""
ADDRESS_BYTES = 20
_NUMBER = re.compile("[0-9]{1,18}")
_ADDRESS = re.compile(f"[0-9A-Fa-f]{{{2 * ADDRESS_BYTES}}}")

T = TypeVar("T")


class StatementReader:
    """Asks one node."""

    def __init__(self, node: NodeClient) -> None:
        self._node = node

    async def state_proofs(self, keys: Sequence[bytes], height: int | None = None) -> StateProofs:
        """What 1 to 256 keys of the map held after a height; None: the newest that the node can prove.

        Raises:
            NotYetProvable: the block after it is not final yet.
            NotFound: the node no longer keeps that height.
        """
        question = {"height": height, "keys": [key.hex() for key in keys]}
        fields = Fields(await self._node.ask("/v1/state/proof", json.dumps(question).encode()))
        return _state_proofs(fields, tuple(keys), height)

    async def transaction_proof(self, transaction_hash: bytes) -> TransactionProofAnswer:
        """What proves an accepted transaction.

        Raises:
            NotYetProvable: the block after it is not final yet.
            NotFound: it is in no block that the node keeps, or was refused.
        """
        return _transaction_proof(Fields(await self._node.ask(f"/v1/transactions/{transaction_hash.hex()}/proof")))

    async def custodians(self, voucher: bytes, *, cursor: Cursor = None, limit: int = PAGE) -> CustodianPage:
        """Who has attested about a voucher, by address, and how much of it is out."""
        fields = await self._ask(f"/v1/vouchers/{voucher.hex()}/custody", limit, after=cursor)
        page = _page(fields, "custody", lambda item: _custodian(item, voucher))
        return CustodianPage(page.height, page.items, page.next, page.names, outstanding=_count(fields, "outstanding"))

    async def attestations(
        self, voucher: bytes, account: int | None = None, *, cursor: Cursor = None, limit: int = PAGE
    ) -> Page[AttestationView]:
        """Attestations about a voucher, of one custodian if that is given, newest first."""
        path = f"/v1/vouchers/{voucher.hex()}/attestations"
        fields = await self._ask(path, limit, account=account, before=cursor)
        return _page(fields, "attestations", lambda item: _attestation(item, voucher))

    async def assigned(
        self, custodian: int | bytes, voucher: bytes = b"", *, cursor: Cursor = None, limit: int = PAGE
    ) -> Page[AssignedView]:
        """Accounts whose holdings count for a custodian, of one voucher if that is given."""
        fields = await self._ask(
            f"/v1/accounts/{_name(custodian)}/assigned", limit, voucher=voucher.hex(), after=cursor
        )
        return _page(fields, "assigned", lambda item: _assigned(item, voucher))

    async def assignments(
        self, account: int | bytes, *, cursor: Cursor = None, limit: int = PAGE
    ) -> Page[AssignmentView]:
        """For whom holdings of an account count; where nothing is said, they count for the account itself."""
        fields = await self._ask(f"/v1/accounts/{_name(account)}/assignments", limit, after=cursor)
        return _page(fields, "assignments", _assignment)

    async def resolve(self, references: Sequence[str]) -> tuple[ResolvedAccount | None, ...]:
        """Whom references name, in their order: numbers, addresses in hex, or names. None: nobody.

        Any number of them: the node is asked for a thousand at a time, each at its newest height.
        """
        asked = [each for each in references if _is_reference(each)]
        found: list[ResolvedAccount | None] = []
        for start in range(0, len(asked), MAX_REFERENCES):
            found += await self._resolve(asked[start : start + MAX_REFERENCES])
        answers = iter(found)
        return tuple(next(answers) if _is_reference(each) else None for each in references)

    # ---- inside --------------------------------------------------------------------------------------------------
    async def _resolve(self, references: Sequence[str]) -> list[ResolvedAccount | None]:
        question = json.dumps({"references": list(references)}).encode()
        items = Fields(await self._node.ask("/v1/accounts/resolve", question)).items("accounts")
        _check_same("accounts", len(references), len(items))
        return [
            None if item is None else _resolved(Fields(item), reference)
            for reference, item in zip(references, items, strict=True)
        ]

    async def _ask(self, path: str, limit: int, **query: Cursor) -> Fields:
        given = {"limit": limit, **{name: value for name, value in query.items() if value not in {None, ""}}}
        return Fields(await self._node.ask(f"{path}?{'&'.join(f'{name}={value}' for name, value in given.items())}"))


def _name(account: int | bytes) -> str:
    return str(account) if isinstance(account, int) else account.hex()


def _is_reference(text: str) -> bool:
    """Whether somebody can be called so: numbers and addresses are names, too, as far as their characters go."""
    try:
        check_name(text)
    except OutOfRange:
        return False
    return True


# ---- decoding --------------------------------------------------------------------------------------------------------
def _state_proofs(fields: Fields, keys: tuple[bytes, ...], asked: int | None) -> StateProofs:
    height = Height(_count(fields, "height"))
    if asked is not None:
        _check_same("height", asked, height)
    commitments = tuple(fields.base64_list("commitments"))
    _check_same("commitments", len(keys), len(commitments))
    return StateProofs(
        chain_id=fields.text("chain_id"),
        genesis_fingerprint=_digest(fields, "genesis_fingerprint"),
        height=height,
        roots=_roots(fields),
        anchor=fields.base64("anchor"),
        light_blocks=tuple(fields.base64_list("light_blocks")),
        keys=keys,
        commitments=commitments,
    )


def _transaction_proof(fields: Fields) -> TransactionProofAnswer:
    path = fields.base64_list("log_path")
    if len(path) > MAX_PATH:
        raise DecodingError(kind="answer", field="log_path", expected=f"at most {MAX_PATH}", got=len(path))
    return TransactionProofAnswer(
        chain_id=fields.text("chain_id"),
        genesis_fingerprint=_digest(fields, "genesis_fingerprint"),
        transaction=fields.base64("transaction"),
        transaction_proof=TransactionProof.from_wire(decode(comet_pb2.Proof, fields.base64("transaction_proof"))),
        header=fields.base64("header"),
        anchor=fields.base64("anchor"),
        log_entry=fields.base64("log_entry"),
        log_index=_count(fields, "log_index"),
        roots=_roots(fields),
        log_path=tuple(check_hash32("log_path", node) for node in path),
        light_blocks=tuple(fields.base64_list("light_blocks")),
    )


def _roots(fields: Fields) -> StateRoots:
    log_root, map_root = (check_hash32(name, fields.base64(name)) for name in ("log_root", "map_root"))
    return StateRoots(_count(fields, "log_size"), log_root, map_root)


def _custodian(fields: Fields, voucher: bytes) -> CustodianView:
    return CustodianView(
        account=_count(fields, "account"),
        index=_count(fields, "index"),
        custody=fields.message("custody", wire.Custody),
        holding=fields.message("holding", wire.Holding),
        assigned_to=_count(fields, "assigned_to"),
        assigned=tuple(_assigned(Fields(item), voucher) for item in fields.items("assigned")),
        has_more=fields.flag("more_assigned"),
    )


def _attestation(fields: Fields, voucher: bytes) -> AttestationView:
    attested = fields.message("attested", wire.AttestCustody)
    _check_same("voucher", voucher.hex(), attested.voucher.hex())
    return AttestationView(
        index=_count(fields, "index"),
        transaction_hash=_digest(fields, "transaction_hash"),
        height=Height(_count(fields, "height")),
        time_ns=_count(fields, "time_ns"),
        sender=_count(fields, "sender"),
        attested=attested,
        balance=_count(fields, "balance"),
    )


def _assigned(fields: Fields, voucher: bytes) -> AssignedView:
    found = check_length("voucher", fields.hex("voucher"), ID_BYTES)
    if voucher:
        _check_same("voucher", voucher.hex(), found.hex())
    assignment, holding = fields.message("assignment", wire.Assignment), fields.message("holding", wire.Holding)
    return AssignedView(found, _count(fields, "account"), assignment, holding)


def _assignment(fields: Fields) -> AssignmentView:
    voucher = check_length("voucher", fields.hex("voucher"), ID_BYTES)
    return AssignmentView(voucher, fields.message("assignment", wire.Assignment))


def _resolved(fields: Fields, reference: str) -> ResolvedAccount:
    number, address = _count(fields, "number"), check_length("address", fields.hex("address"), ADDRESS_BYTES)
    if _NUMBER.fullmatch(reference):
        _check_same("number", int(reference), number)
    elif _ADDRESS.fullmatch(reference):
        _check_same("address", reference.lower(), address.hex())
    return ResolvedAccount(number, address, fields.text("party"), fields.text("name"), fields.flag("in_force"))


def _page(fields: Fields, what: str, decode_item: Callable[[Fields], T]) -> Page[T]:
    items = tuple(decode_item(Fields(item)) for item in fields.items(what))
    return Page(_count(fields, "height"), items, fields.cursor("next"), decode_names(fields))


def _count(fields: Fields, name: str) -> int:
    return check_int64(name, fields.integer(name))


def _digest(fields: Fields, name: str) -> Hash32:
    return check_hash32(name, fields.hex(name))


def _check_same(name: str, expected: int | str, got: int | str) -> None:
    if got != expected:
        raise DecodingError(kind="answer", field=name, expected=expected, got=got)
