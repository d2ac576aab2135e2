"""A process that signs one vote after another and says what it releases; tests do harm to it.

Usage: releasing.py FOLDER HEIGHTS BLOCK

Runs that vote for different blocks show whether a record was lost between them.
"""

import os
import sys
from pathlib import Path

from app.core.errors import NotSigned, StoreError
from app.node.privval.request import vote_request
from app.node.privval.signer import Signer
from app.node.privval.statefile import StateFile
from tests.node.privval.questions import CHAIN_ID, KEY, PRECOMMIT, PREVOTE, vote


def state_file(folder: Path) -> StateFile:
    """The record in that folder."""
    return StateFile(folder / "state", KEY.public_key, CHAIN_ID)


def main(folder: Path, heights: int, name: bytes) -> None:
    """Vote at all heights, and say so in one call each, so that a recording shows where it was said."""
    try:
        signer = Signer(CHAIN_ID, KEY, state_file(folder))
        for height in range(1, heights + 1):
            for kind in (PREVOTE, PRECOMMIT):
                request = vote_request(CHAIN_ID, vote(height, 0, kind, name))
                try:
                    signer.sign(request)
                except NotSigned:
                    continue
                os.write(1, f"{request.place} {request.sign_bytes.hex()}\n".encode())
    except StoreError as error:
        os.write(1, f"failed {error.code}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3].encode())
