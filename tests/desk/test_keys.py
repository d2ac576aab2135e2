"""The keys at a desk: a real token plugged in and out, keys made on it, registered and signed with; locking."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from app.client.model import Final
from app.core.errors import DecodingError
from app.core.tokenerrors import KeyNotOnToken, LoginRequired, ModuleChanged, ModuleCrashed, PinIncorrect, TokenRemoved
from app.core.walleterrors import KeyLocked, WrongPassphrase
from app.core.wire import registry_pb2 as wire
from app.desk.keyring import Keyring
from app.ui.desk import Setup
from app.ui.desks.keys import KeyView, TokenView
from app.wallet.approval_file import logged_lines
from app.wallet.keystore import Cost, load_keystore
from tests.hsm.conftest import PIN, SoftHsm, soft_hsm
from tests.scenarios.town import ALPHA, CHEAP, NUMBERS, PASSPHRASE, Town, TownDesk, running_town

__all__ = ["soft_hsm"]
SECONDS = 20.0


@pytest.fixture
async def town(tmp_path: Path, soft_hsm: SoftHsm) -> AsyncIterator[Town]:
    """A town in which SoftHSM's tokens can be plugged in."""
    assert soft_hsm.folder.exists()
    async with running_town(tmp_path / "town") as made:
        yield made


@pytest.fixture
async def desk(town: Town, soft_hsm: SoftHsm) -> TownDesk:
    """Alpha's desk, which uses the driver of SoftHSM."""
    made = await town.desk(ALPHA)
    await made.accept_module(soft_hsm.path)
    return made


async def until(desk: TownDesk, holds: Callable[[], bool]) -> None:
    """Wait for news of the keys until something is so; it may be so already."""
    async with asyncio.timeout(SECONDS), aclosing(desk.key_events()) as events:
        async for _ in events:
            if holds():
                return


async def plugged(desk: TownDesk, soft_hsm: SoftHsm) -> TokenView:
    """A new token at the desk."""
    soft_hsm.insert_new("复核")
    await until(desk, lambda: len(desk._keys.plugged) == 1)
    (view,) = await desk.tokens()
    return view


async def with_own_key(desk: TownDesk, soft_hsm: SoftHsm, algorithm: str = "p256") -> KeyView:
    """A key on a new token that is Alpha's, and signs at the desk. The token is locked."""
    token = (await plugged(desk, soft_hsm)).token.name
    await desk.log_in(token, PIN)
    key = await desk.generate_key(token, algorithm, "复核 02")
    await desk.log_out(token)
    await desk.use_key(key)
    card = await desk.decode_card(await desk.key_card((), PIN))
    await desk.use_key(keystore_key(await desk.keys()).key)
    deed = await desk.prepare(wire.Body(change_keys=wire.ChangeKeys(add=[card])))
    await desk.sign_deed(deed.deed_id)
    assert isinstance(await desk.wait_for_outcome(deed.deed_id), Final)
    await desk.log_out(token)
    await desk.use_key(key)
    return desk.own_key()


def keystore_key(keys: tuple[KeyView, ...]) -> KeyView:
    return next(key for key in keys if key.place is None)


def opened_again(desk: TownDesk) -> Keyring:
    """Another ring of the same home and key."""
    assert desk._keys._software is not None
    again = Keyring(desk._home)
    again.open(desk._keys._software, "经办")
    return again


def thresholds() -> wire.Body:
    return wire.Body(set_thresholds=wire.SetThresholds())


# ---- tokens come and go ----------------------------------------------------------------------------------------------
async def test_a_token_appears_with_its_keys_and_goes_again(desk: TownDesk, soft_hsm: SoftHsm) -> None:
    view = await plugged(desk, soft_hsm)
    assert (view.token.name.label, view.keys, view.error) == ("复核", (), None)
    soft_hsm.remove()
    await until(desk, lambda: desk._keys.plugged == ())
    assert await desk.tokens() == ()


