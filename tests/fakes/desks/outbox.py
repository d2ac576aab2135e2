"""In memory: everything that was drafted and signed here, and the log of approvals."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.core.errors import LuopuError
from app.core.walleterrors import BadTransition
from app.ui.desk import DeedView
from app.ui.desks.outbox import ApprovalView, LogView, OutboxDeed
from tests.fakes.desk_facts import BLOCK_NS, NOW_NS, TIP


@dataclass
class FakeOutboxDesk:
    """The Protocol `app.ui.desks.outbox.OutboxDesk`. What a test puts there is there, nothing to begin with."""

    entries: list[OutboxDeed] = field(default_factory=list)
    """Newest first."""
    lines: list[ApprovalView] = field(default_factory=list)
    """Newest first."""
    altered: tuple[int, ...] = ()
    sent: list[str] = field(default_factory=list)
    failing: dict[str, LuopuError] = field(default_factory=dict)
    """Name of a method → what it raises."""

    async def unsettled(self) -> Sequence[OutboxDeed]:
        return [each for each in self.entries if _is_open(each)]

    async def deeds(self, *, before: int | None = None, limit: int = 50) -> Sequence[OutboxDeed]:
        return [each for each in self.entries if before is None or each.number < before][:limit]

    async def deed(self, deed_id: str) -> OutboxDeed:
        found = next((each for each in self.entries if each.deed_id == deed_id), None)
        if found is None:
            raise BadTransition(entry=deed_id, reason="no such entry")
        return found

    async def send_again(self, deed_id: str) -> None:
        self._check("send_again")
        self.sent.append(deed_id)
        self._change(deed_id, state="unknown", note="")

    async def resume(self, deed_id: str) -> DeedView:
        self._check("resume")
        return deed_view(await self.deed(deed_id))

    async def renew(self, deed_id: str) -> DeedView:
        self._check("renew")
        old = await self.deed(deed_id)
        number = max(each.number for each in self.entries) + 1
        new = replace(
            old,
            deed_id=f"{deed_id}-again",
            number=number,
            state="draft",
            created_ns=NOW_NS,
            error=None,
            height=None,
            signed=(),
            transaction_hash=b"",
            replaces=deed_id,
            can_renew=False,
            valid_until=TIP + 600,
        )
        self.entries.insert(0, new)
        self._change(deed_id, replaced_by=new.deed_id, can_renew=False)
        return deed_view(new)

    async def dismiss(self, deed_id: str) -> None:
        self._check("dismiss")
        self._change(deed_id, is_dismissed=True)

    async def approvals(self, *, before: int | None = None, limit: int = 50) -> Sequence[ApprovalView]:
        return [each for each in self.lines if before is None or each.number < before][:limit]

    async def look_through_approvals(self) -> LogView:
        newest = self.lines[0] if self.lines else None
        return LogView(0, b"", ()) if newest is None else LogView(newest.number, newest.digest, self.altered)

    async def save_approvals(self, target: Path) -> LogView:
        self._check("save_approvals")
        target.write_text("log\n", encoding="utf-8")  # noqa: ASYNC240 (small, and tests are to be exact)
        return await self.look_through_approvals()

    # ---- inside --------------------------------------------------------------------------------------------------
    def forget_entries(self, deed_ids: Sequence[str]) -> None:
        """Drafts that are discarded; what they were to replace can be drafted anew."""
        gone = [each for each in self.entries if each.deed_id in deed_ids and each.state == "draft"]
        self.entries = [each for each in self.entries if each not in gone]
        for each in gone:
            if each.replaces:
                self._change(each.replaces, replaced_by="", can_renew=True)

    def _change(self, deed_id: str, **fields: object) -> None:
        self.entries = [
            replace(each, **fields) if each.deed_id == deed_id else each  # type: ignore[arg-type]
            for each in self.entries
        ]

    def _check(self, name: str) -> None:
        if name in self.failing:
            raise self.failing[name]


def _is_open(deed: OutboxDeed) -> bool:
    return deed.state in {"draft", "waiting", "pending", "unknown"} or (deed.can_renew and not deed.is_dismissed)


def deed_view(deed: OutboxDeed) -> DeedView:
    """The same as it would be signed."""
    return DeedView(
        deed_id=deed.deed_id,
        action=deed.action,
        facts=deed.facts,
        account_name="示例合作方 经办 01",
        account_id=10_086,
        quota_points=12,
        valid_until=deed.valid_until,
        valid_until_estimate_ns=NOW_NS + 600 * BLOCK_NS,
        hold_until=0,
        approvers=(),
        signing_digest=deed.signing_digest,
        reasons=(),
    )
