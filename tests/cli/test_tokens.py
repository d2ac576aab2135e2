"""`luopu token`, and commands whose key is on a token: a real SoftHSM token, real commands, a real node."""

import shutil
from argparse import Namespace
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from app.cli.output import Speaker
from app.cli.passphrase import read_pin
from app.cli.signing import Chooser
from app.cli.work import open_outbox
from app.core.keys import is_signed_by
from app.core.tokenerrors import LoginRequired, TokenRemoved
from app.core.tokens import PinState, Token, TokenName
from app.wallet.entry import Entry
from tests.cli.answer import Answer
from tests.cli.drawer import PIN, SOFTHSM, Drawer, new_key, open_drawer, told
from tests.cli.hall import Hall


@pytest.fixture
def drawer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drawer:
    return open_drawer(tmp_path / "drawer", monkeypatch)


@pytest.fixture
def pin(hall: Hall) -> Path:
    return hall.file("pin", f"{PIN}\n")


async def code_of(hall: Hall, name: str, *words: str | Path) -> str:
    """The code of what is said against it."""
    answer = await hall.type(name, *words, "--json", sign=False)
    assert answer.status == 1, answer.said + answer.complained
    assert answer.document["error"]["sentence"]
    return str(answer.document["error"]["code"])


def kept(hall: Hall, name: str) -> list[Entry]:
    """All that is in somebody's outbox."""
    with closing(open_outbox(hall.home(name))) as outbox:
        return list(outbox.recent(100))


# ---- modules ---------------------------------------------------------------------------------------------------------
async def test_a_module_is_loaded_only_once_it_was_accepted_and_until_it_is_dropped(hall: Hall, drawer: Drawer) -> None:
    assert await told(hall, "bank", "token") == {"tokens": [], "faults": []}
    accepted = await told(hall, "bank", "token", "accept", drawer.module)
    assert accepted["path"] == str(drawer.module)
    (token,) = (await told(hall, "bank", "token", "list"))["tokens"]
    assert (token["label"], token["pin"], token["signs"]) == ("desk", "fine", ["ed25519", "p256"])
    modules = {each["path"]: each for each in (await told(hall, "bank", "token", "modules"))["modules"]}
    assert modules[str(drawer.module)] == {"name": "module.so", "accepted": True, "fault": None} | accepted
    assert not modules[str(SOFTHSM)]["accepted"]
    await told(hall, "bank", "token", "drop", drawer.module)
    assert (await told(hall, "bank", "token", "list"))["tokens"] == []
    assert await code_of(hall, "bank", "token", "drop", drawer.module) == "module-unusable"


async def test_what_is_no_module_or_could_be_exchanged_by_others_is_not_accepted(hall: Hall, drawer: Drawer) -> None:
    paper = hall.file("paper.so", "not a module")
    assert await code_of(hall, "bank", "token", "accept", paper) == "module-unusable"
    assert await code_of(hall, "bank", "token", "accept", hall.folder / "none.so") == "module-unusable"
    drawer.module.chmod(0o777)
    assert await code_of(hall, "bank", "token", "accept", drawer.module) == "module-not-trusted"
    modules = (await told(hall, "bank", "token", "modules"))["modules"]
    assert [each["path"] for each in modules if each["accepted"]] == []


async def test_an_exchanged_module_is_said_and_the_others_go_on(hall: Hall, drawer: Drawer) -> None:
    other = shutil.copy(SOFTHSM, drawer.folder / "other.so")
    for path in (drawer.module, other):
        await told(hall, "bank", "token", "accept", path)
    with drawer.module.open("ab") as file:
        file.write(b"\0")
    listed = await told(hall, "bank", "token", "list")
    assert [token["module"] for token in listed["tokens"]] == [str(other)]
    assert [fault["code"] for fault in listed["faults"]] == ["module-changed"]
    modules = (await told(hall, "bank", "token", "modules"))["modules"]
    assert [each["path"] for each in modules if each["fault"]] == [str(drawer.module)]
    said = (await hall.type("bank", "token", "list", sign=False)).said
    assert "is not the one that was accepted" in said
    assert "与当初认可的不同" in (await hall.type("bank", "token", "modules", language="zh", sign=False)).said


