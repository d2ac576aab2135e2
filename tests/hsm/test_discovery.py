"""Which modules are found here, and which of them may be loaded."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

import app.hsm.discovery
from app.core.tokenerrors import ModuleNotTrusted, ModuleUnusable
from app.hsm.discovery import KNOWN, check_module, find_modules
from tests.conftest import require

CONTENT = b"\x7fELF a module"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that only this user can exchange."""
    folder = tmp_path.resolve() / "modules"
    folder.mkdir(mode=0o755)
    made = folder / "module.so"
    made.write_bytes(CONTENT)
    made.chmod(0o644)
    return made


# ---- what may be loaded ------------------------------------------------------------------------------------------------
def test_a_module_that_only_its_user_can_exchange_is_known_by_its_digest(path: Path) -> None:
    assert check_module(str(path)) == sha256(CONTENT).digest()


@pytest.mark.parametrize("mode", [0o646, 0o602, 0o666])
def test_a_module_that_others_may_write_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(ModuleNotTrusted):
        check_module(str(path))


def test_a_module_that_a_group_of_people_may_write_is_refused(path: Path) -> None:
    path.chmod(0o664)
    _give(path, owner=-1, group=12345)
    with pytest.raises(ModuleNotTrusted):
        check_module(str(path))


@pytest.mark.parametrize("mode", [0o757, 0o777, 0o703])
def test_a_module_in_a_folder_that_others_may_write_is_refused(path: Path, mode: int) -> None:
    path.parent.chmod(mode)
    with pytest.raises(ModuleNotTrusted) as caught:
        check_module(str(path))
    assert caught.value.facts["path"] == str(path.parent)


def test_a_module_below_a_folder_that_others_may_write_is_refused(path: Path) -> None:
    path.parent.parent.chmod(0o777)
    with pytest.raises(ModuleNotTrusted) as caught:
        check_module(str(path))
    assert caught.value.facts["path"] == str(path.parent.parent)


def test_from_a_folder_with_the_sticky_bit_others_can_take_nothing_away(path: Path) -> None:
    path.parent.chmod(0o1777)
    assert check_module(str(path)) == sha256(CONTENT).digest()


def test_the_sticky_bit_does_not_keep_others_from_writing_a_file(path: Path) -> None:
    path.chmod(0o1666)
    with pytest.raises(ModuleNotTrusted):
        check_module(str(path))


@pytest.mark.parametrize("up", [0, 1])
def test_a_module_or_folder_of_another_user_is_refused(path: Path, up: int) -> None:
    theirs = (path, *path.parents)[up]
    _give(theirs, owner=12345, group=-1)
    with pytest.raises(ModuleNotTrusted) as caught:
        check_module(str(path))
    assert caught.value.facts["path"] == str(theirs)


def _give(path: Path, owner: int, group: int) -> None:
    require(os.getuid() == 0, "only root can give files away")
    os.chown(path, owner, group)


@pytest.mark.parametrize("how", ["link", "link to the folder", "relative", "dots", "dot", "folder", "none", ""])
def test_only_a_whole_path_to_a_file_is_taken(path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    (path.parent / "link.so").symlink_to(path)
    (path.parent.parent / "linked").symlink_to(path.parent)
    monkeypatch.chdir(path.parent)
    given = {
        "link": path.parent / "link.so",
        "link to the folder": path.parent.parent / "linked" / path.name,
        "relative": path.name,
        "dots": f"{path.parent}/../{path.parent.name}/{path.name}",
        "dot": f"{path.parent}/./{path.name}",
        "folder": path.parent,
        "none": path.parent / "none.so",
        "": "",
    }[how]
    with pytest.raises(ModuleUnusable):
        check_module(str(given))


def test_a_path_with_a_zero_byte_is_refused() -> None:
    with pytest.raises(ModuleUnusable):
        check_module("/usr/lib/a\0b.so")


# ---- what is found -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "pattern"),
    [("SoftHSM", "**/libsofthsm2.so"), ("OpenSC", "*/opensc-pkcs11.so"), ("TPM 2.0", "*/libtpm2_pkcs11.so.1")],
)
def test_modules_that_the_system_installed_are_found_and_may_be_loaded(name: str, pattern: str) -> None:
    installed = {path.resolve() for path in Path("/usr/lib").glob(pattern)}
    require(bool(installed), f"{name} is not installed")
    found = {Path(each.path) for each in find_modules() if each.name == name}
    assert found == installed
    for each in found:
        assert check_module(str(each)) == sha256(each.read_bytes()).digest()


def test_each_file_is_found_once_however_many_names_it_has() -> None:
    paths = [each.path for each in find_modules()]
    assert len(paths) == len(set(paths))
    assert all(Path(path).resolve() == Path(path) for path in paths)


def test_paths_of_other_systems_do_no_harm_here() -> None:
    for system in (*KNOWN, "plan9"):
        assert isinstance(find_modules(system), tuple)


@pytest.fixture
def configs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of p11-kit's, and nothing else to look at."""
    folder = tmp_path / "p11-kit"
    folder.mkdir()
    monkeypatch.setattr(app.hsm.discovery, "P11_KIT_FOLDERS", (folder, tmp_path / "not there"))
    monkeypatch.setattr(app.hsm.discovery, "KNOWN", {})
    return folder


def test_modules_that_p11_kit_is_told_of_are_found(configs: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = path.parent / "other.so"
    other.write_bytes(CONTENT)
    monkeypatch.setattr(app.hsm.discovery, "_P11_KIT_BASES", (str(path.parent),))
    (configs / "whole.module").write_text(f"# a comment\nmodule: {path}\ncritical: no\n")
    (configs / "short.module").write_text("module: other.so\n")
    (configs / "ignored.conf").write_text(f"module: {path}\n")
    assert [(each.name, each.path) for each in find_modules("linux")] == [("short", str(other)), ("whole", str(path))]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"module:",
        b"module: \n",
        b"\xff\xfe\x00",
        b"module: ../../..\n",
        b"module: /\n",
        b"module: a\0b\n",
        b"x" * 100_000,
    ]
    + [f"module: {each}\n".encode() for each in ("/usr/lib/**.so**", "/**", "~/x.so", "**", "/usr/[", ".", "//")],
)
def test_damaged_configurations_hide_no_others(configs: Path, path: Path, content: bytes) -> None:
    (configs / "a.module").write_bytes(content)
    (configs / "b.module").write_text(f"module: {path}\n")
    assert ("b", str(path)) in [(each.name, each.path) for each in find_modules("linux")]


def test_a_configuration_that_cannot_be_read_hides_no_others(configs: Path, path: Path) -> None:
    (configs / "a.module").mkdir()
    (configs / "b.module").write_text(f"module: {path}\n")
    assert [each.path for each in find_modules("linux")] == [str(path)]
