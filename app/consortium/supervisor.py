"""Several validators under one supervisor: started together, started again when one falls, ended together.

Guarantees: a validator that ends by itself is started again, after a pause that grows while it keeps falling; nothing that
was started is left when `running_validators` is left. Leaves to the caller what to say about it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.consortium.validator import Validator
from app.core.errors import LuopuError

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0
"""Who ran so long starts with the shortest pause again."""


@dataclass(frozen=True, slots=True)
class Fallen:
    """A validator ended by itself, or could not be started again."""

    validator: str
    reason: str | LuopuError
    pause: float
    """Seconds until it is started again."""


@dataclass(frozen=True, slots=True)
class Risen:
    """A validator that had ended runs again."""

    validator: str


Notice = Fallen | Risen


@asynccontextmanager
async def running_validators(
    validators: Sequence[Validator], tell: Callable[[Notice], None]
) -> AsyncIterator[Sequence["asyncio.Task[None]"]]:
    """All of them, running, until left; yields the tasks that watch over them.

    Raises:
        LuopuError: one could not be started; none runs.
    """
    watching: list[asyncio.Task[None]] = []
    try:
        await _start_all(validators)
        watching += [asyncio.create_task(_watch(validator, tell)) for validator in validators]
        yield watching
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        await asyncio.gather(*(validator.stop() for validator in validators))


async def _start_all(validators: Sequence[Validator]) -> None:
    """Start all at once. One that fails ends the attempts of the others."""
    starting = [asyncio.create_task(validator.start()) for validator in validators]
    try:
        await asyncio.gather(*starting)
    finally:
        for task in starting:
            task.cancel()
        await asyncio.gather(*starting, return_exceptions=True)


async def _watch(validator: Validator, tell: Callable[[Notice], None]) -> None:
    clock = asyncio.get_running_loop().time
    pause = SHORTEST_PAUSE
    while True:
        began = clock()
        reason: str | LuopuError = await validator.ended()
        await validator.stop()
        if clock() - began >= STEADY_SECONDS:
            pause = SHORTEST_PAUSE
        while True:
            tell(Fallen(validator.name, reason, pause))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                await validator.start()
                break
            except LuopuError as error:
                reason = error
        tell(Risen(validator.name))
