"""A desk in memory of somebody who keeps vouchers for customers, which can sign and publish."""

from dataclasses import dataclass, field

from app.client.model import Final, Outcome
from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView
from tests.fakes.desk import FakeDesk
from tests.fakes.desks.reserve_facts import RICE, deed_of, furnish, voucher_view


@dataclass
class CustodianDesk(FakeDesk):
    """What it publishes is final at the next height."""

    prepared: list[wire.Body] = field(default_factory=list)
    signed_deeds: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        furnish(self)
        self.registry.vouchers[RICE.id] = voucher_view()

    async def prepare(self, body: wire.Body) -> DeedView:
        """Draft an action."""
        await self._enter("prepare")
        self.prepared.append(body)
        return deed_of(body, f"deed-{len(self.prepared)}")

    async def sign_deed(self, deed_id: str, pin: str = "") -> None:
        """Sign and send it."""
        await self._enter("sign_deed")
        self.signed_deeds.append(deed_id)

    async def wait_for_outcome(self, draft_id: str) -> Outcome:
        """Final at the next height; the snapshot is published then."""
        if draft_id not in self.signed_deeds:
            return await super().wait_for_outcome(draft_id)
        await self._enter("wait_for_outcome")
        if self.outcome is not None:
            return self.outcome
        root = self.prepared[-1].attest_custody.root
        view = next(each for each in self.shots if each.root == root)
        self.publish(view.snapshot_id, self.height + 1, self.now_ns)
        return Final(self.height + 1, self.now_ns, 90_001, (9).to_bytes(8, "big"))


def custodian_desk(**more: object) -> CustodianDesk:
    """A partner with the permission for vouchers."""
    return CustodianDesk(permissions=("identity", "evidence", "voucher"), **more)  # type: ignore[arg-type]
