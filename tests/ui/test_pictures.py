"""A request goes through a picture of its code, however the picture was taken, or is said not to be readable."""

import io
import random
from pathlib import Path

import pytest
import segno
from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from app.core.errors import DecodingError, FileUnreadable, LuopuError, PictureUnreadable, RequestTooLarge
from app.core.refusals import Malformed
from app.ui import pictures
from app.ui.pictures import MAX_CODE_BYTES, SIDE_PIXELS, decode_picture, encode_picture, load_any_request
from app.wallet.request_file import Request, encode_request, save_request
from tests.wallet.conftest import build_action, build_draft, make_key, signed_by

MAKER, CHECKER = make_key(0), make_key(100)
SIGNED = signed_by(build_action(1, CHECKER), MAKER)
RECORD = build_draft(2)
REQUESTS = pytest.mark.parametrize("request_", [SIGNED, SIGNED.draft, RECORD], ids=["signed", "draft", "record"])


def image_of(request: Request) -> QImage:
    image = QImage.fromData(QByteArray(encode_picture(request)))
    return image.convertToFormat(QImage.Format.Format_RGB32)


def saved(image: QImage, kind: str = "PNG", quality: int = -1) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind, quality)
    return bytes(buffer.data().data())


def on_table(image: QImage, transform: QTransform, ground: str = "#c8b89a") -> QImage:
    """A photograph: the code lies somewhere on something."""
    turned = image.transformed(transform, Qt.TransformationMode.SmoothTransformation)
    table = QImage(turned.width() + 240, turned.height() + 180, QImage.Format.Format_RGB32)
    table.fill(QColor(ground))
    painter = QPainter(table)
    painter.drawImage(130, 70, turned)
    painter.end()
    return table


# ---- there and back --------------------------------------------------------------------------------------------------
@REQUESTS
def test_what_was_put_into_a_picture_comes_out(request_: Request) -> None:
    assert decode_picture(encode_picture(request_)) == request_


def test_a_code_is_black_on_white_with_a_margin_and_fits_on_a_page() -> None:
    for request in (SIGNED, RECORD):
        image = image_of(request)
        assert {image.pixelColor(x, 5).name() for x in range(image.width())} == {"#ffffff"}
        assert SIDE_PIXELS // 2 < image.width() == image.height() <= SIDE_PIXELS


def test_the_largest_code_holds_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    content = random.Random(7).randbytes(MAX_CODE_BYTES)
    monkeypatch.setattr(pictures, "encode_request", lambda _request: content)
    monkeypatch.setattr(pictures, "decode_request", lambda untrusted_bytes: untrusted_bytes)
    picture = encode_picture(SIGNED)
    assert QImage.fromData(QByteArray(picture)).width() <= SIDE_PIXELS
    assert decode_picture(picture) == content
    content += b"x"
    with pytest.raises(RequestTooLarge) as refused:
        encode_picture(SIGNED)
    assert refused.value.facts == {"expected": MAX_CODE_BYTES, "got": MAX_CODE_BYTES + 1}


# ---- photographs -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("degrees", [7, 45, 90, 173, 270])
@pytest.mark.parametrize("scale", [0.6, 1.0, 2.3])
def test_it_is_read_however_it_is_turned_and_however_large(degrees: int, scale: float) -> None:
    photograph = on_table(image_of(SIGNED), QTransform().rotate(degrees).scale(scale, scale))
    assert decode_picture(saved(photograph)) == SIGNED


def test_it_is_read_from_aslant_in_a_jpeg() -> None:
    slanted = QTransform(1, 0.08, 0.0002, 0.05, 1, 0.0001, 0, 0, 1)
    assert decode_picture(saved(on_table(image_of(RECORD), slanted), "JPEG", 60)) == RECORD


def test_it_is_read_from_a_noisy_and_dim_photograph() -> None:
    photograph, dice = on_table(image_of(SIGNED), QTransform().rotate(12), "#3a342c"), random.Random(3)
    for y in range(photograph.height()):
        for x in range(photograph.width()):
            light = photograph.pixelColor(x, y).lightness() // 2 + dice.randrange(60)
            photograph.setPixelColor(x, y, QColor(light, light, light))
    assert decode_picture(saved(photograph, "JPEG", 75)) == SIGNED


