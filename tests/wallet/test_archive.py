"""Archives that nobody should restore are refused whole; and the names that a backup can hold."""

import tarfile
from pathlib import Path

import pytest

from app.core.home import Home
from app.core.walleterrors import BackupDamaged
from app.wallet.archive import is_name
from app.wallet.keystore import Cost
from app.wallet.restore import restore_backup
from tests.wallet.backup_homes import (
    KEPT,
    SECRET,
    Member,
    archive,
    assert_untouched,
    fresh,
    manifest,
    member,
    seal,
    target,
)

__all__ = ["fresh", "target"]


# ---- archives that nobody should restore -----------------------------------------------------------------------------
HOSTILE: dict[str, list[Member]] = {
    "a path upwards": [manifest(), member("wallet/../../escaped")],
    "a path from the root": [manifest(), member("/tmp/luopu-escaped")],
    "a drive": [manifest(), member("wallet/C:escaped")],
    "a path with backslashes": [manifest(), member("wallet\\..\\escaped")],
    "a hidden file": [manifest(), member("wallet/.passphrases.lock")],
    "a name that ends in a dot": [manifest(), member("wallet/keystore.")],
    "an empty part": [manifest(), member("wallet//keystore")],
    "a control character": [manifest(), member("wallet/a\nb")],
    "a reversed name": [manifest(), member("wallet/a\u202eb")],
    "a name of the node": [manifest(), member("node/endpoint.json")],
    "a name of the signer": [manifest(), member("signer/key")],
    "the settings": [manifest(), member("settings.json")],
    "the wallet as a file": [manifest(), member("wallet")],
    "too deep": [manifest(), member("wallet/" + "a/" * 9 + "b")],
    "a symbolic link": [manifest(), member("wallet/keystore", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a hard link": [manifest(), member("wallet/keystore", b"", type=tarfile.LNKTYPE, linkname="backup.json")],
    "a device": [manifest(), member("wallet/keystore", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=5)],
    "a pipe": [manifest(), member("wallet/keystore", b"", type=tarfile.FIFOTYPE)],
    "a folder": [manifest(), member("wallet/contexts", b"", type=tarfile.DIRTYPE)],
    "a sparse file": [manifest(), member("wallet/contexts/a", b"", type=tarfile.GNUTYPE_SPARSE)],
    "a file twice": [manifest(), member("wallet/a"), member("wallet/a")],
    "a file below a file": [manifest(), member("wallet/a"), member("wallet/a/b")],
    "no manifest": [member("wallet/a")],
    "a manifest behind": [member("wallet/a"), manifest()],
    "another manifest": [manifest('{"format": "luopu.backup.v2", "made_ns": "1"}'), member("wallet/a")],
    "a manifest without a moment": [manifest('{"format": "luopu.backup.v1"}'), member("wallet/a")],
    "a manifest that is no JSON": [manifest("{"), member("wallet/a")],
    "a manifest of a list": [manifest("[]"), member("wallet/a")],
    "a huge manifest": [manifest(" " * 5_000 + '{"format": "luopu.backup.v1", "made_ns": "1"}')],
    "nothing": [manifest()],
    "nothing in the wallet": [manifest(), member("genesis.json")],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused_whole(tmp_path: Path, fresh: Home, target: Path, cheap: Cost, kind: str) -> None:
    members = HOSTILE[kind]
    sound = [member("wallet/contexts/00")] if kind not in ("nothing", "nothing in the wallet") else []
    seal(target, archive([members[0], *sound, *members[1:]]), cheap)
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)
    assert {path.name for path in tmp_path.iterdir()} == {target.name, "fresh"}


def header_that_claims(size: int, kind: bytes) -> bytes:
    info = tarfile.TarInfo("wallet/contexts/00")
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
@pytest.mark.parametrize("size", [1 << 40, -1])
def test_a_header_that_claims_a_huge_size_is_refused(
    fresh: Home, target: Path, cheap: Cost, kind: bytes, size: int
) -> None:
    first = archive([manifest()])[:1024]
    seal(target, first + header_that_claims(size, kind) + bytes(10_240), cheap)
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


@pytest.mark.parametrize("format_", [tarfile.PAX_FORMAT])
def test_extended_headers_are_refused(fresh: Home, target: Path, cheap: Cost, format_: int) -> None:
    named = member("wallet/contexts/00", pax_headers={"path": "../../escaped"})
    seal(target, archive([manifest(), named], format_), cheap)
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


def test_long_names_behind_long_names_are_refused(fresh: Home, target: Path, cheap: Cost) -> None:
    first = archive([manifest()])[:1024]
    seal(
        target,
        first + (header_that_claims(5, tarfile.GNUTYPE_LONGNAME) + b"name\x00".ljust(512, b"\x00")) * 5_000,
        cheap,
    )
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


@pytest.mark.parametrize("content", [b"", b"not an archive" * 100, bytes(10_240), archive([manifest()])[:700]])
def test_what_is_no_archive_is_refused(fresh: Home, target: Path, cheap: Cost, content: bytes) -> None:
    seal(target, content, cheap)
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


def test_something_behind_the_archive_is_refused(fresh: Home, target: Path, cheap: Cost) -> None:
    seal(target, archive([manifest(), member("wallet/contexts/00")]) + b"more", cheap)
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


@pytest.mark.parametrize("name", [*KEPT, "wallet/keystore", "wallet/keystore.new", "wallet/a/b/c", "wallet/契约 1.pdf"])
def test_names_of_ours_can_stand_in_a_backup(name: str) -> None:
    assert is_name(name)
