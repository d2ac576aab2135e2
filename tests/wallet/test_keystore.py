"""The keystore file: what opens it, what does not, and what hostile files can do."""

import os
import stat
import struct
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.exceptions import RuntimeError as SodiumFailure
from nacl.pwhash import argon2id

from app.core.errors import FileUnreadable, OutOfRange, StoreFailed
from app.core.hashing import sha256
from app.core.keys import Algorithm, is_signed_by
from app.core.ports import Randomness
from app.core.walleterrors import (
    DerivationFailed,
    KeystoreDamaged,
    KeystoreExists,
    NoKeystore,
    WeakPassphrase,
    WrongPassphrase,
)
from app.wallet import disk, keystore
from app.wallet.keystore import (
    MODERATE,
    SENSITIVE,
    Cost,
    change_passphrase,
    create_keystore,
    decode_keystore,
    load_keystore,
    raise_cost,
)

PASSPHRASE = "correct horse 电池"
DIGEST = sha256(b"digest")
COST_AT, KEYS_AT = 16, 68


@pytest.fixture
def path(tmp_path: Path, randomness: Randomness, cheap: Cost) -> Path:
    """A keystore with an Ed25519 key."""
    path = tmp_path / "desk.keystore"
    create_keystore(path, PASSPHRASE, algorithm=Algorithm.ED25519, label="经办 01", randomness=randomness, cost=cheap)
    return path


def resealed(content: bytes) -> bytes:
    """The file with a checksum that fits, as somebody who alters it with care would leave it."""
    return content[:-32] + sha256(content[:-32])


def outcome_of(content: bytes) -> object:
    try:
        return decode_keystore(content).unlock(PASSPHRASE)
    except (KeystoreDamaged, WrongPassphrase) as error:
        return type(error)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_keystore_opens_with_its_passphrase_and_signs(
    tmp_path: Path, randomness: Randomness, cheap: Cost, algorithm: Algorithm
) -> None:
    path = tmp_path / "key"
    create_keystore(path, PASSPHRASE, algorithm=algorithm, label="", randomness=randomness, cost=cheap)
    locked = load_keystore(path)
    key = locked.unlock(PASSPHRASE)
    assert key.public_key == locked.public_key
    assert locked.public_key.algorithm is algorithm
    assert is_signed_by(locked.public_key, DIGEST, key.sign(DIGEST))


def test_a_keystore_of_the_usual_cost_opens(tmp_path: Path, randomness: Randomness) -> None:
    path = tmp_path / "key"
    create_keystore(path, PASSPHRASE, algorithm=Algorithm.ED25519, label="", randomness=randomness)
    locked = load_keystore(path)
    assert locked.cost == MODERATE == Cost(3, 256 * 1024 * 1024)
    assert is_signed_by(locked.public_key, DIGEST, locked.unlock(PASSPHRASE).sign(DIGEST))


