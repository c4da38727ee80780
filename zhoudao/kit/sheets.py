"""Tables written as files: CSV that a spreadsheet opens rightly and never runs, and Excel workbooks of plain cells."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from math import isfinite
from xml.sax.saxutils import escape

from zhoudao.kit.xml import holdable

Cell = str | int | float | date | datetime | None
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
    'PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
    'worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/styles" '
    'Target="styles.xml"/></Relationships>',
    # style 1: bold, for titles; 2: a day; 3: a moment
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm"/></numFmts><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">'
    '<xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" '
    'applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def written(form: str, title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as `csv` or `xlsx`. Moments are written as they are given, in their own zone.

    Raises: KeyError (another form)
    """
    return {"csv": _csv, "xlsx": _xlsx}[form](title, header, rows)


def harmless(text: str) -> str:
    """Text that a spreadsheet would run as a formula, so marked that it is shown instead.

    >>> harmless("=HYPERLINK(1)"), harmless("3 = 3")
    ("'=HYPERLINK(1)", '3 = 3')
    """
    return f"'{text}" if text.startswith(_RUNS) else text


def _csv(_title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in (header, *rows):
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return "" if cell is None else str(cell)


def _xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in (_PARTS | {"xl/workbook.xml": _workbook(title)}).items():
            parts.writestr(name, _HEAD + content)
        with parts.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            sheet.write(_line([_text(name, 1) for name in header]))
            for row in rows:
                sheet.write(_line([_cell(cell) for cell in row]))
            sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _workbook(title: str) -> str:
    """A sheet's name has at most 31 characters, and none that means something in an address."""
    name = "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31].strip() or "Sheet"
    sheet = f'<sheet name="{escape(holdable(name), {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/>'
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheet}</sheets></workbook>'


def _line(cells: Sequence[str]) -> bytes:
    return f"<row>{''.join(cells)}</row>".encode()


def _cell(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and not isfinite(cell)):
        return "<c/>"
    if isinstance(cell, datetime):
        days = (cell.replace(tzinfo=None) - datetime(1899, 12, 30)).total_seconds() / 86_400
        return f'<c s="3"><v>{days:.6f}</v></c>'
    if isinstance(cell, date):
        return f'<c s="2"><v>{(cell - date(1899, 12, 30)).days}</v></c>'
    return f"<c><v>{cell!r}</v></c>" if isinstance(cell, int | float) else _text(cell, 0)


def _text(text: str, style: int) -> str:
    """Text is never a formula here, whatever it begins with."""
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(holdable(text))}</t></is></c>'