# ---- keys ------------------------------------------------------------------------------------------------------------
async def test_keys_are_made_on_the_token_that_is_named_and_seen_without_a_pin(
    hall: Hall, drawer: Drawer, pin: Path
) -> None:
    drawer.insert("desk drawer")
    await told(hall, "bank", "token", "accept", drawer.module)
    tokens = (await told(hall, "bank", "token", "list"))["tokens"]
    serial = next(token["serial"] for token in tokens if token["label"] == "desk drawer")
    made = {}
    for algorithm, token in (("ed25519", "drawer"), ("p256", serial)):
        words = ("--algorithm", algorithm, "--label", algorithm, "--pin-file", pin)
        made[algorithm] = (await told(hall, "bank", "token", "generate", token, *words))["key"]
        assert made[algorithm].startswith(f"{algorithm}:")
    listed = (await told(hall, "bank", "token", "keys", "desk drawer"))["keys"]
    assert {key["label"]: key["key"] for key in listed} == made
    assert (await told(hall, "bank", "token", "keys", "desk"))["keys"] == []
    assert len((await told(hall, "bank", "token", "keys"))["keys"]) == 2
    assert await hall.misspelt("bank", "token", "keys", "esk", sign=False)  # either
    assert await code_of(hall, "bank", "token", "keys", "nowhere") == "token-removed"
    again = ("token", "generate", serial, "--algorithm", "p256", "--label", "p256", "--pin-file", pin)
    assert await hall.misspelt("bank", *again, sign=False)
    said = (await hall.type("bank", "token", "keys", sign=False)).said
    assert made["p256"] in said
    assert "desk drawer" in said


async def test_a_card_of_a_tokens_key_is_that_of_any_key(hall: Hall, drawer: Drawer, pin: Path) -> None:
    key = await new_key(hall, drawer, pin, "bank")
    keys = (await hall.ask("bank", "account"))["account"]["keys"]
    assert [(each["label"], each["roles"]) for each in keys] == [("maker 01", []), ("token 01", ["maker"])]
    same = await told(hall, "bank", "account", "card", "--key", key, "--role", "maker", "--pin-file", pin)
    words = ("token", "card", key, "--role", "maker", "--pin-file", pin, "--output", hall.folder / "card")
    assert (await told(hall, "bank", *words))["key"] == same["key"] == key
    assert hall.read("card").startswith("luopu-card:")


# ---- signing with a token --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("algorithm", ["p256", "ed25519"])
async def test_a_record_is_signed_by_the_tokens_key_and_its_receipt_names_it(
    hall: Hall, drawer: Drawer, pin: Path, algorithm: str
) -> None:
    key = await new_key(hall, drawer, pin, "bank", algorithm=algorithm)
    files = (hall.file("a.txt", "a"), hall.file("b.txt", "b"))
    words = ("notarize", *files, "--key", "token 01", "--pin-file", pin, "--wait")
    listed = (await told(hall, "bank", *words))["records"]
    assert [each["state"] for each in listed] == ["final", "final"]
    for each in listed:
        receipt = await hall.ask("bank", "account", "receipt", each["transaction"])
        assert (receipt["signer"]["key"], receipt["sender"]) == (key, 3)


async def test_an_action_names_the_tokens_key_and_the_token_before_it_is_signed(
    hall: Hall, drawer: Drawer, pin: Path
) -> None:
    key = await new_key(hall, drawer, pin, "bank")
    answer = await hall.type(
        "bank", "recognise", "issuer", "--least", "phone", "--key", key, "--pin-file", pin, sign=False
    )
    assert answer.status == 0, answer.complained
    shown = answer.said.partition("final")[0]
    assert f"token 01 {key}" in shown
    assert "desk SoftHSM" in shown
    (entry, *_) = kept(hall, "bank")
    assert entry.transaction_hash is not None
    assert (await hall.ask("bank", "account", "receipt", entry.transaction_hash.hex()))["signer"]["key"] == key


