"""Real commands at two computers: one with a node and no key, one with the key and neither node nor genesis (air gap)."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from app.cli.registry import offline
from app.cli.work import open_outbox
from app.client.drafting import DAY_BLOCKS
from app.core.home import Home
from app.core.keys import encode_key_text
from app.ui import pictures
from app.ui.pictures import decode_picture
from app.wallet.entry import State
from app.wallet.keystore import load_keystore
from app.wallet.request_file import load_request
from app.wallet.signatures import Signed
from tests.cli.answer import Answer
from tests.cli.hall import Hall
from tests.fakes import registry

WEEK = 201_600
RECOGNISE = ("recognise", "issuer", "--least", "phone")


@pytest.fixture
def key(hall: Hall) -> str:
    """The bank's key, as text. Its keystore lies on a computer without a node; where the node is there is none."""
    home, other = hall.home("bank"), home_at(hall, "away")
    other.wallet.mkdir(parents=True)
    shutil.move(home.keystore, other.keystore)
    return encode_key_text(load_keystore(other.keystore).public_key)


def home_at(hall: Hall, name: str) -> Home:
    """A home as it is."""
    return Home(hall.folder / "homes" / name)


async def online(hall: Hall, *words: str | Path) -> Answer:
    """At the computer with the node; it has no keystore."""
    return await hall.type_at(home_at(hall, "bank"), *words)


async def away(hall: Hall, *words: str | Path, language: str = "en", sign: bool = True) -> Answer:
    """At the computer with the key."""
    return await hall.type_at(home_at(hall, "away"), *words, language=language, sign=sign)


async def drafted(hall: Hall, key: str, *words: str | Path, name: str = "a.request") -> Path:
    """A draft that is to be carried."""
    path = hall.folder / name
    answer = await online(hall, *words, "--key", key, "--draft-to", path, "--json")
    assert answer.status == 0, answer.said + answer.complained
    return path


def kept(hall: Hall, name: str) -> list[tuple[State, bool]]:
    """States in an outbox, the newest first, and whether it is the desk's own."""
    with closing(open_outbox(home_at(hall, name))) as outbox:
        return [(entry.state, entry.is_own) for entry in outbox.recent(99)]


# ---- there and back --------------------------------------------------------------------------------------------------
async def test_a_draft_is_signed_where_no_node_is_and_sent_where_no_key_is(hall: Hall, key: str) -> None:
    request, signed = await drafted(hall, key, *RECOGNISE), hall.folder / "signed.request"
    assert kept(hall, "bank") == [(State.DRAFT, False)]
    assert hall.submitted == 0

    answer = await away(hall, "sign", request, "--output", signed)
    assert answer.status == 0, answer.complained
    assert kept(hall, "away") == [(State.SIGNED, True)]
    log = await away(hall, "account", "approvals", "--json", sign=False)
    assert [each["action"] for each in log.document["approvals"]] == ["recognise"]

    told = (await online(hall, "sign-request", signed, "--json")).document
    assert (told["state"], told["action"], told["height"]) == ("final", "recognise", hall.height)
    assert told["signer"]["key"] == key
    assert kept(hall, "bank") == [(State.FINAL, True)]


async def test_everything_that_the_bytes_say_is_shown_and_that_nothing_else_was_checked(hall: Hall, key: str) -> None:
    request = await drafted(hall, key, *RECOGNISE)
    draft = load_request(request)
    answer = await away(hall, "sign", request, "--output", hall.folder / "b")
    signed = load_request(hall.folder / "b")
    assert isinstance(signed, Signed)
    assert signed.draft == draft
    shown, node = answer.said.split("there is no node here")
    for text in (
        "luopu-test",
        signed.shown.sender.hex(),
        signed.shown.digest.hex(),
        str(WEEK),
        signed.shown.nonce.hex(),
    ):
        assert text in shown
    assert "according to your node" not in answer.said
    assert key in node
    assert "没有节点" in (await away(hall, "sign", request, "--output", hall.folder / "b", language="zh")).said


async def test_a_record_goes_the_same_way_and_its_file_and_context_stay_at_home(hall: Hall, key: str) -> None:
    paper = hall.file("paper.txt", "a paper")
    request = await drafted(hall, key, "notarize", paper)
    await away(hall, "sign", request, "--output", hall.folder / "b")
    told = (await online(hall, "sign-request", hall.folder / "b", "--json")).document
    assert (told["state"], told["action"]) == ("final", "notarize")
    with closing(open_outbox(home_at(hall, "bank"))) as outbox:
        (entry,) = outbox.recent(9)
        assert (entry.path, entry.state, bool(entry.context)) == (paper, State.FINAL, True)