@given(
    passphrase=st.text(min_size=8, max_size=40).filter(lambda text: len(keystore._normalize(text)) >= 8),
    label=st.text(max_size=40).filter(keystore._is_label),
    algorithm=st.sampled_from(Algorithm),
    seed=st.binary(max_size=8),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_passphrase_and_label_come_back(
    tmp_path: Path, cheap: Cost, passphrase: str, label: str, algorithm: Algorithm, seed: bytes
) -> None:
    class Seeded:
        def random_bytes(self, count: int) -> bytes:
            return (seed + bytes(count))[:count]

    path = tmp_path / "key"
    path.unlink(missing_ok=True)
    create_keystore(path, passphrase, algorithm=algorithm, label=label, randomness=Seeded(), cost=cheap)
    locked = load_keystore(path)
    assert locked.label == label
    assert is_signed_by(locked.public_key, DIGEST, locked.unlock(passphrase).sign(DIGEST))
    with pytest.raises(WrongPassphrase):
        locked.unlock(passphrase + "x")


def test_public_key_and_label_are_known_without_the_passphrase(path: Path) -> None:
    locked = load_keystore(path)
    assert locked.label == "经办 01"
    assert locked.public_key == locked.unlock(PASSPHRASE).public_key


@pytest.mark.parametrize("passphrase", ["", "wrong horse 电池", PASSPHRASE + " ", PASSPHRASE.upper(), "\ud800" * 8])
def test_another_passphrase_does_not_open_it(path: Path, passphrase: str) -> None:
    with pytest.raises(WrongPassphrase):
        load_keystore(path).unlock(passphrase)


def test_the_passphrase_may_be_typed_full_width_or_decomposed(
    tmp_path: Path, randomness: Randomness, cheap: Cost
) -> None:
    path = tmp_path / "key"
    create_keystore(path, "passwörd123", algorithm=Algorithm.ED25519, label="", randomness=randomness, cost=cheap)
    for typed in ("passwo\u0308rd123", "ｐａｓｓｗörd１２３"):
        assert load_keystore(path).unlock(typed)


@pytest.mark.parametrize("passphrase", ["", "1234567", "一二三四五六七", "e\u0301" * 4])
def test_a_short_passphrase_is_refused_and_no_file_made(
    tmp_path: Path, randomness: Randomness, cheap: Cost, passphrase: str
) -> None:
    with pytest.raises(WeakPassphrase):
        create_keystore(
            tmp_path / "key", passphrase, algorithm=Algorithm.P256, label="", randomness=randomness, cost=cheap
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("label", ["a\nb", "\u202egnp", "长" * 86, "\ud800", "\u200b"])
def test_a_label_that_cannot_be_seen_whole_is_refused(
    tmp_path: Path, randomness: Randomness, cheap: Cost, label: str
) -> None:
    with pytest.raises(OutOfRange):
        create_keystore(
            tmp_path / "key", PASSPHRASE, algorithm=Algorithm.P256, label=label, randomness=randomness, cost=cheap
        )


@pytest.mark.parametrize("cost", [Cost(0, 8192), Cost(1, 8191), Cost(5, 8192), Cost(1, SENSITIVE.memory + 1)])
def test_a_cost_out_of_bounds_is_refused(tmp_path: Path, randomness: Randomness, cost: Cost) -> None:
    with pytest.raises(OutOfRange):
        create_keystore(
            tmp_path / "key", PASSPHRASE, algorithm=Algorithm.P256, label="", randomness=randomness, cost=cost
        )


# ---- the file -------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_file_is_its_owner_s_alone_and_nothing_is_left_beside_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_the_secret_is_not_in_the_file(path: Path) -> None:
    secret = bytes(load_keystore(path).unlock(PASSPHRASE)._secret)
    assert secret not in path.read_bytes()


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_what_is_there_is_never_overwritten(tmp_path: Path, randomness: Randomness, cheap: Cost, kind: str) -> None:
    path = tmp_path / "key"
    if kind == "file":
        path.write_bytes(b"precious")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(KeystoreExists):
        create_keystore(path, PASSPHRASE, algorithm=Algorithm.P256, label="", randomness=randomness, cost=cheap)
    assert kind != "file" or path.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("links", [True, False], ids=["with links", "without links"])
def test_of_two_who_create_at_once_one_wins_and_the_other_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    path = tmp_path / "key"

    def write(temporary: Path) -> None:
        temporary.write_bytes(b"second")
        path.write_bytes(b"first")  # the other one, between our look and our name

    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refuse_links)
    with pytest.raises(KeystoreExists):
        disk.create_file(path, write, KeystoreExists())
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def refuse_links(_path: Path, _target: Path) -> None:
    raise PermissionError(1, "operation not permitted")


def test_a_file_system_without_links_serves_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "hardlink_to", refuse_links)
    disk.create_file(tmp_path / "key", disk.write_bytes(b"content"), KeystoreExists())
    assert (tmp_path / "key").read_bytes() == b"content"
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


def test_content_and_name_are_synced_before_it_is_said_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    original, link = os.fsync, Path.hardlink_to

    def fsync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        original(descriptor)

    def hardlink_to(path: Path, target: Path) -> None:
        steps.append("name")
        link(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "hardlink_to", hardlink_to)
    disk.create_file(tmp_path / "key", disk.write_bytes(b"content"), KeystoreExists())
    assert steps == ["file", "name", "folder"]


