"""Services that run until they are told to stop."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Running:
    """A service that runs: where it listens, and the tasks that keep it going."""

    url: str
    tasks: tuple["asyncio.Task[None]", ...]
    rpc_url: str | None = None
    """Where others may read, if they may."""

    async def until(self, stop: asyncio.Event) -> None:
        """Wait for `stop`. A task that fails before ends the waiting, and its error is raised."""
        waiting: asyncio.Task[object] = asyncio.create_task(stop.wait())
        running: set[asyncio.Task[object]] = {waiting, *self.tasks}
        try:
            while waiting in running:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()  # one that ended in peace, a halted follower, leaves the rest to be looked at
        finally:
            waiting.cancel()


async def cancel(task: "asyncio.Task[None]") -> None:
    """End a task and wait until it has."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
