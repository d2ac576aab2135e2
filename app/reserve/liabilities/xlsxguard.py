"""A look at a workbook before it is given to the library that reads it, which trusts more than we do.

Guarantees: after `check_workbook` every part says how large it is and is small enough, no part is encrypted or has a document
type (and so no entities), and the rows of every sheet and the cells of every row are in order and each there once. The
library would leave out the others without a word.
"""

import re
import zipfile
import zlib
from xml.parsers import expat

from app.core.reserveerrors import ListError, ListProtected, ListTooLarge, ListUnreadable
from app.reserve.liabilities.listfile import PIECE_BYTES, OpenFile

MAX_PARTS = 10_000
MAX_SHEET_BYTES = 1024**3
"""Of all sheets together."""
MAX_OTHER_BYTES = 256 * 1024**2
"""Of everything else together: texts, styles, pictures."""
MAX_SHEET_ROWS = 1_048_576
_CONTENT_TYPES = "[Content_Types].xml"
_SHEETS = re.compile("xl/worksheets/[^/]+\\.xml")
_CELL = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


def check_workbook(file: OpenFile) -> int:
    """Look through the whole workbook. Returns the number of the last row of the longest sheet.

    Raises:
        ListProtected: it is encrypted.
        ListTooLarge: it would fill the memory.
        ListUnreadable: it is no workbook, or a damaged one.
    """
    damage = ""
    try:
        with zipfile.ZipFile(file.stream) as archive:
            return _check_parts(file, archive)
    except ListError:
        raise
    except _DAMAGE as error:
        damage = type(error).__name__
    raise ListUnreadable(name=file.name, reason="damaged", detail=damage)


def _check_parts(file: OpenFile, archive: zipfile.ZipFile) -> int:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if _CONTENT_TYPES not in names or not any(map(_SHEETS.fullmatch, names)):
        raise ListUnreadable(name=file.name, reason="neither CSV, XLSX nor Parquet")
    if any(part.flag_bits & 0x1 for part in parts):
        raise ListProtected(name=file.name)
    if len(names) > MAX_PARTS or len(set(names)) != len(names):
        raise ListUnreadable(name=file.name, reason="damaged")
    _check_sizes(file, parts)
    return max(_last_row(file, archive, part) for part in parts if part.filename.endswith((".xml", ".rels")))


def _check_sizes(file: OpenFile, parts: list[zipfile.ZipInfo]) -> None:
    sheets = sum(part.file_size for part in parts if _SHEETS.fullmatch(part.filename))
    others = sum(part.file_size for part in parts) - sheets
    for what, size, most in (("sheets", sheets, MAX_SHEET_BYTES), ("other parts", others, MAX_OTHER_BYTES)):
        if size > most:
            raise ListTooLarge(name=file.name, what=what, expected=f"at most {most} bytes", got=size)


def _last_row(file: OpenFile, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Number of the last row of a sheet; 0 for any other part."""
    parser, order = expat.ParserCreate(namespace_separator=" "), _Order()

    def begin(root: str, _attributes: dict[str, str]) -> None:
        parser.StartElementHandler = order.begin if root.endswith(" worksheet") else None

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(part) as stream:
        while piece := stream.read(PIECE_BYTES):
            file.check_stop()
            parser.Parse(piece, False)
    parser.Parse(b"", True)
    return order.row


def _refuse_doctype(*_declared: object) -> None:
    raise ValueError("document type")


class _Order:
    """Sees that rows and cells of a sheet are in order."""

    def __init__(self) -> None:
        self.row = 0
        self._row_text = ""
        self._column = (0, "")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name.endswith(" c"):
            self._cell(attributes.get("r"))
        elif name.endswith(" row"):
            self._begin_row(attributes.get("r"))

    def _begin_row(self, number: str | None) -> None:
        row = self.row + 1 if number is None else int(number)
        if not self.row < row <= MAX_SHEET_ROWS:
            raise ValueError("order of rows")
        self.row, self._row_text, self._column = row, str(row), (0, "")

    def _cell(self, place: str | None) -> None:
        if place is None:  # the next one, as the library has it
            return
        match = _CELL.fullmatch(place)
        if match is None or match[2] != self._row_text or (len(match[1]), match[1]) <= self._column:
            raise ValueError("order of cells")
        self._column = (len(match[1]), match[1])
