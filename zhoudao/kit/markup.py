"""Rich text people write: a small Markdown, HTML made harmless, and the plain words of either.

Of Markdown what help articles need: headings, paragraphs, lists, tables, quotes, rules, code, bold, italics, links.
A block that begins with a tag is HTML already. Every pattern is bounded, so time is linear in the text.
"""

import html as entities
import re
from collections.abc import Callable

import nh3

_TAGS = re.findall(
    r"\w+",
    "a b blockquote br code del em h2 h3 h4 hr i kbd li ol p pre s strong sub sup table tbody td th thead tr u ul",
)
_GONE = re.findall(r"\w+", "script style title textarea noscript svg math template iframe object head")
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIGH, _LOW = re.compile(r"<(/?)h1\b", re.IGNORECASE), re.compile(r"<(/?)h[56]\b", re.IGNORECASE)
_ENDS = re.compile(r"<(?:br|hr|/p|/tr|/li|/h[2-4]|/blockquote|/pre)\s*/?>", re.IGNORECASE)
_CELLS = re.compile(r"</t[dh]>")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t#]*")
_BULLET, _NUMBER = re.compile(r"[-*+•][ \t]+(.*)"), re.compile(r"\d{1,3}[.)、][ \t]*(.*)")
_RULE, _TAG = re.compile(r"(?:[-*_][ \t]*){3,}"), re.compile(r"</?[a-zA-Z][^>]{0,300}>")
_DASHES = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*){0,30}\|?")
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\*\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![*\w])\*(?=\S)([^*\n]{1,500}?)(?<=\S)\*(?![*\w])"), r"<em>\1</em>"),
    (re.compile(r"~~(?=\S)([^~\n]{1,500}?)~~"), r"<del>\1</del>"),
    (re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,1000})\)"), r'<a href="\2">\1</a>'),
)
_CODE = re.compile(r"`([^`\n]{1,500})`")


def marked(source: str) -> str:
    """Markdown as harmless HTML.

    >>> marked("# Returns\\n\\n- within **7** days")
    '<h2>Returns</h2>\\n<ul><li>within <strong>7</strong> days</li></ul>'
    """
    lines = [line.rstrip() for line in tidy(source).expandtabs(4).split("\n")]
    blocks, place = [], 0
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        block, place = _block(lines, place)
        blocks.append(block)
    return cleaned("\n".join(blocks))


def cleaned(html: str) -> str:
    """Only harmless mark-up, idempotent: no script, style, picture or foreign content; first headings are second."""
    shifted = _LOW.sub(r"<\1h4", _HIGH.sub(r"<\1h2", tidy(html)))
    kept = nh3.clean(
        shifted,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener nofollow",
    )
    return tidy(kept)


def plain_of(html: str) -> str:
    """The words of clean HTML, a line for each block."""
    broken = _CELLS.sub(" ", _ENDS.sub("\n", html))
    words = entities.unescape(nh3.clean(broken, tags=set()))
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in words.split("\n"))
    return "\n".join(line for line in lines if line)


def tidy(text: str) -> str:
    """Without what a database cannot hold or a screen cannot show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text).encode("utf-8", "ignore").decode()


def _block(lines: list[str], place: int) -> tuple[str, int]:
    """The block that begins in this line, and the line after it."""
    line = lines[place].strip()
    begins = next((made for is_one, made in _BLOCKS if is_one(line)), None)
    if begins is not None:
        return begins(lines, place)
    if place + 1 < len(lines) and "|" in line and _DASHES.fullmatch(lines[place + 1].strip()):
        return _table(lines, place)
    return _until(lines, place, _begins, lambda some: f"<p>{'<br>'.join(_inline(one.strip()) for one in some)}</p>")


def _begins(line: str) -> bool:
    """Whether another block begins here without a blank line before it."""
    line = line.strip()
    if line.startswith((">", "```")):
        return True
    return any(one.fullmatch(line) is not None for one in (_HEADING, _BULLET, _NUMBER, _RULE))


def _until(
    lines: list[str], place: int, ends: Callable[[str], bool], made: Callable[[list[str]], str]
) -> tuple[str, int]:
    end = place + 1
    while end < len(lines) and lines[end].strip() and not ends(lines[end]):
        end += 1
    return made(lines[place:end]), end


def _fenced(lines: list[str], place: int) -> tuple[str, int]:
    end = place + 1
    while end < len(lines) and not lines[end].strip().startswith("```"):
        end += 1
    body = entities.escape("\n".join(lines[place + 1 : end]), quote=False)
    return f"<pre><code>{body}</code></pre>", end + 1


def _heading(lines: list[str], place: int) -> tuple[str, int]:
    found = _HEADING.fullmatch(lines[place].strip())
    level, words = (min(len(found[1]) + 1, 4), found[2]) if found else (4, lines[place])
    return f"<h{level}>{_inline(words)}</h{level}>", place + 1


def _list(lines: list[str], place: int, pattern: re.Pattern[str], tag: str) -> tuple[str, int]:
    items: list[list[str]] = []
    while place < len(lines) and lines[place].strip():
        line = lines[place].strip()
        if (found := pattern.fullmatch(line)) is not None:
            items.append([found[1]])
        elif lines[place].startswith("  "):
            items[-1].append(line)
        else:
            break
        place += 1
    said = "".join(f"<li>{'<br>'.join(map(_inline, item))}</li>" for item in items)
    return f"<{tag}>{said}</{tag}>", place


def _quote(lines: list[str]) -> str:
    said = [_inline(line.strip().lstrip(">》").strip()) for line in lines]
    return f"<blockquote><p>{'<br>'.join(said)}</p></blockquote>"


def _table(lines: list[str], place: int) -> tuple[str, int]:
    head, end = _row(lines[place], "th"), place + 2
    rows = []
    while end < len(lines) and "|" in lines[end]:
        rows.append(_row(lines[end], "td"))
        end += 1
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>", end


def _row(line: str, tag: str) -> str:
    cells = line.strip().strip("|").split("|")[:30]
    return f"<tr>{''.join(f'<{tag}>{_inline(cell.strip())}</{tag}>' for cell in cells)}</tr>"


def _inline(text: str) -> str:
    """Bold, italics, links and code of a line; what stands between backticks is left alone."""
    pieces = _CODE.split(text)
    return "".join(
        f"<code>{entities.escape(piece, quote=False)}</code>" if place % 2 else _styled(piece)
        for place, piece in enumerate(pieces)
    )


def _styled(text: str) -> str:
    said = entities.escape(text, quote=True).replace("&#x27;", "'")
    for pattern, shape in _INLINE:
        said = pattern.sub(shape, said)
    return said


_Made = Callable[[list[str], int], tuple[str, int]]
_BLOCKS: tuple[tuple[Callable[[str], object], _Made], ...] = (
    (lambda line: line.startswith("```"), _fenced),
    (_TAG.match, lambda lines, place: _until(lines, place, lambda one: False, "\n".join)),
    (_HEADING.fullmatch, _heading),
    (_RULE.fullmatch, lambda lines, place: ("<hr>", place + 1)),
    (_BULLET.fullmatch, lambda lines, place: _list(lines, place, _BULLET, "ul")),
    (_NUMBER.fullmatch, lambda lines, place: _list(lines, place, _NUMBER, "ol")),
    (lambda line: line.startswith((">", "》")), lambda lines, place: _until(lines, place, lambda one: False, _quote)),
)