async def test_nothing_is_loaded_that_was_not_accepted(town: Town, soft_hsm: SoftHsm) -> None:
    desk = await town.desk(ALPHA)
    soft_hsm.insert_new("复核")
    found = {module.path: module.digest for module in await desk.modules()}
    assert found[soft_hsm.path] == b""
    assert await desk.tokens() == ()
    await desk.accept_module(soft_hsm.path)
    await until(desk, lambda: [token.name.label for token in desk._keys.plugged] == ["复核"])
    await desk.drop_module(soft_hsm.path)
    assert await desk.tokens() == ()


# ---- a key on a token signs ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("algorithm", ["ed25519", "p256"])
async def test_a_key_made_on_a_token_signs_with_its_pin_and_it_is_final(
    desk: TownDesk, soft_hsm: SoftHsm, tmp_path: Path, algorithm: str
) -> None:
    own = await with_own_key(desk, soft_hsm, algorithm)
    assert (own.is_own, own.asks, own.label) == (True, "pin", "复核 02")
    file = tmp_path / "a.txt"
    file.write_text("a")
    (draft,) = await desk.draft([await desk.hash_file(file, lambda *_: None, lambda: False)], None, "入库")
    with pytest.raises(LoginRequired):
        await desk.sign_and_send([draft.draft_id])
    with pytest.raises(PinIncorrect):
        await desk.sign_and_send([draft.draft_id], "654321")
    assert [item.state for item in await desk.outbox()] == ["draft"]
    await desk.sign_and_send([draft.draft_id], PIN)
    assert isinstance(await desk.wait_for_outcome(draft.draft_id), Final)
    newest = logged_lines(desk._journal(), limit=1)[0].line
    assert newest is not None
    assert (newest.key, newest.shown.action) == (desk._keys.own.public_key, "notarize")


async def test_the_keys_say_whose_they_are_and_which_of_them_signs(desk: TownDesk, soft_hsm: SoftHsm) -> None:
    own = await with_own_key(desk, soft_hsm)
    keys = {key.key: (key.account, key.is_own, key.place is None) for key in await desk.keys()}
    assert keys == {
        own.key: (NUMBERS[ALPHA], True, False),
        keystore_key(await desk.keys()).key: (NUMBERS[ALPHA], False, True),
    }
    assert desk.public_key_text() == own.key


async def test_pulled_before_signing_the_draft_is_kept_and_signed_when_it_is_back(
    desk: TownDesk, soft_hsm: SoftHsm
) -> None:
    await with_own_key(desk, soft_hsm)
    deed = await desk.prepare(thresholds())
    soft_hsm.remove()
    await until(desk, lambda: not desk.own_key().is_at_hand)
    with pytest.raises(TokenRemoved):
        await desk.sign_deed(deed.deed_id, PIN)
    soft_hsm.put_back()
    await until(desk, lambda: desk.own_key().is_at_hand)
    await desk.sign_deed(deed.deed_id, PIN)
    assert isinstance(await desk.wait_for_outcome(deed.deed_id), Final)


async def test_a_driver_that_is_killed_loses_no_draft_and_signs_nothing_twice(
    desk: TownDesk, soft_hsm: SoftHsm, tmp_path: Path
) -> None:
    own = await with_own_key(desk, soft_hsm)
    assert own.place is not None
    await desk.log_in(own.place, PIN)
    file = tmp_path / "a.txt"
    file.write_text("a")
    (draft,) = await desk.draft([await desk.hash_file(file, lambda *_: None, lambda: False)], None, "入库")
    line = desk._keys.tokens._modules[soft_hsm.path]._line
    assert line is not None
    line._process.kill()
    await until(desk, lambda: isinstance(desk._keys.faults.get(soft_hsm.path), ModuleCrashed))
    (told,) = [each for each in await desk.modules() if each.path == soft_hsm.path]
    assert isinstance(told.error, ModuleCrashed)
    with pytest.raises((ModuleCrashed, TokenRemoved)):
        await desk.sign_and_send([draft.draft_id], PIN)
    assert [item.state for item in await desk.outbox()] == ["draft"]
    await desk._keys.keep()
    await until(desk, lambda: desk.own_key().is_at_hand)
    await desk.sign_and_send([draft.draft_id], PIN)
    assert isinstance(await desk.wait_for_outcome(draft.draft_id), Final)
    assert len(await desk.records()) == 1


