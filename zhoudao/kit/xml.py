"""The one way XML from outside is read: no DOCTYPE, no entities, no network, bounded in size, depth and number."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

_NOT_HELD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlRefused(Exception):
    """This is not XML we are willing to read."""


class XmlTooLarge(XmlRefused):
    """The document is larger, deeper or has more elements than is allowed."""


class XmlHasDoctype(XmlRefused):
    """The document has a DOCTYPE; entities and outside definitions are never read."""


class _Guard:
    """Builds the tree and stops at the first thing that is not allowed, before libxml2 expands anything."""

    def __init__(self, max_depth: int, max_elements: int) -> None:
        self._tree = etree.TreeBuilder()
        self._depth, self._max_depth, self._left = 0, max_depth, max_elements
        self._begun = False
        self.refusal: XmlRefused | None = None

    def _refuse(self, refusal: XmlRefused) -> None:
        # The refusal is kept because the parser may report the broken tree instead of what broke it.
        self.refusal = self.refusal or refusal
        raise self.refusal

    def doctype(self, *_: object) -> None:
        self._refuse(XmlHasDoctype(XmlHasDoctype.__doc__))

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        self._depth += 1
        self._left -= 1
        self._begun = True
        if self._depth > self._max_depth:
            self._refuse(XmlTooLarge(f"Elements are nested more than {self._max_depth} deep."))
        if self._left < 0:
            self._refuse(XmlTooLarge("The document has too many elements."))
        self._tree.start(tag, attrib)

    def end(self, tag: str | bytes) -> None:
        self._depth -= 1
        self._tree.end(tag)

    def data(self, text: str | bytes) -> None:
        self._tree.data(text)

    def comment(self, text: str | bytes) -> None:
        """Comments are dropped."""

    def close(self) -> etree._Element | None:
        """The root, or nothing when the text broke off: the parser then says why."""
        return self._tree.close() if self._depth == 0 and self._begun else None


def _parser(guard: Any) -> etree.XMLParser:
    """Without a DOCTYPE there are no entities but the five of XML itself; these are read, in attributes, too."""
    return etree.XMLParser(
        target=guard,
        resolve_entities="internal",  # type: ignore[arg-type]  # the types of lxml are older than this word
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )


Attributes = dict[str | bytes, str | bytes]
Step = tuple[str, Attributes | None, str]
"""Into an element (its name, its attributes, nothing) or out of it (its name, None, its own text)."""


class _Steps:
    """Keeps no tree: what begins and ends is handed on and forgotten. Text is not heard."""

    def __init__(self, max_depth: int, max_elements: int) -> None:
        self._depth, self._max_depth, self._left = 0, max_depth, max_elements
        self.steps: list[Step] = []
        self.refusal: XmlRefused | None = None

    def _refuse(self, refusal: XmlRefused) -> None:
        self.refusal = self.refusal or refusal
        raise self.refusal

    def doctype(self, *_: object) -> None:
        self._refuse(XmlHasDoctype(XmlHasDoctype.__doc__))

    def start(self, tag: str, attrib: Attributes) -> None:
        self._depth += 1
        self._left -= 1
        if self._depth > self._max_depth:
            self._refuse(XmlTooLarge(f"Elements are nested more than {self._max_depth} deep."))
        if self._left < 0:
            self._refuse(XmlTooLarge("The document has too many elements."))
        self.steps.append((tag, attrib, ""))

    def end(self, tag: str) -> None:
        self._depth -= 1
        self.steps.append((tag, None, ""))

    def close(self) -> None:
        """Nothing is left to hand over."""


class _Words(_Steps):
    """Hears text, too."""

    def __init__(self, max_depth: int, max_elements: int) -> None:
        super().__init__(max_depth, max_elements)
        self._texts: list[list[str]] = []

    def start(self, tag: str, attrib: Attributes) -> None:
        self._texts.append([])
        super().start(tag, attrib)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self.steps.append((tag, None, "".join(self._texts.pop())))

    def data(self, text: str) -> None:
        self._texts[-1].append(text)


def steps(
    pieces: Iterable[bytes], *, has_text: bool = True, max_depth: int = 64, max_elements: int = 2_000_000_000
) -> Iterator[list[Step]]:
    """What begins and ends in a document, in lists as its pieces come; nothing of it is kept. Without `has_text` no
    text is heard, which is quicker. How large it may be is seen to by who cuts the pieces.

    Raises: XmlRefused and its kinds
    """
    guard = (_Words if has_text else _Steps)(max_depth, max_elements)
    parser = _parser(guard)
    try:
        for piece in pieces:
            parser.feed(piece)
            found, guard.steps = guard.steps, []
            yield found
        parser.close()
    except XmlRefused:
        raise
    except (etree.XMLSyntaxError, AssertionError, LookupError, ValueError) as error:
        raise guard.refusal or XmlRefused(f"This cannot be read as XML: {error}") from error
    yield guard.steps


def parse(
    content: bytes, *, max_bytes: int = 4_000_000, max_depth: int = 64, max_elements: int = 50_000
) -> etree._Element:
    """The root element. Raises: XmlRefused and its kinds."""
    if len(content) > max_bytes:
        raise XmlTooLarge(f"The document is larger than {max_bytes:,} bytes.")
    guard = _Guard(max_depth, max_elements)
    parser = _parser(guard)
    try:
        parser.feed(content)
        root: etree._Element | None = parser.close()
    except XmlRefused:
        raise
    except (etree.XMLSyntaxError, AssertionError, LookupError, ValueError) as error:
        raise guard.refusal or XmlRefused(f"This cannot be read as XML: {error}") from error
    if root is None:
        raise XmlRefused("This cannot be read as XML: it ends too early.")
    return root


def holdable(text: str) -> str:
    """A text without the control letters and halves of letters that no XML document may have."""
    return _NOT_HELD.sub("", text)