async def test_several_records_get_a_request_each(hall: Hall, key: str) -> None:
    papers = [hall.file(f"{name}.txt", name) for name in "ab"]
    await drafted(hall, key, "notarize", *papers, name="r.request")
    assert sorted(path.name for path in hall.folder.glob("r*.request")) == ["r-1.request", "r-2.request"]
    for place in (1, 2):
        await away(hall, "sign", hall.folder / f"r-{place}.request", "--output", hall.folder / f"s{place}")
        answer = await online(hall, "sign-request", hall.folder / f"s{place}", "--json")
        assert answer.document["state"] == "final", answer.said
    assert hall.transactions == 2


async def test_what_comes_back_twice_is_sent_once(hall: Hall, key: str) -> None:
    request = await drafted(hall, key, *RECOGNISE)
    await away(hall, "sign", request, "--output", hall.folder / "b")
    first, second = [(await online(hall, "sign-request", hall.folder / "b", "--json")).document for _ in range(2)]
    assert (first["transaction"], first["height"]) == (second["transaction"], second["height"])
    assert (hall.submitted, hall.transactions) == (1, 1)


async def test_colleagues_at_computers_without_a_node_sign_behind_each_other(hall: Hall) -> None:
    paper = hall.file("paper.txt", "paper")
    apply = ("voucher", "apply", "Double", "--product", "rice", "--cap", "9", "--divisible")
    words = (*apply, "--description", paper, "--legal", paper, "--approver", "checker 01")
    draft, first, second = (hall.folder / name for name in ("draft", "first", "second"))
    assert (await hall.type("dual", *words, "--draft-to", draft)).status == 0
    for name, before, after, missing in (("dual", draft, first, 1), ("dual checker", first, second, 0)):
        there = home_at(hall, f"{name} away")
        there.wallet.mkdir(parents=True)
        shutil.copy(hall.home(name).keystore, there.keystore)
        told = (await hall.type_at(there, "sign", before, "--output", after, "--json")).document
        assert (told["state"], len(told["missing"])) == ("waiting" if missing else "signed", missing)
    assert (await hall.do("dual", "sign-request", second))["action"] == "apply_voucher"


# ---- by pictures -----------------------------------------------------------------------------------------------------
async def test_it_goes_by_pictures_there_and_back(hall: Hall, key: str) -> None:
    picture = await drafted(hall, key, *RECOGNISE, name="draft.png")
    back = hall.folder / "signed.png"
    answer = await away(hall, "sign", picture, "--qr", back, "--json")
    assert answer.document["written"] == [str(back)]
    assert isinstance(decode_picture(back.read_bytes()), Signed)
    assert (await online(hall, "sign-request", back, "--json")).document["state"] == "final"