def test_it_is_read_where_the_ground_is_transparent() -> None:
    image = image_of(SIGNED)
    clear = QImage(image.size(), QImage.Format.Format_ARGB32)
    clear.fill(Qt.GlobalColor.transparent)
    for y in range(image.height()):
        for x in range(image.width()):
            if image.pixelColor(x, y).lightness() < 128:
                clear.setPixelColor(x, y, QColor("black"))
    assert decode_picture(saved(clear)) == SIGNED


def test_the_same_code_twice_is_one_and_two_codes_are_none() -> None:
    for other, is_one in ((SIGNED, True), (RECORD, False)):
        first, second = image_of(SIGNED), image_of(other)
        both = QImage(first.width() + second.width(), 700, QImage.Format.Format_RGB32)
        both.fill(QColor("white"))
        painter = QPainter(both)
        painter.drawImage(0, 0, first)
        painter.drawImage(first.width(), 0, second)
        painter.end()
        if is_one:
            assert decode_picture(saved(both)) == SIGNED
        else:
            assert reason_of(saved(both)) == "several QR codes"


# ---- what is no such picture -----------------------------------------------------------------------------------------
def reason_of(content: bytes) -> object:
    with pytest.raises(PictureUnreadable) as refused:
        decode_picture(content)
    return refused.value.facts["reason"]


def test_a_picture_without_a_code_is_said_to_be_one() -> None:
    blank = QImage(300, 200, QImage.Format.Format_RGB32)
    blank.fill(QColor("white"))
    assert reason_of(saved(blank)) == "no QR code"
    half = image_of(SIGNED)
    assert reason_of(saved(half.copy(0, 0, half.width(), half.height() // 2))) == "no QR code"


@pytest.mark.qt_log_ignore("JPEG")
def test_what_is_no_picture_or_too_large_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = encode_picture(SIGNED)
    assert reason_of(b"") == reason_of(b"GIF89a") == reason_of(encode_request(SIGNED)) == "neither PNG nor JPEG"
    assert reason_of(picture[:8]) == reason_of(picture[:60]) == "damaged"
    assert reason_of(b"\xff\xd8\xff" + bytes(100)) == "damaged"
    monkeypatch.setattr(pictures, "MAX_SIDE", 100)
    assert reason_of(picture) == "too large"


def test_a_bomb_is_not_unpacked() -> None:
    bomb = encode_picture(SIGNED)[:16] + (60_000).to_bytes(4, "big") * 2 + encode_picture(SIGNED)[24:]
    assert reason_of(bomb) in {"too large", "damaged"}


@pytest.mark.qt_log_ignore("libpng|PNG")
def test_no_damage_leads_to_anything_but_an_error_or_the_same() -> None:
    picture, dice = encode_picture(SIGNED), random.Random(11)
    for _ in range(60):
        altered = bytearray(picture)
        for _ in range(dice.randrange(1, 5)):
            altered[dice.randrange(8, len(altered))] ^= dice.randrange(1, 256)
        try:
            found = decode_picture(
                bytes(altered[: dice.randrange(9, len(altered))]) if dice.random() < 0.3 else bytes(altered)
            )
        except LuopuError:
            continue
        assert found == SIGNED


def test_a_code_of_something_else_is_no_request() -> None:
    for content in (b"https://example.org", b"luopu.draft.v1\x00", b"\x00" * 50):
        buffer = io.BytesIO()
        segno.make_qr(content, error="L").save(buffer, kind="png", scale=5)
        with pytest.raises((DecodingError, Malformed)):
            decode_picture(buffer.getvalue())


def test_a_file_is_read_as_what_it_is_whatever_its_name(tmp_path: Path) -> None:
    save_request(tmp_path / "a.png", SIGNED)
    assert load_any_request(tmp_path / "a.png") == SIGNED
    (tmp_path / "b.luopu-request").write_bytes(encode_picture(SIGNED.draft))
    assert load_any_request(tmp_path / "b.luopu-request") == SIGNED.draft
    for missing in (tmp_path / "missing", tmp_path):
        with pytest.raises(FileUnreadable):
            load_any_request(missing)