async def test_a_key_that_is_not_at_hand_cannot_be_chosen(desk: TownDesk) -> None:
    with pytest.raises(KeyNotOnToken):
        await desk.use_key("p256:03a53e01ceb3a0e1fbf2e44f2b1d1d1ee0b6c8c1f4b2bb3cc0e9b21a35d4d7a7b9")


async def test_which_key_signs_is_remembered(town: Town, desk: TownDesk, soft_hsm: SoftHsm) -> None:
    own = await with_own_key(desk, soft_hsm)
    again = opened_again(desk)
    try:
        assert (again.own.public_key, again.own.label, again.own.token) == (
            desk._keys.own.public_key,
            own.label,
            own.place,
        )
    finally:
        await again._close_tokens()
    await desk.use_key(keystore_key(await desk.keys()).key)
    assert not desk._home.chosen_key.exists()


async def test_a_damaged_note_of_the_key_is_told_and_the_keystore_signs(desk: TownDesk) -> None:
    desk._home.chosen_key.write_text('{"key": "ed25519:00"}')
    again = opened_again(desk)
    try:
        assert again.own.token is None
        assert isinstance(again.fault, DecodingError)
    finally:
        await again._close_tokens()


async def test_a_driver_whose_file_was_exchanged_is_told(town: Town, soft_hsm: SoftHsm, tmp_path: Path) -> None:
    desk = await town.desk(ALPHA)
    module = tmp_path / "module.so"
    shutil.copy(soft_hsm.path, module)
    await desk.accept_module(str(module))
    module.write_bytes(module.read_bytes() + b"\0")
    await desk._keys.look_again()
    (told,) = [each for each in await desk.modules() if each.path == str(module)]
    assert isinstance(told.error, ModuleChanged)


# ---- locked ----------------------------------------------------------------------------------------------------------
async def test_a_locked_desk_signs_nothing_reads_nobody_and_goes_on_after_the_passphrase(
    desk: TownDesk, soft_hsm: SoftHsm
) -> None:
    own = await with_own_key(desk, soft_hsm)
    assert own.place is not None
    await desk.log_in(own.place, PIN)
    deed = await desk.prepare(thresholds())
    await desk.lock()
    assert desk.setup() is Setup.LOCKED
    await until(desk, lambda: desk.own_key().asks == "pin")
    with pytest.raises(KeyLocked):
        await desk.sign_deed(deed.deed_id, PIN)
    with pytest.raises(KeyLocked):
        await desk.find_people("")
    assert (await desk.status()).height > 0, "the node goes on"
    await desk.unlock(PASSPHRASE, lambda _step: None)
    assert desk.setup() is Setup.OPEN
    await desk.sign_deed(deed.deed_id, PIN)
    assert isinstance(await desk.wait_for_outcome(deed.deed_id), Final)


async def test_a_wrong_passphrase_leaves_the_desk_locked(desk: TownDesk) -> None:
    await desk.lock()
    with pytest.raises(WrongPassphrase):
        await desk.unlock("not the passphrase", lambda _step: None)
    assert desk.setup() is Setup.LOCKED


# ---- what a guess costs ----------------------------------------------------------------------------------------------
async def test_a_cost_that_has_fallen_behind_is_raised_when_the_desk_is_opened(town: Town) -> None:
    desk = await town.desk(ALPHA)
    assert load_keystore(desk._home.keystore).cost == CHEAP
    await desk.lock()
    desk.least_cost = Cost(CHEAP.operations + 1, CHEAP.memory)
    await desk.unlock(PASSPHRASE, lambda _step: None)
    await desk.find_people("")  # the vault is open
    assert load_keystore(desk._home.keystore).cost == desk.least_cost
    await desk.lock()
    await desk.unlock(PASSPHRASE, lambda _step: None)
