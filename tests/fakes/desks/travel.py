"""In memory: drafts that travel to another computer, as files or pictures."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import segno

from app.core.errors import LuopuError


@dataclass
class FakeTravelDesk:
    """The Protocol `app.ui.desks.travel.TravelDesk`."""

    carried: list[str] = field(default_factory=list)
    """Drafts that were written or drawn, in order."""
    travel_error: LuopuError | None = None
    """What stands in the way."""

    async def save_draft(self, deed_id: str, target: Path) -> Path:
        self._carry(deed_id)
        target.write_bytes(b"luopu.draft.v1\x00")  # noqa: ASYNC240 (in memory there are no threads to wait for)
        return target

    async def draft_picture(self, deed_id: str) -> bytes:
        self._carry(deed_id)
        picture = io.BytesIO()
        segno.make_qr(deed_id * 10, error="L").save(picture, kind="png", scale=6)
        return picture.getvalue()

    def _carry(self, deed_id: str) -> None:
        if self.travel_error is not None:
            raise self.travel_error
        self.carried.append(deed_id)
