"""Becomes another program that the system ends together with whoever started it. Linux.

`python -m app.consortium.lifeline PARENT PROGRAM ARGUMENTS…`, PARENT being the starter's process id. Imports next to
nothing: it runs for a moment before each start of CometBFT.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that this process gets when its parent ends. It survives exec."""
ORPHANED = 3


def main() -> None:
    """Never returns: the program takes this process over."""
    parent, *command = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != int(parent):  # it ended before the wish was known
        sys.exit(ORPHANED)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
