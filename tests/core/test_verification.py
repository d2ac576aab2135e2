"""Steps that pass, fail or show nothing, and the verdict that follows."""

from collections.abc import Callable

import pytest

from app.core.errors import DecodingError, InvalidProof, LuopuError, NotEnoughTrust, NotFound
from app.core.verification import Facts, Rules, Verdict, Verification, verify_steps

NAMES = ("one", "two", "three", "four")
FOUND: Facts = (("found", "so much"),)
Act = Callable[[], Facts]


def rules(**more: object) -> Rules:
    return Rules(NAMES, lambda error: InvalidProof(check="strange", got=type(error).__name__), **more)  # type: ignore[arg-type]


def taken(acts: dict[str, Act], how: Rules | None = None) -> tuple[Verification, list[str]]:
    """The verification in which these steps do something else than pass, and the steps that were taken."""
    asked: list[str] = []

    def take(name: str) -> Facts:
        asked.append(name)
        return acts.get(name, lambda: FOUND)()

    return verify_steps(how or rules(), take), asked


def raising(error: Exception) -> Act:
    def act() -> Facts:
        raise error

    return act


def shape(found: Verification) -> str:
    """Of each step: p passed, s skipped, f failed."""
    assert [(step.number, step.name) for step in found.steps] == list(enumerate(NAMES, 1))
    assert not [step for step in found.steps if step.passed and step.skipped]
    return "".join("p" if step.passed else "s" if step.skipped else "f" for step in found.steps)


def test_where_all_pass_it_is_valid() -> None:
    found, asked = taken({})
    assert (found.verdict, shape(found), found.error) == (Verdict.VALID, "pppp", None)
    assert asked == list(NAMES)
    assert {step.facts for step in found.steps} == {FOUND}


@pytest.mark.parametrize("place", range(4))
def test_the_first_that_fails_ends_it(place: int) -> None:
    error = DecodingError(reason="no")
    found, asked = taken({NAMES[place]: raising(error), NAMES[3]: raising(error)})
    assert found.verdict is Verdict.REFUTED
    assert shape(found) == "p" * place + "f" + "s" * (3 - place)
    assert found.error is error
    assert asked == list(NAMES[: place + 1])


@pytest.mark.parametrize("place", range(4))
def test_where_trust_is_missing_nothing_behind_it_is_shown(place: int) -> None:
    missing = NotEnoughTrust(reason="nothing to begin with")
    found, asked = taken({NAMES[place]: raising(missing)})
    assert found.verdict is Verdict.NOT_ENOUGH_TRUST
    assert shape(found) == "p" * place + "s" * (4 - place)
    assert found.error is missing
    assert asked == list(NAMES)
    assert [step.facts for step in found.steps] == [FOUND] * place + [()] * (4 - place)


def test_a_contradiction_is_found_behind_what_is_missing() -> None:
    error = DecodingError(reason="no")
    found, _ = taken({"two": raising(NotEnoughTrust(reason="missing")), "four": raising(error)})
    assert (found.verdict, shape(found), found.error) == (Verdict.REFUTED, "pssf", error)


def test_what_is_missing_first_is_what_is_told() -> None:
    first = NotEnoughTrust(reason="first")
    found, _ = taken({"two": raising(first), "three": raising(NotEnoughTrust(reason="second"))})
    assert found.error is first


def test_beside_the_trust_something_may_be_missing_and_the_others_still_show() -> None:
    missing = NotEnoughTrust(reason="no file")
    found, _ = taken({"two": raising(missing)}, rules(beside_trust=frozenset({"two"})))
    assert (found.verdict, shape(found), found.error) == (Verdict.NOT_ENOUGH_TRUST, "pspp", missing)
    both = {"one": raising(NotEnoughTrust(reason="no genesis")), "two": raising(missing)}
    found, _ = taken(both, rules(beside_trust=frozenset({"two"})))
    assert shape(found) == "ssss"


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyError("x"), RecursionError(), AssertionError()], ids=repr)
def test_whatever_nobody_thought_of_refutes(error: Exception) -> None:
    found, _ = taken({"three": raising(error)})
    assert (found.verdict, shape(found)) == (Verdict.REFUTED, "ppfs")
    assert isinstance(found.error, LuopuError)
    assert found.error.facts["got"] == type(error).__name__


def test_what_is_the_reader_s_own_affair_comes_through() -> None:
    with pytest.raises(NotFound):
        taken({"two": raising(NotFound(what="file", name="x"))}, rules(raised=(NotFound,)))
    found, _ = taken({"two": raising(NotFound(what="file", name="x"))})
    assert found.verdict is Verdict.REFUTED


def test_whoever_stops_the_program_is_heard() -> None:
    with pytest.raises(KeyboardInterrupt):
        taken({"two": raising(KeyboardInterrupt())})  # type: ignore[arg-type]
