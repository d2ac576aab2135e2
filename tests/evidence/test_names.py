"""The original's name in a bundle is safe wherever it is unpacked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.messages import is_hiding
from app.evidence.container import _decode_name, _Listed
from app.evidence.names import RESERVED, entry_name


@pytest.mark.parametrize(
    "name", ["合同.pdf", "2026-11-22 入库检验报告.pdf", "a'b.txt", ".bashrc", "🖋️.txt", "a%b;c&d.e"]
)
def test_an_ordinary_name_stays(name: str) -> None:
    assert entry_name(name) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("..", "original-"),
        (" . ", "original-"),
        ("name. ", "name"),
        ("con", "original-con"),
        ("CON.txt", "original-CON.txt"),
        ("lpt9.pdf", "original-lpt9.pdf"),
        ("-rf", "original--rf"),
        ("mimetype", "original-mimetype"),
        ("Proof.JSON", "original-Proof.JSON"),
        ("meta-inf", "original-meta-inf"),
        ("node.bin", "original-node.bin"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("a\nb\0c", "a_b_c"),
        ("长" * 100 + ".pdf", "长" * 65 + ".pdf"),
        ("x" * 300, "x" * 200),
        ("a." + "y" * 300, "a." + "y" * 198),
    ],
)  # fmt: skip
def test_a_name_that_would_do_harm_is_changed(name: str, expected: str) -> None:
    assert entry_name(name) == expected


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_the_reader_accepts_and_nobody_else_has(name: str) -> None:
    safe = entry_name(name.encode("utf-8", "replace").decode())
    listed = _Listed(safe.encode(), 0x800, 0, 0, 0, 0, 0)
    assert _decode_name(listed) == safe
    assert "/" not in safe
    assert len(safe.encode()) <= 210
    assert safe == safe.strip(" ")
    assert not safe.startswith("-")
    assert safe.casefold() not in {reserved.casefold() for reserved in RESERVED}
    assert not any(is_hiding(character) for character in safe)


@given(st.text(max_size=100))
def test_a_safe_name_stays_safe(name: str) -> None:
    safe = entry_name(name.encode("utf-8", "replace").decode())
    assert entry_name(safe) == safe
