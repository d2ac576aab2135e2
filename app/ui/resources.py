"""Where the program's own files lie: beside `app/` in a checkout, or inside the packaged program."""

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """Path of a file under `resources/`."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).parents[2]))
    return root.joinpath("resources", *parts)
