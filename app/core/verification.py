"""What a verification is made of: numbered steps that pass, fail or show nothing, and the verdict that follows from them.

Guarantees: pure; a verdict, never an exception, whatever a step meets. A step that fails ends it. Where trust is *missing*
the rest is still searched for contradictions, but not shown as passed, because nothing says that it has to do with the chain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from app.core.errors import LuopuError, NotEnoughTrust

Facts = tuple[tuple[str, str], ...]
"""What a step found, by name, to be shown."""


class Verdict(Enum):
    """What a verification came to."""

    VALID = "valid"
    REFUTED = "refuted"
    NOT_ENOUGH_TRUST = "not-enough-trust"


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step: whether it passed, and what it found. Skipped: not done, or nothing may be concluded from it."""

    number: int
    name: str
    passed: bool
    skipped: bool
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict with every step; the error of the step that failed, or what is missing first."""

    verdict: Verdict
    steps: tuple[Step, ...]
    error: LuopuError | None


@dataclass(frozen=True, slots=True)
class Rules:
    """How a kind of paper is verified."""

    names: Sequence[str]
    """The steps in their order."""
    strange: Callable[[Exception], LuopuError]
    """What is said where a step met with something that nobody thought of."""
    beside_trust: frozenset[str] = frozenset()
    """Steps of which something may be missing while the others still show what they show."""
    raised: tuple[type[LuopuError], ...] = ()
    """Errors that are the reader's own affair, and come through."""


def verify_steps(rules: Rules, take: Callable[[str], Facts]) -> Verification:
    """Take the steps in order, to the first that fails.

    Raises:
        LuopuError: one of `rules.raised`.
    """
    return _Walk(rules, take).walk()


@dataclass(slots=True)
class _Walk:
    """A verification on its way."""

    rules: Rules
    take: Callable[[str], Facts]
    found: list[Step] = field(default_factory=list)
    missing: NotEnoughTrust | None = None
    is_anchored: bool = True

    def walk(self) -> Verification:
        for name in self.rules.names:
            error = self._step(name)
            if error is not None:
                self._add(passed=False, skipped=False)
                for _ in self.rules.names[len(self.found) :]:
                    self._add(passed=False, skipped=True)
                return Verification(Verdict.REFUTED, tuple(self.found), error)
        verdict = Verdict.VALID if self.missing is None else Verdict.NOT_ENOUGH_TRUST
        return Verification(verdict, tuple(self.found), self.missing)

    def _step(self, name: str) -> LuopuError | None:
        """Take one step; the error if it failed."""
        try:
            facts = self.take(name)
        except NotEnoughTrust as missing:
            self._add(passed=False, skipped=True)
            self.missing = self.missing or missing  # what is missing first is what the reader is told
            self.is_anchored = self.is_anchored and name in self.rules.beside_trust
        except self.rules.raised:
            raise
        except LuopuError as error:
            return error
        except Exception as error:  # noqa: BLE001 - whatever a hostile paper provokes must neither pass nor be a traceback
            return self.rules.strange(error)
        else:
            self._add(passed=self.is_anchored, skipped=not self.is_anchored, facts=facts)
        return None

    def _add(self, *, passed: bool, skipped: bool, facts: Facts = ()) -> None:
        number = len(self.found) + 1
        self.found.append(Step(number, self.rules.names[number - 1], passed, skipped, facts if passed else ()))
