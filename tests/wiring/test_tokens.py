"""The list of accepted modules, and what certificates on tokens say."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import CertificateBuilder, Name, NameAttribute, random_serial_number
from cryptography.x509.oid import NameOID

from app.core.errors import DecodingError
from app.core.hashing import sha256
from app.core.home import Home
from app.core.tokenerrors import ModuleChanged, ModuleUnusable
from app.wiring.tokens import (
    MAX_MODULES,
    CertificateFacts,
    accept_module,
    accepted_modules,
    drop_module,
    find_keys,
    plugged_tokens,
    read_certificate,
)
from tests.conftest import require

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    require(SOFTHSM.exists(), "SoftHSM is not installed")
    (tmp_path / "tokens").mkdir()
    config = tmp_path / "softhsm.conf"
    config.write_text(f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    return str(shutil.copy(SOFTHSM, tmp_path / "module.so"))


def test_what_was_accepted_is_known_by_its_digest_until_it_is_dropped(home: Home, module: str) -> None:
    assert accepted_modules(home) == {}
    assert accept_module(home, module) == sha256(Path(module).read_bytes())
    assert accepted_modules(home) == {module: sha256(Path(module).read_bytes())}
    assert home.token_modules.stat().st_mode & 0o777 == 0o600
    drop_module(home, module)
    assert accepted_modules(home) == {}
    with pytest.raises(ModuleUnusable):
        drop_module(home, module)


def test_a_link_is_followed_before_it_is_accepted_and_when_it_is_dropped(home: Home, module: str) -> None:
    link = Path(module).with_name("link.so")
    link.symlink_to(module)
    accept_module(home, str(link))
    assert list(accepted_modules(home)) == [module]
    drop_module(home, str(link))
    assert accepted_modules(home) == {}


def test_what_does_not_load_is_not_accepted_and_the_list_stays(home: Home, module: str) -> None:
    accept_module(home, module)
    paper = Path(module).with_name("paper.so")
    paper.write_text("no module")
    with pytest.raises(ModuleUnusable):
        accept_module(home, str(paper))
    assert list(accepted_modules(home)) == [module]


def test_a_damaged_list_is_said_and_nothing_of_it_is_loaded(home: Home, module: str) -> None:
    accept_module(home, module)
    crowd = "{" + ",".join(f'"/{number}": "{"00" * 32}"' for number in range(MAX_MODULES + 1)) + "}"
    for content in ("", "[]", '{"/m.so": 1}', '{"/m.so": "00"}', '{"/m.so": "zz"}', crowd):
        home.token_modules.write_text(content)
        with pytest.raises(DecodingError), plugged_tokens(home):
            pass


def test_with_no_module_nothing_is_plugged_in_and_nobody_waits(home: Home) -> None:
    with plugged_tokens(home) as tokens:
        assert (tokens.plugged, tokens.faults) == ((), {})


def test_why_there_may_be_more_keys_is_told_beside_those_that_are_seen(home: Home, module: str) -> None:
    accept_module(home, module)
    with plugged_tokens(home) as tokens:
        assert find_keys(tokens) == ((), None)
    with Path(module).open("ab") as file:
        file.write(b"more")
    with plugged_tokens(home) as tokens:
        keys, error = find_keys(tokens)
    assert keys == ()
    assert isinstance(error, ModuleChanged)


# ---- certificates ----------------------------------------------------------------------------------------------------
def test_a_certificate_names_somebody_and_an_end() -> None:
    key = Ed25519PrivateKey.generate()
    name = Name([NameAttribute(NameOID.COMMON_NAME, "张 三")])
    builder = CertificateBuilder(name, name, key.public_key(), random_serial_number())
    made = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2028, 2, 3, 4, 5, tzinfo=UTC)
    )
    der = made.sign(key, None).public_bytes(Encoding.DER)
    assert read_certificate(der) == CertificateFacts("CN=张 三", date(2028, 2, 3))


@pytest.mark.parametrize("content", [b"", b"0", b"\x30\x03\x02\x01\x01", bytes(100)])
def test_what_is_no_certificate_says_nothing(content: bytes) -> None:
    assert read_certificate(content) is None


def test_what_is_no_path_is_no_module(home: Home, tmp_path: Path) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    for path in ("/usr/lib/\0", str(circle)):
        with pytest.raises(ModuleUnusable):
            accept_module(home, path)
