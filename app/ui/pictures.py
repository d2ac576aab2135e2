"""Requests as pictures: one QR code with the bytes of a request (`app.wallet.request_file`), made and read.

Guarantees: what is read out of a picture is what was put into it, or an error; a picture that is too large, damaged or
without exactly one such code is said to be so. Only PNG and JPEG are opened. Leaves to others: what the bytes say.

A code is binary, at the lowest level of error correction, so that a transaction with its signatures fits into one.
"""

import io
from pathlib import Path
from typing import Final

import segno
import zxingcpp
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from app.core.errors import FileUnreadable, PictureUnreadable, RequestTooLarge
from app.wallet.request_file import Request, decode_request, encode_request, is_picture, read_request_bytes

MAX_CODE_BYTES: Final = 2_900
"""The largest code (version 40, level L) holds 2,953."""
MAX_PICTURE_BYTES: Final = 32 * 1024 * 1024
MAX_SIDE: Final = 16_384
QR_CODE: Final = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
SIDE_PIXELS: Final = 600
"""As large as fits on a page of the desk, in whole pixels for each module."""
MOST_PIXELS: Final = 8
QUIET_MODULES: Final = 4
"""White around a code, which readers ask for."""


def encode_picture(request: Request) -> bytes:
    """A PNG with the request.

    Raises:
        RequestTooLarge: it does not fit into one code.
    """
    content = encode_request(request)
    if len(content) > MAX_CODE_BYTES:
        raise RequestTooLarge(expected=MAX_CODE_BYTES, got=len(content))
    code = segno.make_qr(content, mode="byte", error="L", boost_error=False)
    picture = io.BytesIO()
    modules, _ = code.symbol_size(border=QUIET_MODULES)
    scale = min(MOST_PIXELS, SIDE_PIXELS // int(modules))
    code.save(picture, kind="png", scale=scale, border=QUIET_MODULES, dark="black", light="white")
    return picture.getvalue()


def decode_picture(untrusted_picture: bytes) -> Request:
    """The request in a picture.

    Raises:
        PictureUnreadable: no picture, or one without exactly one code.
        DecodingError, Malformed, NotWhatWasShown: as of `decode_request`.
    """
    pixels = _grey(untrusted_picture)
    view = memoryview(pixels.constBits()).cast("B", (pixels.height(), pixels.bytesPerLine()))
    found = zxingcpp.read_barcodes(view, formats=QR_CODE)
    contents = {bytes(code.bytes) for code in found}
    if len(contents) != 1:
        raise PictureUnreadable(reason="several QR codes" if contents else "no QR code")
    return decode_request(contents.pop())


def load_any_request(path: Path) -> Request:
    """Read a request from its file, or from a picture of its code.

    Raises:
        LuopuError: as of `load_request`, `load_picture`.
    """
    beginning = read_request_bytes(path)
    return load_picture(path) if is_picture(beginning) else decode_request(beginning)


def load_picture(path: Path) -> Request:
    """Read a picture with a request.

    Raises:
        FileUnreadable: it cannot be read.
        PictureUnreadable, DecodingError, Malformed, NotWhatWasShown: as of `decode_picture`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_PICTURE_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from error
    return decode_picture(content)


def _grey(untrusted_picture: bytes) -> QImage:
    """Its pixels, a byte each, on white where it is transparent."""
    if not is_picture(untrusted_picture):
        raise PictureUnreadable(reason="neither PNG nor JPEG")
    data = QByteArray(untrusted_picture)
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if len(untrusted_picture) > MAX_PICTURE_BYTES or max(size.width(), size.height()) > MAX_SIDE:
        raise PictureUnreadable(reason="too large")
    image = reader.read()
    if image.isNull():
        raise PictureUnreadable(reason="damaged")
    return _on_white(image).convertToFormat(QImage.Format.Format_Grayscale8)


def _on_white(image: QImage) -> QImage:
    if not image.hasAlphaChannel():
        return image
    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(QColor("white"))
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    return ground