def test_a_disk_that_refuses_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, randomness: Randomness, cheap: Cost
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFailed):
        create_keystore(
            tmp_path / "key", PASSPHRASE, algorithm=Algorithm.P256, label="", randomness=randomness, cost=cheap
        )
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_said(tmp_path: Path, randomness: Randomness, cheap: Cost) -> None:
    with pytest.raises(StoreFailed):
        create_keystore(
            tmp_path / "no" / "key",
            PASSPHRASE,
            algorithm=Algorithm.P256,
            label="",
            randomness=randomness,
            cost=cheap,
        )


def test_no_keystore_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoKeystore):
        load_keystore(tmp_path / "key")


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        load_keystore(tmp_path)


# ---- damaged and hostile files -----------------------------------------------------------------------------------------
def test_every_truncation_is_damage(path: Path) -> None:
    content = path.read_bytes()
    assert {outcome_of(content[:length]) for length in range(len(content))} == {KeystoreDamaged}


def test_every_truncation_with_a_fitting_checksum_is_damage(path: Path) -> None:
    content = path.read_bytes()
    assert {outcome_of(resealed(content[:length] + bytes(32))) for length in range(len(content) - 32)} == {
        KeystoreDamaged
    }


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_every_flipped_byte_is_damage(path: Path, flip: int) -> None:
    content = path.read_bytes()
    for at in range(len(content)):
        damaged = bytearray(content)
        damaged[at] ^= flip
        assert outcome_of(bytes(damaged)) is KeystoreDamaged, at


@pytest.mark.parametrize("flip", [0x01, 0xFF])
def test_every_flipped_byte_with_a_fitting_checksum_opens_nothing(path: Path, flip: int) -> None:
    content = path.read_bytes()
    for at in range(len(content) - 32):
        damaged = bytearray(content)
        damaged[at] ^= flip
        assert outcome_of(resealed(bytes(damaged))) in {KeystoreDamaged, WrongPassphrase}, at


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_at_all_are_damage(data: bytes, begins_well: bool) -> None:
    content = keystore.MAGIC + b"\x01" + data if begins_well else data
    for candidate in (content, resealed(content + bytes(32))):
        with pytest.raises(KeystoreDamaged):
            decode_keystore(candidate)


def test_bytes_after_the_end_are_damage(path: Path) -> None:
    content = path.read_bytes()
    assert outcome_of(content + b"\x00") is KeystoreDamaged
    assert outcome_of(resealed(content[:-32] + b"\x00" + bytes(32))) is KeystoreDamaged


@pytest.mark.parametrize("cost", [(0, 8192), (1, 0), (5, 8192), (2**32 - 1, 8192), (1, 2**30 + 1), (1, 2**64 - 1)])
def test_a_hostile_cost_is_refused_before_anything_is_derived(
    path: Path, monkeypatch: pytest.MonkeyPatch, cost: tuple[int, int]
) -> None:
    monkeypatch.setattr(keystore, "derive_key", lambda *_args: pytest.fail("derived"))
    content = path.read_bytes()
    hostile = content[:COST_AT] + struct.pack(">IQ", *cost) + content[COST_AT + 12 :]
    with pytest.raises(KeystoreDamaged) as caught:
        decode_keystore(resealed(hostile))
    assert caught.value.facts["reason"] == "cost"


def test_a_huge_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(KeystoreDamaged):
        load_keystore(path)


@pytest.mark.parametrize("at", [15, KEYS_AT], ids=["version", "number of keys"])
def test_a_file_of_a_later_kind_is_refused_by_version(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] = 2
    with pytest.raises(KeystoreDamaged) as caught:
        decode_keystore(resealed(bytes(content)))
    assert caught.value.facts["reason"] == "version"


def test_a_header_of_another_keystore_does_not_fit(
    path: Path, tmp_path: Path, cheap: Cost, randomness: Randomness
) -> None:
    other = tmp_path / "other"
    create_keystore(other, PASSPHRASE, algorithm=Algorithm.ED25519, label="经办 01", randomness=randomness, cost=cheap)
    ours, theirs = path.read_bytes(), other.read_bytes()
    swapped = ours[:KEYS_AT] + theirs[KEYS_AT:-80] + ours[-80:]  # the public key of one, the secret of the other
    assert outcome_of(resealed(swapped)) is WrongPassphrase


