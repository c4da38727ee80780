"""The words of an HTML body, for search, lists and people who read text."""

import re
from html.parser import HTMLParser

_LONGEST = 2_000_000
_SILENT = frozenset(["script", "style", "head", "title", "noscript", "template", "svg", "math", "textarea"])
_LINES = "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul"
_BLOCKS = frozenset(_LINES.split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag in _BLOCKS - {"br", "hr"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data))


def plain(html: str) -> str:
    """The text a reader of this HTML sees, a line a block."""
    words = _Words()
    try:
        words.feed(html[:_LONGEST])
        words.close()
    except (AssertionError, ValueError):  # the standard parser on broken declarations
        return re.sub(r"<[^>]{0,2000}>", " ", html[:_LONGEST])
    lines = [line.strip() for line in "".join(words.pieces).replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
