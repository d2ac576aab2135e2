"""The identity vault: who is kept, who is found, who may look, and what is never said."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import LuopuError, OutOfRange, StoreInUse
from app.core.ports import Randomness
from app.core.units import Hash32
from app.core.walleterrors import BadTransition, KeyLocked, WeakPassphrase, WrongPassphrase
from app.wallet import sqlite_file
from app.wallet.keystore import Cost
from app.wallet.sqlite_file import SqliteFile
from app.wallet.vault import PersonId, Vault
from app.wallet.vault_file import VAULT
from app.wallet.vault_person import Person
from tests.wallet.vault_people import PASSPHRASE, build_person

OTHER = "另一个口令 for the vault"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path: Path, randomness: Randomness, cheap: Cost) -> Iterator[Vault]:
    with closing(Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)) as vault:
        yield vault


def everybody(vault: Vault) -> set[Person]:
    return {kept.person for kept in vault.search("")}


def found(vault: Vault, text: str) -> set[PersonId]:
    return {kept.id for kept in vault.search(text)}


# ---- kept and found --------------------------------------------------------------------------------------------------
def test_a_person_is_found_by_id_root_and_account_after_the_vault_was_opened_again(
    vault: Vault, path: Path, randomness: Randomness
) -> None:
    person = build_person(1)
    person_id = vault.add(person)
    vault.bind(person_id, 77)
    vault.close()
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as again:
        for kept in (again.get(person_id), again.by_root(person.root), *again.by_account(77), *again.search("")):
            assert kept is not None
            assert (kept.id, kept.person) == (person_id, replace(person, account=77))


def test_who_is_not_there_is_not_found(vault: Vault) -> None:
    vault.add(build_person(1))
    assert vault.by_root(build_person(2).root) is None
    assert vault.by_account(77) == ()
    assert found(vault, "nobody") == set()
    with pytest.raises(BadTransition):
        vault.get(PersonId("00" * 16))
    with pytest.raises(OutOfRange):
        vault.get(PersonId("no id"))


def test_the_same_person_again_is_the_same_row(vault: Vault) -> None:
    person_id = vault.add(build_person(1))
    assert vault.add(build_person(1)) == person_id
    vault.bind(person_id, 77)
    assert vault.add(build_person(1)) == vault.add(build_person(1, account=77)) == person_id
    assert len(everybody(vault)) == 1


@pytest.mark.parametrize("change", [{"notes": "other"}, {"account": 78}], ids=["notes", "account"])
def test_somebody_else_with_the_same_root_is_refused(vault: Vault, change: dict[str, object]) -> None:
    person = build_person(1, account=77)
    vault.add(person)
    with pytest.raises(BadTransition):
        vault.add(replace(person, **change))  # type: ignore[arg-type]
    assert everybody(vault) == {person}


def test_an_account_is_given_once(vault: Vault) -> None:
    person_id = vault.add(build_person(1))
    vault.bind(person_id, 77)
    vault.bind(person_id, 77)
    with pytest.raises(BadTransition):
        vault.bind(person_id, 78)
    with pytest.raises(BadTransition):
        vault.bind(PersonId("00" * 16), 77)
    for number in (0, -1, 2**63):
        with pytest.raises(OutOfRange):
            vault.bind(person_id, number)
    assert everybody(vault) == {build_person(1, account=77)}
    assert vault.by_account(78) == ()


def test_all_certifications_of_an_account_are_found_the_newest_first(
    vault: Vault, path: Path, randomness: Randomness, cheap: Cost
) -> None:
    for number in range(1, 4):
        vault.bind(vault.add(build_person(number)), 77)
        vault.add(build_person(10 + number, account=78))
    vault.change_passphrase(PASSPHRASE, OTHER, cost=cheap)
    vault.add(build_person(4, account=77))
    vault.close()
    with closing(Vault.open(path, OTHER, randomness=randomness)) as again:
        assert [kept.person for kept in again.by_account(77)] == [build_person(number, 77) for number in (4, 3, 2, 1)]
        assert [kept.person for kept in again.by_account(78)] == [build_person(number, 78) for number in (13, 12, 11)]


@pytest.mark.parametrize("gone", range(4))
def test_who_is_forgotten_is_found_no_more_and_all_others_are(
    vault: Vault, path: Path, randomness: Randomness, cheap: Cost, gone: int
) -> None:
    ids = [vault.add(build_person(number, account=77)) for number in range(2)]
    vault.change_passphrase(PASSPHRASE, OTHER, cost=cheap)
    vault.close()
    with closing(Vault.open(path, OTHER, randomness=randomness)) as again:
        ids += [again.add(build_person(number, account=77)) for number in range(2, 4)]
        others = {build_person(10, account=78), build_person(11)}
        for other in others:
            again.add(other)
        again.forget(ids[gone])
        left = [number for number in (3, 2, 1, 0) if number != gone]
        assert [kept.person for kept in again.by_account(77)] == [build_person(number, 77) for number in left]
        assert [kept.id for kept in again.by_account(77)] == [ids[number] for number in left]
        assert again.by_root(build_person(gone).root) is None
        assert everybody(again) == {*others, *(build_person(number, 77) for number in left)}
        with pytest.raises(BadTransition):
            again.get(ids[gone])
        again.add(build_person(20, account=77))
        assert again.by_account(77)[0].person == build_person(20, account=77)


def test_who_has_no_account_can_be_forgotten_once(vault: Vault) -> None:
    person_id = vault.add(build_person(1))
    vault.add(build_person(2))
    vault.forget(person_id)
    assert everybody(vault) == {build_person(2)}
    with pytest.raises(BadTransition):
        vault.forget(person_id)
    vault.close()
    with pytest.raises(KeyLocked):
        vault.forget(person_id)


def test_a_home_s_vault_is_made_once_and_opened_after(path: Path, randomness: Randomness) -> None:
    with closing(Vault.open_or_create(path, PASSPHRASE, randomness=randomness)) as made:
        made.add(build_person(1))
    with closing(Vault.open_or_create(path, PASSPHRASE, randomness=randomness)) as again:
        assert everybody(again) == {build_person(1)}
    with pytest.raises(WrongPassphrase):
        Vault.open_or_create(path, OTHER, randomness=randomness)


@pytest.mark.parametrize(
    "text",
    [
        "小明001",
        "330106199001010001",
        "３３０１０６１９９００１０１０００１",
        "h-000001",
        "身份证 001.PDF",
        "COUNTER 001",
        "771",
    ],
)
def test_search_finds_whatever_is_known_however_it_is_written(vault: Vault, text: str) -> None:
    ids = [vault.add(build_person(number)) for number in (1, 2)]
    vault.bind(ids[0], 771)
    assert found(vault, text) == {ids[0]}


def test_search_holds_few_at_a_time_and_misses_nobody(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = {vault.add(build_person(number)) for number in range(50)}
    counts: list[int] = []
    read = SqliteFile.read

    def counted(file: SqliteFile, question: str, *values: bytes | str | int) -> list[object]:
        rows = read(file, question, *values)
        counts.append(len(rows))
        return list(rows)

    monkeypatch.setattr(SqliteFile, "read", counted)
    search = vault.search("")
    first = next(search)
    assert sum(counts) < 20  # the rest was not even looked at
    assert {first.id, *(kept.id for kept in search)} == ids
    assert max(counts) <= 16


# ---- the passphrase --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("passphrase", ["", OTHER, PASSPHRASE + " ", PASSPHRASE.upper(), "\ud800" * 8])
def test_another_passphrase_does_not_open_it(vault: Vault, path: Path, randomness: Randomness, passphrase: str) -> None:
    with pytest.raises(WrongPassphrase):
        Vault.open(path, passphrase, randomness=randomness)


def test_a_short_passphrase_or_a_cost_out_of_bounds_is_refused(
    tmp_path: Path, vault: Vault, randomness: Randomness, cheap: Cost
) -> None:
    with pytest.raises(WeakPassphrase):
        Vault.create(tmp_path / "new", "short", randomness=randomness, cost=cheap)
    with pytest.raises(WeakPassphrase):
        vault.change_passphrase(PASSPHRASE, "short", cost=cheap)
    for cost in (Cost(0, cheap.memory), Cost(1, 2**31)):
        with pytest.raises(OutOfRange):
            Vault.create(tmp_path / "new", PASSPHRASE, randomness=randomness, cost=cost)
        with pytest.raises(OutOfRange):
            vault.change_passphrase(PASSPHRASE, OTHER, cost=cost)
    assert not (tmp_path / "new").exists()


def test_after_a_change_only_the_new_passphrase_opens_all_of_it(
    vault: Vault, path: Path, randomness: Randomness, cheap: Cost
) -> None:
    before = vault.add(build_person(1))
    vault.change_passphrase(PASSPHRASE, OTHER, cost=cheap)
    after = vault.add(build_person(2))
    vault.bind(before, 77)
    assert everybody(vault) == {build_person(1, 77), build_person(2)}
    vault.close()
    with pytest.raises(WrongPassphrase):
        Vault.open(path, PASSPHRASE, randomness=randomness)
    with closing(Vault.open(path, OTHER, randomness=randomness)) as again:
        assert everybody(again) == {build_person(1, 77), build_person(2)}
        assert again.by_root(build_person(1).root) == again.get(before)
        assert again.by_root(build_person(2).root) == again.get(after)


def test_a_change_with_the_wrong_old_passphrase_changes_nothing(
    vault: Vault, path: Path, randomness: Randomness, cheap: Cost
) -> None:
    with pytest.raises(WrongPassphrase):
        vault.change_passphrase(OTHER, OTHER, cost=cheap)
    vault.add(build_person(1))
    Vault.open(path, PASSPHRASE, randomness=randomness).close()


def test_whoever_has_it_open_under_the_old_passphrase_sees_and_writes_no_more(
    vault: Vault, path: Path, randomness: Randomness, cheap: Cost
) -> None:
    person_id = vault.add(build_person(1))
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as other:
        other.change_passphrase(PASSPHRASE, OTHER, cost=cheap)
        added = other.add(build_person(2))
        check_locked(vault, person_id, cheap)
        assert found(other, "") == {person_id, added}


def test_a_closed_vault_says_so_and_keeps_no_key(vault: Vault, cheap: Cost) -> None:
    person_id = vault.add(build_person(1))
    search = vault.search("")
    vault.close()
    vault.close()
    check_locked(vault, person_id, cheap)
    with pytest.raises(KeyLocked):
        next(search)
    assert {bytes(key) for key in vault._keys._keys} == {bytes(32)}


def check_locked(vault: Vault, person_id: PersonId, cheap: Cost) -> None:
    for use in (
        lambda: vault.add(build_person(3)),
        lambda: vault.bind(person_id, 77),
        lambda: vault.get(person_id),
        lambda: vault.by_root(Hash32(bytes(32))),
        lambda: vault.by_account(77),
        lambda: list(vault.search("")),
        lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=cheap),
    ):
        with pytest.raises(KeyLocked):
            use()


def test_a_change_that_could_not_be_written_leaves_all_as_it_was(
    path: Path, randomness: Randomness, cheap: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.0)
    vault = Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)
    with closing(SqliteFile(path, VAULT)) as other, other.write():
        with pytest.raises(StoreInUse):
            vault.change_passphrase(PASSPHRASE, OTHER, cost=cheap)
        with pytest.raises(StoreInUse):
            vault.add(build_person(1))
    vault.add(build_person(1))
    vault.close()
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as again:
        assert everybody(again) == {build_person(1)}


def test_several_threads_and_connections_take_turns(
    vault: Vault, path: Path, randomness: Randomness, cheap: Cost
) -> None:
    second = Vault.open(path, PASSPHRASE, randomness=randomness)
    failures: list[LuopuError] = []

    def work(turn: int) -> None:
        for number in range(turn, 40, 4):
            try:
                one = (vault, second)[turn % 2]
                one.bind(one.add(build_person(number)), 70 + number % 2)
            except LuopuError as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    assert failures == []
    assert everybody(vault) == {build_person(number, 70 + number % 2) for number in range(40)}
    assert {len(vault.by_account(70)), len(vault.by_account(71))} == {20}


def test_the_passphrase_may_change_while_others_read(vault: Vault, cheap: Cost) -> None:
    person_id = vault.add(build_person(1))
    failures: list[LuopuError] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                vault.get(person_id)
            except LuopuError as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(20):
        vault.change_passphrase(f"{PASSPHRASE}{number - 1 if number else ''}", f"{PASSPHRASE}{number}", cost=cheap)
    done.set()
    reader.join()
    assert failures == []
