"""A consortium on one computer: what is written, for whom, and never over anything."""

import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.consortium.configuration import encode_config
from app.consortium.folders import ConsortiumFolder, find_validators
from app.consortium.making import Lock, configure, load_company
from app.consortium.onecomputer import Plan, make_consortium, new_chain_id
from app.core.errors import BadGenesis, FolderExists, UsageError
from app.core.keys import Algorithm, PublicKey
from app.core.walleterrors import WeakPassphrase
from app.wallet.keystore import Cost, load_keystore
from app.wiring.node import load_peers
from app.wiring.stores import load_genesis
from tests.fakes.consortium import Clerk

LOCK = Lock("a passphrase", Cost(1, 8192))
PLAN = Plan(names=("甲公司", "乙公司", "丙公司"), chain_id="luopu-test", partner="合作方", first_address="127.3.3.1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> ConsortiumFolder:
    root = tmp_path_factory.mktemp("made") / "联盟"
    make_consortium(root, PLAN, LOCK)
    return ConsortiumFolder(root)


def files_in(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_validator_has_a_seat_under_a_bookkeeper_of_its_own(folder: ConsortiumFolder) -> None:
    genesis, _, _ = load_genesis(folder.genesis)
    companies = [load_company(folder.validator(number).company) for number in (1, 2, 3)]
    assert {validator.key for validator in genesis.validators} == {company.validator for company in companies}
    state = genesis.app_state
    assert isinstance(state["accounts"], list)
    assert isinstance(state["validators"], list)
    accounts = {account["id"]: account for account in state["accounts"]}
    for company, seat in zip(companies, state["validators"], strict=True):
        account = accounts[seat["account"]]
        assert seat["key"] == company.validator.hex()
        assert account["name"] == company.name
        assert account["party"] == "bookkeeper"
        assert account["keys"][0]["key"] == company.bookkeeper.data.hex() != company.validator.hex()


def test_each_key_is_made_anew_and_opens_with_the_passphrase(folder: ConsortiumFolder) -> None:
    homes = [folder.operator, folder.partner, *(folder.validator(number).bookkeeper for number in (1, 2, 3))]
    keys = [load_keystore(home.keystore) for home in homes]
    assert len({key.public_key for key in keys}) == len(keys)
    for key in keys:
        key.unlock("a passphrase").lock()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_keys_are_for_their_owner_alone(folder: ConsortiumFolder) -> None:
    secret = {"priv_validator_key.json", "priv_validator_state.json", "node_key.json", "keystore"}
    found = [path for path in folder.root.rglob("*") if path.name in secret]
    assert len(found) == 3 * 4 + 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700


def test_everybody_has_the_same_genesis_and_knows_where_to_ask(folder: ConsortiumFolder) -> None:
    documents = {path.read_bytes() for path in folder.root.rglob("genesis.json")}
    assert len(documents) == 1
    assert load_peers(folder.partner) == ["http://127.3.3.1:26657", "http://127.3.3.2:26657", "http://127.3.3.3:26657"]
    assert load_peers(folder.validator(2).bookkeeper) == ["http://127.3.3.2:26657"]


def test_each_validator_dials_all_others_and_not_itself(folder: ConsortiumFolder) -> None:
    companies = [load_company(folder.validator(number).company) for number in (1, 2, 3)]
    for number, validator in enumerate(find_validators(folder.root), start=1):
        text = validator.config.read_text()
        for other, company in enumerate(companies, start=1):
            assert (company.peer in text) is (other != number)


def test_a_partner_who_has_a_key_gets_no_other(tmp_path: Path) -> None:
    clerk = Clerk()
    make_consortium(tmp_path / "made", replace(PLAN, partner_key=clerk.public_key), LOCK)
    folder = ConsortiumFolder(tmp_path / "made")
    assert not folder.partner.keystore.exists()
    assert clerk.public_key.data.hex() in folder.genesis.read_text()


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_nothing_is_ever_written_over(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "there"
    if kind == "folder":
        path.mkdir()
    elif kind == "file":
        path.write_text("kept")
    else:
        path.symlink_to("nowhere")
    with pytest.raises(FolderExists):
        make_consortium(path, PLAN, LOCK)
    assert [file.name for file in tmp_path.iterdir()] == ["there"]
    assert kind != "file" or path.read_text() == "kept"


@pytest.mark.parametrize(
    ("plan", "lock", "error"),
    [
        (PLAN, Lock("short", Cost(1, 8192)), WeakPassphrase),
        (replace(PLAN, chain_id="x" * 51), LOCK, BadGenesis),
        (replace(PLAN, partner=""), LOCK, BadGenesis),
        (replace(PLAN, partner_key=PublicKey(Algorithm.P256, bytes(33))), LOCK, BadGenesis),
        (replace(PLAN, first_address="192.0.2.1"), LOCK, UsageError),
    ],
    ids=["passphrase", "chain id", "partner", "key", "address"],
)
def test_what_cannot_be_made_leaves_nothing(tmp_path: Path, plan: Plan, lock: Lock, error: type[Exception]) -> None:
    with pytest.raises(error):
        make_consortium(tmp_path / "made", plan, lock)
    assert list(tmp_path.iterdir()) == []


def test_configured_again_it_keeps_keys_and_what_was_there_before(folder: ConsortiumFolder) -> None:
    validator = folder.validator(1)
    before = files_in(validator.root)
    companies = [load_company(folder.validator(number).company) for number in (1, 2, 3)]
    settings = replace(PLAN.settings(1, companies), interval_seconds=9.0)
    assert configure(validator, folder.genesis, settings)
    after = files_in(validator.root)
    assert after.pop("config/config.toml").decode() == encode_config(settings)
    assert after.pop("config/config.toml.before") == before.pop("config/config.toml")
    assert after == before


def test_configured_again_it_still_waits_for_its_signer(folder: ConsortiumFolder) -> None:
    """Else CometBFT would make itself a key that nobody knows, and the validator would be absent without a word."""
    validator = folder.validator(2)
    companies = [load_company(folder.validator(number).company) for number in (1, 2, 3)]
    settings = replace(PLAN.settings(2, companies), signer="unix:///run/luopu/comet.sock")
    configure(validator, folder.genesis, settings)
    assert 'priv_validator_laddr = "unix:///run/luopu/comet.sock"' in validator.config.read_text()
    configure(validator, folder.genesis, replace(settings, signer="", interval_seconds=9.0))
    assert validator.config.read_text() == encode_config(replace(settings, interval_seconds=9.0))


def test_a_configuration_that_cannot_be_read_is_left_alone(folder: ConsortiumFolder) -> None:
    validator = folder.validator(2)
    validator.config.write_text("not = toml = at all")
    settings = PLAN.settings(2, [load_company(folder.validator(number).company) for number in (1, 2, 3)])
    with pytest.raises(UsageError):
        configure(validator, folder.genesis, settings)
    assert validator.config.read_text() == "not = toml = at all"


def test_a_validator_never_changes_its_chain(folder: ConsortiumFolder, tmp_path: Path) -> None:
    make_consortium(tmp_path / "other", PLAN, LOCK)
    validator = folder.validator(3)
    before = files_in(validator.root)
    settings = PLAN.settings(3, [load_company(folder.validator(number).company) for number in (1, 2, 3)])
    with pytest.raises(BadGenesis):
        configure(validator, ConsortiumFolder(tmp_path / "other").genesis, settings)
    assert files_in(validator.root) == before


def test_validators_are_found_in_their_order(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        config = ConsortiumFolder(tmp_path).validator(number).config
        config.parent.mkdir(parents=True)
        config.touch()
    (tmp_path / "validators").mkdir()
    assert [validator.root.name for validator in find_validators(tmp_path)] == [
        "validator1",
        "validator2",
        "validator10",
    ]
    assert [validator.root.name for validator in find_validators(tmp_path / "validator2")] == ["validator2"]
    with pytest.raises(UsageError):
        find_validators(tmp_path / "nowhere")


def test_chains_do_not_share_a_name() -> None:
    assert new_chain_id() != new_chain_id()
