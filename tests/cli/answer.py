"""What a command said."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit status, and what stood on standard output and standard error."""

    status: int
    said: str
    complained: str

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.said)
        return document
