"""Digests as text, and foreign names made safe."""

from app.client.members import AccountName
from app.ui.present import digests, names
from app.ui.present.language import Words

DIGEST = bytes.fromhex("9f3ca07b41d2" + "00" * 18 + "aabbccdd01020304" + "c8a1" * 0)


def test_a_digest_is_shortened_in_its_middle_and_copied_whole() -> None:
    assert digests.short(DIGEST) == "9f3c a07b … 0304"
    assert digests.whole(DIGEST) == DIGEST.hex()


def test_a_whole_digest_may_break_only_in_its_middle() -> None:
    text = digests.grouped(DIGEST)
    assert text.count(" ") == 1
    assert text.replace("\u00a0", "").replace(" ", "") == DIGEST.hex()
    assert len(text.split(" ")[0]) == len(text.split(" ")[1])


def test_a_short_text_is_not_shortened() -> None:
    assert digests.shorten("abcdef") == "abcd ef"


def test_a_name_cannot_reorder_what_stands_beside_it(words: Words) -> None:
    said = names.account("诚信\u202egnahc", 10_086, words)
    assert "\u202e" not in said
    assert said.startswith("\u2068诚信\ufffd")
    assert "10086" in said


def test_look_alike_names_differ_by_their_id(words: Words) -> None:
    latin, cyrillic = names.account("Acme", 7, words), names.account("\u0410cme", 8, words)
    assert latin.split("·")[1] != cyrillic.split("·")[1]


def test_an_account_is_called_by_the_name_that_the_node_told_and_never_without_its_number(words: Words) -> None:
    told = {7: AccountName(7, "杭州合作方", "partner", bytes(20))}
    assert names.who(7, told, words) == names.account("杭州合作方", 7, words)
    assert names.who(77, told, words) == names.account("", 77, words)
    assert "77" in names.who(77, told, words)


def test_a_long_file_name_keeps_its_extension() -> None:
    said = names.file_name("合同" * 60 + ".pdf", 40)
    assert said.endswith(".pdf\u2069")
    assert len(said) <= 42


def test_hidden_characters_are_made_visible() -> None:
    assert names.line("a\u200bb\u0000c") == "\u2068a\ufffdb\ufffdc\u2069"