async def test_the_keystores_key_stays_the_default_and_can_be_named(hall: Hall, drawer: Drawer, pin: Path) -> None:
    key = await new_key(hall, drawer, pin, "bank")
    for more in ((), ("--key", "bank")):
        receipt = await hall.do("bank", "recognise", "issuer", "--least", "phone", *more)
        assert receipt["signer"]["key"].startswith("ed25519:")
        assert receipt["signer"]["key"] != key


async def test_consent_is_asked_of_the_key_that_signs(hall: Hall, drawer: Drawer, pin: Path) -> None:
    await new_key(hall, drawer, pin, "bank", role="checker")
    words = ("recognise", "issuer", "--least", "phone", "--key", "token 01")
    assert await code_of(hall, "bank", *words) == "role-missing"  # and no PIN was asked for
    assert await code_of(hall, "bank", "notarize", pin, "--key", "token 01") == "role-missing"


async def test_a_checker_signs_at_the_makers_desk_with_the_token(hall: Hall, drawer: Drawer, pin: Path) -> None:
    key = await new_key(hall, drawer, pin, "bank", role="checker")
    request = hall.folder / "request"
    words = ("recognise", "issuer", "--least", "phone", "--approver", key, "--request", request)
    answer = await hall.type("bank", *words, "--json")
    assert (answer.status, answer.document["state"]) == (1, "waiting")
    wrong = hall.file("wrong", "654321\n")
    assert await code_of(hall, "bank", "sign-request", request, "--key", key, "--pin-file", wrong) == "pin-incorrect"
    final = await told(hall, "bank", "sign-request", request, "--key", key, "--pin-file", pin)
    assert (final["state"], [approver["key"] for approver in final["approvers"]]) == ("final", [key])


async def test_a_key_that_asks_for_the_pin_each_time_signs_one_record_after_the_other(
    hall: Hall, drawer: Drawer, pin: Path
) -> None:
    drawer.make_asking_key()
    await told(hall, "bank", "token", "accept", drawer.module)
    card = (await told(hall, "bank", "token", "card", "each", "--pin-file", pin))["card"]
    await hall.do("bank", "account", "keys", "add", card)
    words = ("notarize", hall.file("a", "a"), hall.file("b", "b"), "--key", "each", "--pin-file", pin, "--wait")
    assert {each["state"] for each in (await told(hall, "bank", *words))["records"]} == {"final"}


# ---- what goes wrong -------------------------------------------------------------------------------------------------
async def go_wrong(hall: Hall, drawer: Drawer, how: str) -> str:
    """Make it; the code to be said."""
    if how == "pin":
        hall.file("pin", "654321\n")
        return "pin-incorrect"
    if how == "unplugged":
        drawer.pull()
        return "key-not-on-token"
    if how == "exchanged":
        with drawer.module.open("ab") as file:
            file.write(b"\0")
        return "module-changed"
    await told(hall, "bank", "token", "drop", drawer.module)
    return "module-unusable"


async def put_right(hall: Hall, drawer: Drawer, how: str) -> None:
    """And the other way."""
    if how == "pin":
        hall.file("pin", f"{PIN}\n")
    elif how == "unplugged":
        drawer.put_back()
    else:
        await told(hall, "bank", "token", "accept", drawer.module)