async def test_what_is_too_much_for_a_code_is_not_written_as_one(
    hall: Hall, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await drafted(hall, key, *RECOGNISE)
    monkeypatch.setattr(pictures, "MAX_CODE_BYTES", 50)
    answer = await online(hall, *RECOGNISE, "--key", key, "--draft-to", hall.folder / "b.png", "--json")
    assert answer.document["error"]["code"] == "request-too-large"
    assert kept(hall, "bank") == [(State.DRAFT, False)]  # the first
    answer = await away(hall, "sign", request, "--qr", hall.folder / "b.png", "--json")
    assert answer.document["error"]["code"] == "request-too-large"
    assert not hall.has("b.png")
    assert (await away(hall, "sign", request, "--output", hall.folder / "b")).status == 0


# ---- interrupted, repeated, refused ----------------------------------------------------------------------------------
async def test_the_same_again_writes_the_same_signature_and_asks_no_key(hall: Hall, key: str) -> None:
    request = await drafted(hall, key, *RECOGNISE)
    first, second = hall.folder / "first", hall.folder / "second"
    await away(hall, "sign", request, "--output", first)
    answer = await away(hall, "sign", request, "--output", second, sign=False)  # nothing to ask a passphrase on
    assert answer.status == 0, answer.complained
    assert first.read_bytes() == second.read_bytes()
    assert "nothing new is signed" in answer.said
    log = await away(hall, "account", "approvals", "--json", sign=False)
    assert len(log.document["approvals"]) == 1
    assert (await away(hall, "sign", request, "--output", first)).status == 0  # what says the same stays


async def test_who_was_interrupted_before_it_was_written_loses_no_signature(
    hall: Hall, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, target = await drafted(hall, key, *RECOGNISE), hall.folder / "b"

    def fall(*_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(offline, "save_once", fall)
        assert (await away(hall, "sign", request, "--output", target)).status == 130
    assert not target.exists()
    assert kept(hall, "away") == [(State.SIGNED, True)]
    assert (await away(hall, "sign", request, "--output", target, sign=False)).status == 0
    assert (await online(hall, "sign-request", target)).status == 0


async def test_another_for_the_same_matter_is_signed_only_if_that_is_said(hall: Hall, key: str) -> None:
    first, second = [await drafted(hall, key, *RECOGNISE, name=name) for name in ("one", "two")]
    await away(hall, "sign", first, "--output", hall.folder / "one.signed")
    words = ("sign", second, "--output", hall.folder / "two.signed")
    assert "outcome-unknown" in (await away(hall, *words, "--json")).said
    assert not hall.has("two.signed")
    assert (await away(hall, *words, "--anyway")).status == 0
    assert (await online(hall, "sign-request", hall.folder / "one.signed")).status == 0
    log = await away(hall, "account", "approvals", "--json", sign=False)
    assert (len(log.document["approvals"]), log.document["whole"]) == (2, True)


async def test_what_the_key_cannot_sign_leaves_nothing_behind(hall: Hall, key: str) -> None:
    request = await drafted(hall, key, *RECOGNISE)
    wrong = hall.file("wrong", "not the passphrase\n")
    target = hall.folder / "b"
    for words, code in (
        (("sign", request, "--output", target, "--passphrase-file", wrong), "wrong-passphrase"),
        (("sign", request, "--output", hall.passphrase), "file-unwritable"),
        (("sign", hall.passphrase, "--output", target), "not-decodable"),
        (("sign", hall.folder / "missing", "--output", target), "file-unreadable"),
    ):
        answer = await away(hall, *words, "--json", sign="--passphrase-file" not in words)
        assert answer.document["error"]["code"] == code
    assert not target.exists()
    assert kept(hall, "away") == []
    for words in (("sign", request), ("sign", request, "--qr", "name.jpg")):
        assert (await away(hall, *words)).status == 2


async def test_a_request_for_another_chain_than_this_home_knows_is_not_signed(
    hall: Hall, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, target, home = await drafted(hall, key, *RECOGNISE), hall.folder / "b", home_at(hall, "away")
    genesis = registry.make_registry().genesis_bytes
    monkeypatch.setattr(registry, "CHAIN_ID", "another")
    home.genesis.write_bytes(registry.make_registry().genesis_bytes)
    answer = await away(hall, "sign", request, "--output", target, "--json")
    assert answer.document["error"]["code"] == "wrong-chain"
    assert kept(hall, "away") == []
    home.genesis.write_bytes(genesis)
    assert (await away(hall, "sign", request, "--output", target)).status == 0


async def test_a_draft_of_ones_own_survives_that_it_is_not_signed_here(hall: Hall) -> None:
    paper = hall.file("paper.txt", "a paper")
    draft = hall.folder / "draft"
    assert (await hall.type("bank", "notarize", paper, "--draft-to", draft)).status == 0
    wrong = hall.file("wrong", "not the passphrase\n")
    for verb in (("sign", draft, "--output", hall.folder / "b"), ("sign-request", draft)):
        answer = await hall.type("bank", *verb, "--passphrase-file", wrong, "--json", sign=False)
        assert answer.document["error"]["code"] == "wrong-passphrase"
        assert kept(hall, "bank") == [(State.DRAFT, False)]
    assert (await hall.type("bank", "sign-request", draft)).status == 0
    with closing(open_outbox(hall.home("bank"))) as outbox:
        assert [(entry.state, entry.path) for entry in outbox.recent(9)] == [(State.FINAL, paper)]


async def test_nothing_is_drafted_where_the_file_cannot_be_written(hall: Hall, key: str) -> None:
    paper = hall.file("paper.txt", "a paper")
    for words in (RECOGNISE, ("notarize", paper)):
        answer = await online(hall, *words, "--key", key, "--draft-to", hall.passphrase, "--json")
        assert answer.document["error"]["code"] == "file-unwritable"
    assert kept(hall, "bank") == []


# ---- how long it is good for -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "blocks"),
    [(("--valid-for", "90"), 90), (("--valid-for", "30m"), 600), (("--valid-for", "1d"), DAY_BLOCKS), ((), WEEK)],
)
async def test_a_clerk_may_say_how_long_it_is_good_for(
    hall: Hall, key: str, words: tuple[str, ...], blocks: int
) -> None:
    request = await drafted(hall, key, *RECOGNISE, *words)
    answer = await away(hall, "sign", request, "--output", hall.folder / "b", "--json")
    assert answer.document["valid_until"] == blocks


async def test_no_longer_than_the_law_allows(hall: Hall) -> None:
    paper = hall.file("paper.txt", "a paper")
    for words in (RECOGNISE, ("notarize", paper)):
        answer = await hall.type("bank", *words, "--valid-for", "8d", "--json")
        assert (answer.status, answer.document["error"]["code"]) == (2, "usage")
        assert answer.document["error"]["facts"]["expected"] == f"1 … {WEEK} blocks"
    for text in ("0", "-1", "1.5h", "h", "٣h", "9" * 12, "1w"):
        assert await hall.misspelt("bank", *RECOGNISE, "--valid-for", text)
    assert hall.submitted == 0
