"""The computer's clock and its randomness."""

import secrets
import time

from app.core.units import Nanoseconds


class SystemClock:
    """The computer's clock."""

    def now(self) -> Nanoseconds:
        """The present moment."""
        return Nanoseconds(time.time_ns())


class SystemRandomness:
    """The system's unpredictable bytes."""

    def random_bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        return secrets.token_bytes(count)
