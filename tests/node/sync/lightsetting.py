"""A light client with everything around it, and chains for it to verify."""

from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.sync.light import LightClient, LightOptions
from app.node.sync.light_panel import Panel
from app.node.sync.light_trust import TrustRoot
from tests.fakes.chain import (
    INTERVAL,
    START,
    make_genesis,
    make_validators,
)
from tests.fakes.consortium import MovedClock
from tests.fakes.light import MemoryTrust, Source

OLD, NEW = make_validators(4, seed="old"), make_validators(4, seed="new")
LENGTH = 24
NOW = START + (LENGTH + 1) * INTERVAL


class Setting:
    """A light client with everything around it."""

    def __init__(
        self,
        primary: Source,
        *witnesses: Source,
        root: TrustRoot | None = None,
        store: MemoryTrust | None = None,
        now: int = NOW,
        **options: object,
    ) -> None:
        self.kept: list[pb.EvidenceList] = []
        self.store = store or MemoryTrust()
        self.clock = MovedClock(now, step=0)
        primary.name = "primary"
        for number, witness in enumerate(witnesses):
            witness.name = f"witness {number}"
        self.client = LightClient(
            root or make_genesis(OLD),
            Panel(primary, witnesses),
            self.store,
            lambda data: self.kept.append(pb.EvidenceList.FromString(data)),
            self.clock,
            LightOptions(**{"patience": 0.0, **options}),  # type: ignore[arg-type]
        )

    @property
    def dismissed(self) -> list[str]:
        return [name for name, _ in self.client.panel.dismissed]

    async def to(self, height: int | None = None) -> list[int]:
        """Heights of the path."""
        path = await self.client.verify_to(None if height is None else Height(height))
        return [verified.height for verified in path]
