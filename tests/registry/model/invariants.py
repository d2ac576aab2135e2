"""What must hold of the real state whatever the model says: sums, frozen things, permissions, dead keys."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tests.registry.model.drawer import Drawn
from tests.registry.model.matrix import EVIDENCE, IDENTITY, OPERATOR, PARTNER, REAL_NAME, ROWS, USER, VOUCHER
from tests.registry.model.reading import RealState
from tests.registry.model.things import Account, Holding, Key, Piece, Voucher

LIVE = 0
FLOW_HELD, FLOW_FROZEN = 1, 2
ASKED = {
    **dict.fromkeys(("notarize", "open_agreement", "confirm_agreement", "retract_confirmation"), EVIDENCE),
    **dict.fromkeys(("enrol", "certify", "recognise", "reset_key", "freeze", "unfreeze"), IDENTITY),
    **dict.fromkeys(("apply_voucher", "manage_voucher", "allocate", "expire", "supervise"), VOUCHER),
}
"""The permission that a partner needs."""
REAL_NAMES = {"transfer", "split", "merge", "redeem"}


class Witness:
    """Looks at the real state after each block, and remembers what it was before."""

    def __init__(self, real: RealState) -> None:
        self.real = real
        self.dead: set[Key] = set()
        self._remember()

    def _remember(self) -> None:
        tables = self.real.tables
        self.accounts: dict[bytes, Account] = dict(tables["account/"])
        self.vouchers: dict[bytes, Voucher] = dict(tables["voucher/"])
        self.holdings: dict[bytes, Holding] = dict(tables["holding/"])
        self.pieces: dict[bytes, Piece] = dict(tables["piece/"])

    def look(self, accepted: Sequence[Drawn], height: int, time_ns: int) -> None:
        """After a block of which these were accepted."""
        check_conserved(self.real)
        self.check_frozen_things()
        self.check_keys(accepted)
        for each in accepted:
            self.check_allowed(each, accepted, time_ns)
        self._remember()

    # ---- frozen things ---------------------------------------------------------------------------------------------
    def check_frozen_things(self) -> None:
        """What was frozen before the block, and under the same order still is, has not moved."""
        tables = self.real.tables
        for place, piece in self.pieces.items():
            if piece.stop is not None and tables["piece/"][place].stop == piece.stop:
                assert tables["piece/"][place] == piece
        still = set()
        for place, holding in self.holdings.items():
            now = tables["holding/"].get(place)
            if holding.stop is not None and now is not None and now.stop == holding.stop:
                assert (now.frozen, now.frozen_amount) == (holding.frozen, holding.frozen_amount)
                assert now.amount >= (holding.amount if holding.frozen else holding.frozen_amount)
                if holding.frozen:
                    assert now.packed >= holding.packed
                    still.add(place)
        for place, piece in self.pieces.items():
            if piece.end == LIVE and piece.owner + place[:16] in still and tables["piece/"][place] != piece:
                after = tables["piece/"][place]
                assert (after.owner, after.amount, after.transfers, after.end) == (
                    piece.owner,
                    piece.amount,
                    piece.transfers,
                    LIVE,
                )
        self.check_frozen_flows()

    def check_frozen_flows(self) -> None:
        """Nothing moves of a voucher that an order stopped as a whole, nothing changes hands of a held one."""
        tables = self.real.tables
        unmoved = {
            key
            for key, voucher in self.vouchers.items()
            if voucher.flow == FLOW_FROZEN and tables["voucher/"][key].order == voucher.order
        }
        for key in unmoved:
            before, after = self.vouchers[key], tables["voucher/"][key]
            names = ("issued", "redeemed", "lapsed", "serials", "flow")
            assert all(getattr(before, name) == getattr(after, name) for name in names)
        if unmoved:
            assert _amounts(self.holdings, unmoved) == _amounts(tables["holding/"], unmoved)
        held = {key for key, each in self.vouchers.items() if each.flow and tables["voucher/"][key].order == each.order}
        for place, piece in self.pieces.items():
            assert place[:16] not in held or tables["piece/"][place].owner == piece.owner

    # ---- keys ------------------------------------------------------------------------------------------------------
    def check_keys(self, accepted: Sequence[Drawn]) -> None:
        """A key that was an account's and is no longer, never acts and never is anybody's again."""
        assert not any(key in self.dead for each in accepted for key in each.signers)
        before = {each.key for account in self.accounts.values() for each in account.keys}
        after = [each.key for account in self.real.tables["account/"].values() for each in account.keys]
        assert len(set(after)) == len(after)
        assert not self.dead.intersection(after)
        self.dead |= before.difference(after)

    # ---- permission ------------------------------------------------------------------------------------------------
    def check_allowed(self, drawn: Drawn, accepted: Sequence[Drawn], time_ns: int) -> None:
        """Who acted could: by its party, its permissions or certifications, and by no order against it."""
        before = self.accounts.get(drawn.body.sender)
        after: Account = self.real.tables["account/"][drawn.body.sender]
        kind = str(drawn.body.WhichOneof("action"))
        row = ROWS[kind]
        assert row.level if after.party == USER else after.party in row.parties
        if before is None:
            return
        stops_only = kind == "change_keys" and not drawn.body.change_keys.add
        assert before.stop is None or before.stop != after.stop or stops_only
        if kind in ASKED and after.party not in {USER, OPERATOR} and not _changes(accepted, "amend", after.id):
            needs = after.party == PARTNER or kind in {"notarize", "open_agreement", "confirm_agreement"}
            had = {*before.permissions, *after.permissions}  # a held amendment may have come into effect in between
            assert not needs or ASKED[kind] in had
        if after.party == USER and not _changes(accepted, "certify", after.id):  # it may be revoked again in the block
            self.check_certified(before, after, kind, time_ns)

    def check_certified(self, before: Account, after: Account, kind: str, time_ns: int) -> None:
        """By what was certified before the block or after it, by partners who were in force then or in between."""
        counting = [
            each
            for account, accounts in ((before, self.accounts), (after, self.real.tables["account/"]))
            for each in account.certifications
            if each.expires_ns == 0 or time_ns < each.expires_ns
            if _is_in_force(accounts, each.partner) or self.was_stopped_anew(each.partner)
        ]
        assert counting or before.certifications != after.certifications
        if kind in REAL_NAMES and before.certifications == after.certifications:
            assert any(each.level >= REAL_NAME for each in counting)

    def was_stopped_anew(self, number: int) -> bool:
        """It was out of force before the block and is after it, but not by the same order: in between it was resumed."""
        now = self.real.tables["account/"].values()
        before, after = (
            next((each.stop for each in accounts if each.id == number), None)
            for accounts in (self.accounts.values(), now)
        )
        return before != after


def check_conserved(real: RealState) -> None:
    """Every amount that was ever issued is somewhere, once; holdings know their pieces."""
    free: dict[bytes, int] = defaultdict(int)
    packed: dict[bytes, list[int]] = defaultdict(lambda: [0, 0])
    for place, piece in real.tables["piece/"].items():
        if piece.end == LIVE:
            entry = packed[piece.owner + place[:16]]
            entry[0] += 1
            entry[1] += piece.amount
            free[place[:16]] += piece.amount
    for place, holding in real.tables["holding/"].items():
        assert holding != Holding()
        assert 0 <= holding.frozen_amount <= holding.amount
        assert [holding.pieces, holding.packed] == packed.pop(place, [0, 0])
        assert (holding.stop is not None) == (holding.frozen or holding.frozen_amount > 0)
        free[place[20:]] += holding.amount
    assert not packed
    for key, voucher in real.tables["voucher/"].items():
        assert voucher.issued - voucher.redeemed - voucher.lapsed == free.pop(key, 0)
        assert voucher.issued <= voucher.terms.cap
    assert not free


def _amounts(holdings: dict[bytes, Holding], vouchers: set[bytes]) -> dict[bytes, tuple[int, int, int]]:
    found = {place: each for place, each in holdings.items() if place[20:] in vouchers}
    return {
        place: (each.amount, each.pieces, each.packed) for place, each in found.items() if each.amount or each.pieces
    }


def _changes(accepted: Sequence[Drawn], kind: str, number: int) -> bool:
    found: Any = [getattr(each.body, kind) for each in accepted if each.body.HasField(kind)]  # type: ignore[arg-type]
    return any(each.account == number for each in found)


def _is_in_force(accounts: dict[bytes, Account], number: int) -> bool:
    return any(each.id == number and each.stop is None for each in accounts.values())
