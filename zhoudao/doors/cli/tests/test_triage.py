"""`zhoudao triage FILE`: one line a message, whatever the file is."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from zhoudao.config.main import main
from zhoudao.doors.cli import triage
from zhoudao.engines.language.labelled import labelled
from zhoudao.engines.language.training import train

TEXTS = [
    "请问我的包裹物流到哪里了，查一下快递单号",
    "",
    "請開發票，統編 12345675",
    "I want to return this, order #88120",
]


@pytest.fixture(autouse=True)
def _learned(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Learned from a third of the messages, once for all of these tests."""
    cached = request.config.stash.setdefault(_KEY, [])
    if not cached:
        cached.append(train(labelled()[::2], with_sense=False)[0])
    monkeypatch.setattr(triage, "_triager", lambda: cached[0])


_KEY = pytest.StashKey[list[Any]]()


def _said(file: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[dict[str, Any]], str]:
    code = main(["triage", str(file), "--json", *more])
    out = capsys.readouterr()
    return code, [json.loads(line) for line in out.out.splitlines()], out.err


def _written(tmp_path: Path, name: str) -> Path:
    """The same four messages in each form."""
    file = tmp_path / name
    kind = name.removesuffix(".gz").rpartition(".")[2]
    if kind in ("csv", "tsv"):
        mark = {"csv": ",", "tsv": "\t"}[kind]
        content = f"id{mark}said\n" + "".join(f'{place}{mark}"{text}"\n' for place, text in enumerate(TEXTS))
    elif kind == "jsonl":
        content = "".join(json.dumps({"said": text}, ensure_ascii=False) + "\n" for text in TEXTS)
    else:
        content = "\r\n".join(TEXTS) + "\r\n"
    packed = content.encode("gb18030" if name == "gb.txt" else "utf-8-sig")
    file.write_bytes(gzip.compress(packed) if name.endswith(".gz") else packed)
    return file


@pytest.mark.parametrize("name", ["a.txt", "gb.txt", "a.txt.gz", "a.csv", "a.tsv", "a.csv.gz", "a.jsonl", "a.jsonl.gz"])
def test_every_form_of_file_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    more = () if "txt" in name else ("--text", "said")
    code, lines, _err = _said(_written(tmp_path, name), capsys, *more)
    assert code == 0
    assert [one["topic"] for one in lines] == [
        "logistics.track",
        "other.other",
        "inquiry.invoice",
        "after_sales.return",
    ]
    assert [one["language"] for one in lines] == ["zh-Hans", "other", "zh-Hant", "en"]
    assert lines[3]["entities"][0] | {"confidence": 1} == {
        "kind": "order",
        "text": "88120",
        "start": 30,
        "end": 35,
        "confidence": 1,
    }
    for one in lines:
        assert {"language", "kind", "topic", "urgency", "emotion", "confidence", "entities"} <= one.keys()
        assert 0 <= one["confidence"] <= 1


def test_rows_that_cannot_be_read_keep_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"text": "转人工"}\nno json\n{"other": 1}\n"在吗"\n', encoding="utf-8")
    code, lines, err = _said(file, capsys)
    assert code == 1
    assert [one.get("topic") or one["row"] for one in lines] == ["other.agent", 2, 3, "other.greeting"]
    assert "row 2: it is no JSON" in err
    assert "2 of 4 rows" in err


def test_a_wrong_column_is_misuse_and_names_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more in (("--text", "body"), ()):
        code, lines, err = _said(_written(tmp_path, "a.csv"), capsys, *more)
        assert (code, lines) == (2, [])
        assert "id, said" in err


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", b"\xff\xff\xff"), ("a.txt.gz", b"\x1f\x8bno"), ("a.xlsx", b"PK")]
)
def test_what_is_no_text_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    code, lines, err = _said(file, capsys)
    assert (code, lines) == (1, [])
    assert name in err


def test_no_file_is_misuse_and_an_empty_one_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(tmp_path / "none.txt", capsys)[0] == 2
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert _said(empty, capsys)[:2] == (0, [])


def test_goods_of_a_list_are_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goods, file = tmp_path / "goods.csv", tmp_path / "a.txt"
    goods.write_text("K1,空气炸锅\n", encoding="utf-8")
    file.write_text("空氣炸鍋怎麼清洗\n", encoding="utf-8")
    found = _said(file, capsys, "--goods", str(goods))[1][0]["entities"]
    assert [(one["kind"], one["text"]) for one in found] == [("product", "空氣炸鍋")]


def test_people_get_a_line_they_can_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triage", str(_written(tmp_path, "a.txt"))]) == 0
    assert "logistics.track" in capsys.readouterr().out.splitlines()[0]