@pytest.mark.parametrize("how", ["pin", "unplugged", "exchanged", "dropped"])
@pytest.mark.parametrize("verb", ["notarize", "recognise"])
async def test_what_goes_wrong_is_said_leaves_nothing_behind_and_the_next_try_works(
    hall: Hall, drawer: Drawer, pin: Path, how: str, verb: str
) -> None:
    key = await new_key(hall, drawer, pin, "bank")
    files = (hall.file("a.txt", "a"), hall.file("b.txt", "b"))
    batch = ("notarize", *files, "--batch", hall.folder / "list.json", "--wait")
    words = batch if verb == "notarize" else ("recognise", "issuer", "--least", "phone")
    words = (*words, "--key", key, "--pin-file", pin)
    before, sent = kept(hall, "bank"), hall.submitted
    code = await go_wrong(hall, drawer, how)
    assert await code_of(hall, "bank", *words) == code
    complained: Answer = await hall.type("bank", *words, sign=False)
    assert complained.status == 1
    assert complained.complained.startswith("error: ")
    assert PIN not in complained.said + complained.complained
    assert (kept(hall, "bank"), hall.submitted, hall.has("list.json")) == (before, sent, False)
    await put_right(hall, drawer, how)
    assert (await hall.type("bank", *words, sign=False)).status == 0
    assert hall.submitted == sent + 1
    (entry, *_) = kept(hall, "bank")
    assert entry.transaction_hash is not None
    assert (await hall.ask("bank", "account", "receipt", entry.transaction_hash.hex()))["signer"]["key"] == key


async def test_a_name_of_several_keys_or_of_none_signs_nothing(hall: Hall, drawer: Drawer, pin: Path) -> None:
    await told(hall, "bank", "token", "accept", drawer.module)
    words = ("token", "generate", "desk", "--algorithm", "p256", "--label", "bank", "--pin-file", pin)
    await told(hall, "bank", *words)  # as the keystore's key is called
    for name, code in (("bank", "bad-key"), ("nobody's", "key-not-on-token"), ("p256:00", "bad-key")):
        answer = await hall.type("bank", "recognise", "issuer", "--least", "phone", "--key", name, "--json")
        assert (answer.status, answer.document["error"]["code"]) == (1, code)
    assert kept(hall, "bank") == []


async def test_nobody_to_ask_for_the_pin_is_said(hall: Hall, drawer: Drawer, pin: Path) -> None:
    key = await new_key(hall, drawer, pin, "bank")
    before = kept(hall, "bank")
    assert await hall.misspelt("bank", "recognise", "issuer", "--least", "phone", "--key", key, sign=False)
    assert kept(hall, "bank") == before


async def test_after_it_was_opened_the_key_signs_no_more(hall: Hall, drawer: Drawer, pin: Path) -> None:
    await told(hall, "bank", "token", "accept", drawer.module)
    await told(hall, "bank", "token", "generate", "desk", "--algorithm", "p256", "--label", "k", "--pin-file", pin)
    chooser = Chooser(hall.home("bank"), Speaker("en", as_json=True), Namespace(pin_file=str(pin)), lambda: "")
    with ExitStack() as stack:
        key = chooser.choose("k", stack)
        async with key.opened() as signer:
            assert is_signed_by(key.public_key, bytes(32), signer.sign(bytes(32)))
        with pytest.raises(LoginRequired):
            signer.sign(bytes(32))
        drawer.pull()
        with pytest.raises(TokenRemoved):
            async with key.opened() as signer:
                signer.sign(bytes(32))


@pytest.mark.parametrize(
    ("state", "warning"), [(PinState.FINE, ""), (PinState.LOW, "wrong PIN"), (PinState.FINAL, "one more wrong PIN")]
)
def test_where_the_pin_is_asked_for_the_token_is_named_and_the_last_tries_are_said(
    state: PinState, warning: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return PIN

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", ask)
    name = TokenName("/module.so", "maker", "model", "00af", "张 三")
    token = Token(name, state, True, False, False, (), (), 1)
    assert read_pin(Speaker("en", as_json=True), None, token) == PIN
    (prompt,) = asked
    assert "张 三 model 00af" in prompt
    assert warning in prompt
    assert ("wrong PIN" in prompt) == bool(warning)