def test_a_secret_that_is_not_the_public_key_s_is_damage(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, randomness: Randomness, cheap: Cost
) -> None:
    monkeypatch.setattr(keystore, "derive_public_key", lambda *_args: load_keystore(path).public_key)
    forged = tmp_path / "forged"
    create_keystore(forged, PASSPHRASE, algorithm=Algorithm.ED25519, label="", randomness=randomness, cost=cheap)
    monkeypatch.undo()
    with pytest.raises(KeystoreDamaged):
        load_keystore(forged).unlock(PASSPHRASE)


def test_too_little_memory_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> bytes:
        raise SodiumFailure

    monkeypatch.setattr(argon2id, "kdf", fail)
    with pytest.raises(DerivationFailed):
        load_keystore(path).unlock(PASSPHRASE)


def test_several_threads_may_unlock_at_once(path: Path) -> None:
    locked = load_keystore(path)
    keys: list[object] = []
    threads = [threading.Thread(target=lambda: keys.append(locked.unlock(PASSPHRASE))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 4


# ---- another passphrase, a higher cost -------------------------------------------------------------------------------
NEW = "another 口令 altogether"


def test_the_passphrase_is_changed_and_the_key_stays(path: Path, randomness: Randomness, cheap: Cost) -> None:
    before = load_keystore(path)
    change_passphrase(path, PASSPHRASE, NEW, randomness=randomness, cost=cheap)
    after = load_keystore(path)
    assert (after.public_key, after.label, after.cost) == (before.public_key, before.label, before.cost)
    assert is_signed_by(after.public_key, DIGEST, after.unlock(NEW).sign(DIGEST))
    with pytest.raises(WrongPassphrase):
        after.unlock(PASSPHRASE)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_sealed_twice_with_the_same_salt_or_nonce(path: Path, randomness: Randomness, cheap: Cost) -> None:
    before = path.read_bytes()
    change_passphrase(path, PASSPHRASE, PASSPHRASE, randomness=randomness, cost=cheap)
    after = path.read_bytes()
    assert before[COST_AT + 12 : KEYS_AT - 24] != after[COST_AT + 12 : KEYS_AT - 24]
    assert before[KEYS_AT - 24 : KEYS_AT] != after[KEYS_AT - 24 : KEYS_AT]


@pytest.mark.parametrize(
    ("old", "new", "error"), [("wrong one", NEW, WrongPassphrase), (PASSPHRASE, "short", WeakPassphrase)]
)
def test_a_change_that_is_refused_leaves_the_file(
    path: Path, randomness: Randomness, cheap: Cost, old: str, new: str, error: type[Exception]
) -> None:
    before = path.read_bytes()
    with pytest.raises(error):
        change_passphrase(path, old, new, randomness=randomness, cost=cheap)
    assert path.read_bytes() == before


def test_a_disk_that_refuses_leaves_the_old_passphrase(
    path: Path, randomness: Randomness, cheap: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = path.read_bytes()
    monkeypatch.setattr(disk.os, "fsync", refuse)
    with pytest.raises(StoreFailed):
        change_passphrase(path, PASSPHRASE, NEW, randomness=randomness, cost=cheap)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_cost_that_has_fallen_behind_is_raised_and_one_that_has_not_is_left(
    path: Path, randomness: Randomness, cheap: Cost
) -> None:
    dearer = Cost(cheap.operations + 1, cheap.memory * 2)
    assert raise_cost(path, PASSPHRASE, randomness=randomness, least=dearer)
    assert load_keystore(path).cost == dearer
    content = path.read_bytes()
    assert not raise_cost(path, PASSPHRASE, randomness=randomness, least=cheap)
    assert path.read_bytes() == content


def test_a_change_of_passphrase_never_lowers_the_cost(path: Path, randomness: Randomness, cheap: Cost) -> None:
    dearer = Cost(cheap.operations + 1, cheap.memory * 2)
    raise_cost(path, PASSPHRASE, randomness=randomness, least=dearer)
    change_passphrase(path, PASSPHRASE, NEW, randomness=randomness, cost=cheap)
    assert load_keystore(path).cost == dearer
