"""Articles out of files people have: Markdown, HTML, CSV or Excel. What is wrong is said by row and left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import FALLBACK, LANGUAGES
from zhoudao.kit.markup import cleaned, plain_of
from zhoudao.kit.tables import TableUnreadable, rows_of
from zhoudao.kit.text import fold
from zhoudao.rooms.knowledge.drafts import Draft, Terms
from zhoudao.rooms.knowledge.models import Audience
from zhoudao.rooms.knowledge.refusals import ImportUnreadable
from zhoudao.rooms.knowledge.texts import Text
from zhoudao.rooms.knowledge.topics import TOPICS

MOST_BYTES, MOST_ARTICLES = 5_000_000, 500
MARKDOWN, HTML, TABLES = (".md", ".markdown", ".txt"), (".html", ".htm"), (".csv", ".tsv", ".xlsx")
_COLUMNS = {
    "code": ("code", "编号", "編號", "代码", "代碼"),
    "language": ("language", "语言", "語言"),
    "title": ("title", "标题", "標題"),
    "summary": ("summary", "摘要"),
    "text": ("text", "body", "content", "正文", "内容", "內容"),
    "questions": ("questions", "phrasings", "问法", "問法", "问题", "問題"),
    "audience": ("audience", "读者", "讀者"),
    "topics": ("topics", "topic", "主题", "主題", "分类", "分類"),
    "skus": ("skus", "sku", "products", "商品"),
    "valid_from": ("valid_from", "from", "生效日期"),
    "valid_until": ("valid_until", "until", "失效日期"),
}
_NAMES = {name: column for column, names in _COLUMNS.items() for name in names}
_TITLE, _FRONT = re.compile(r"# +(.{1,200})"), re.compile(r"([\w ]{1,30}):[ \t]*(.*)")
_H1 = re.compile(r"<h1\b[^>]{0,300}>(.{1,2000}?)</h1>", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(r"<title\b[^>]{0,300}>(.{1,2000}?)</title>", re.IGNORECASE | re.DOTALL)
_LANG = re.compile(r"<html\b[^>]{0,300}\blang=[\"']?([\w-]{2,12})", re.IGNORECASE)


@frozen
class Wrong:
    """What cannot be taken: the row or line as its program shows it, and why, as a code."""

    row: int
    why: str


@dataclass
class Read:
    """What stands in a file: drafts by code (or by a made-up key, where a file gives none), and what is wrong."""

    drafts: dict[str, tuple[int, Draft]] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


class RowUnsound(ValueError):
    """This row cannot be an article; its text is a code."""


def read_file(name: str, content: bytes) -> Read:
    """The articles in a file, by its name's ending.

    Raises: ImportUnreadable
    """
    kind = PurePath(name.lower()).suffix
    if len(content) > MOST_BYTES:
        raise ImportUnreadable
    try:
        pieces = list(_pieces(kind, name, content))
    except (TableUnreadable, UnicodeDecodeError) as error:
        raise ImportUnreadable from error
    read = Read()
    for row, said in pieces:
        try:
            _join(read, row, said)
        except RowUnsound as error:
            read.wrong.append(Wrong(row, str(error)))
    if len(read.drafts) > MOST_ARTICLES or not pieces:
        raise ImportUnreadable
    return read


def _pieces(kind: str, name: str, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """What the file says of each article in each language. Raises: ImportUnreadable, UnicodeDecodeError"""
    if kind in TABLES:
        yield from _table(content)
    elif kind in MARKDOWN:
        yield from _markdown(content.decode("utf-8-sig"), _stem(name))
    elif kind in HTML:
        yield 1, _html(content.decode("utf-8-sig"), _stem(name))
    else:
        raise ImportUnreadable


def _table(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    rows = rows_of(content)
    head = [_NAMES.get(fold(title).strip(), _NAMES.get(title.strip().lower(), "")) for title in next(rows, [])]
    if "title" not in head or "text" not in head:
        raise ImportUnreadable
    for number, row in enumerate(rows, start=2):
        if any(row):
            yield number, {name: row[place] for place, name in enumerate(head) if name and place < len(row)}


def _markdown(text: str, stem: str) -> Iterator[tuple[int, dict[str, str]]]:
    """An article for each first heading; a file begins with what holds for all of them, between two lines of ---."""
    lines = text.replace("\r\n", "\n").split("\n")
    front, begin = _front(lines)
    starts = [place for place in range(begin, len(lines)) if _TITLE.fullmatch(lines[place].rstrip())]
    for place, start in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else len(lines)
        found = _TITLE.fullmatch(lines[start].rstrip())
        title = found[1] if found else ""
        own = {} if len(starts) > 1 else {"code": front.get("code", stem)}
        yield start + 1, front | own | {"title": title, "text": "\n".join(lines[start + 1 : end])}
    if not starts:
        yield 1, front | {"code": front.get("code", stem), "text": "\n".join(lines[begin:])}


def _front(lines: list[str]) -> tuple[dict[str, str], int]:
    """What stands before the first article, and the line after it."""
    if not lines or lines[0].strip() != "---":
        return {}, 0
    end = next((place for place in range(1, min(len(lines), 40)) if lines[place].strip() == "---"), 0)
    found = (_FRONT.fullmatch(line.strip()) for line in lines[1:end])
    said = {_NAMES.get(fold(one[1]).strip(), ""): one[2].strip() for one in found if one}
    return {name: value for name, value in said.items() if name}, end + 1 if end else 0


def _html(text: str, stem: str) -> dict[str, str]:
    title, language = _H1.search(text) or _HEAD.search(text), _LANG.search(text)
    return {
        "code": stem,
        "language": language[1] if language else "",
        "title": plain_of(cleaned(title[1])).replace("\n", " ") if title else "",
        "text": cleaned(_H1.sub("", text, count=1)),
    }


def _join(read: Read, row: int, said: Mapping[str, str]) -> None:
    """This will put one language of one article to what was read. Raises: RowUnsound"""
    language = _language(said)
    text = Text(said.get("title", ""), said.get("summary", ""), said.get("text", ""), _questions(said))
    if not text.title.strip() or not text.source.strip():
        raise RowUnsound("title_or_text_missing")
    key = said.get("code", "").strip().lower() or f"#{row}"
    first, before = read.drafts.get(key, (row, None))
    if before is not None and language in before.texts:
        raise RowUnsound("said_twice")
    terms = before.terms if before is not None else _terms(said)
    read.drafts[key] = first, Draft({**(before.texts if before else {}), language: text}, terms)


def _language(said: Mapping[str, str]) -> str:
    given = said.get("language", "").strip().lower().replace("_", "-")
    known = {one.lower(): one for one in LANGUAGES} | {"zh": FALLBACK, "zh-cn": FALLBACK, "简体": FALLBACK}
    known |= {"zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "繁體": "zh-Hant", "繁体": "zh-Hant", "english": "en"}
    if given and given not in known and given.partition("-")[0] != "en":
        raise RowUnsound("language_unknown")
    return known.get(given, "en" if given else _guessed(said))


def _guessed(said: Mapping[str, str]) -> str:
    """Without a word about it: English where no Chinese stands, traditional where it folds to something else."""
    words = f"{said.get('title', '')} {said.get('text', '')}"[:2_000]
    chinese = [one for one in words if "\u3400" <= one <= "\u9fff"]
    if len(chinese) * 8 < len(words.strip()):
        return "en"
    return "zh-Hant" if sum(fold(one) != one for one in chinese) * 12 > len(chinese) else FALLBACK


def _questions(said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one.strip() for one in re.split(r"[|\n]", said.get("questions", "")) if one.strip())


def _terms(said: Mapping[str, str]) -> Terms:
    audience = said.get("audience", "").strip().lower() or Audience.PUBLIC.value
    topics = tuple(_listed(said.get("topics", "").lower()))
    if audience not in Audience.values:
        raise RowUnsound("audience_unknown")
    if not set(topics) <= set(TOPICS):
        raise RowUnsound("topic_unknown")
    return Terms(
        audience=audience,
        topics=topics,
        skus=tuple(_listed(said.get("skus", ""))),
        valid_from=_day(said.get("valid_from", "")),
        valid_until=_day(said.get("valid_until", "")),
    )


def _listed(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,，、;；|]", text) if one.strip()]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise RowUnsound("day_unsound") from error


def _stem(name: str) -> str:
    """A file's name as a code; nothing where it would be none."""
    made = re.sub(r"[^a-z0-9]+", "-", PurePath(name.lower()).stem).strip("-")[:60].strip("-")
    return made if len(made) > 1 else ""
