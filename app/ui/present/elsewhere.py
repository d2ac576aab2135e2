"""What is said of a draft that is carried to another computer."""

SUFFIX = ".luopu-request"


def draft_file_name(deed_id: str) -> str:
    """A name for its file: nothing of what it says."""
    return f"draft-{deed_id[:8]}{SUFFIX}"
