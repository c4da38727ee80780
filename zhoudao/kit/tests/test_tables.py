"""Lists from any spreadsheet: encodings, marks, workbooks with formulas and merged cells, and what is none."""

import gzip
import io
import zipfile

import pytest

from zhoudao.kit.tables import TableUnreadable, rows_of

TEXT = "仓库,编号,数量\neast,6001,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_whatever_a_spreadsheet_writes(encoding: str) -> None:
    assert list(rows_of(TEXT.encode(encoding))) == [["仓库", "编号", "数量"], ["east", "6001", "5"]]


def test_tabs_and_quotes_are_understood() -> None:
    assert list(rows_of(b'a\tb\n"x\ty"\t 2 \n')) == [["a", "b"], ["x\ty", "2"]]


def workbook(sheet: str, shared: str = "") -> bytes:
    file = io.BytesIO()
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("xl/worksheets/sheet1.xml", f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>")
        if shared:
            parts.writestr("xl/sharedStrings.xml", f"<sst {main}>{shared}</sst>")
    return file.getvalue()


def test_a_workbook_gives_texts_numbers_and_what_formulas_came_to() -> None:
    sheet = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>数量</t></is></c></row>'
        '<row><c r="A2" t="s"><v>1</v></c><c r="C2"><f>2+3</f><v>5.0</v></c></row>'
        '<row><c r="AA3"><v>9</v></c></row>'
    )
    rows = list(rows_of(workbook(sheet, "<si><t>编号</t></si><si><r><t>60</t></r><r><t>01</t></r></si>")))
    assert rows[:2] == [["编号", "", "数量"], ["6001", "", "5"]]
    assert rows[2] == [""] * 26 + ["9"], "merged and missing cells are empty"


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 no", b"a\0b", b"\xff\xff\xff\xff,", b"x" * 50_000_001, workbook("<row>&x;</row>")]
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(TableUnreadable):
        list(rows_of(content))


def test_a_packed_file_is_unpacked_and_no_further_than_is_taken() -> None:
    packed = gzip.compress(TEXT.encode("gb18030"))
    assert list(rows_of(packed)) == [["仓库", "编号", "数量"], ["east", "6001", "5"]]
    for wrong in (packed[:-9], b"\x1f\x8b no", gzip.compress(b"0" * 50_000_001)):
        with pytest.raises(TableUnreadable):
            list(rows_of(wrong))


def test_where_certainty_is_asked_formulas_and_merged_cells_are_refused_by_name() -> None:
    formula = workbook('<row><c r="A1"><v>1</v></c></row><row><c r="C2"><f>2+3</f><v>5</v></c></row>')
    with pytest.raises(TableUnreadable, match="C2 is a formula"):
        list(rows_of(formula, is_strict=True))
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = (
        f'<worksheet {main}><sheetData><row/></sheetData><mergeCells><mergeCell ref="A2:A4"/></mergeCells></worksheet>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(TableUnreadable, match="A2:A4 are merged"):
        list(rows_of(file.getvalue(), is_strict=True))
    assert list(rows_of(workbook('<row><c r="A1"><v>1</v></c></row>'), is_strict=True)) == [["1"]]
