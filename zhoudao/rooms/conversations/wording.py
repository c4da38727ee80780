"""A sender's words made safe to keep and show: tidy text, clean HTML, masked numbers, their language."""

import html as entities
import re
from dataclasses import dataclass

import nh3

from zhoudao.kit.text import clip, fold, mask_personal

LONGEST_TEXT = 1_000_000
_TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
    ]
)
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_DROPPED_WITH_CONTENT = frozenset(
    ["script", "style", "title", "textarea", "noscript", "svg", "math", "template", "iframe", "object"]
)
_LINE_ENDS = re.compile(r"<(?:br|hr|/p|/div|/tr|/li|/h[1-6]|/blockquote|/pre)\s*/?>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SAMPLE = 400


@dataclass(frozen=True)
class Wording:
    """`original` is what was really written, None when masking changed nothing."""

    text: str
    html: str
    original: str | None
    language: str


def word(text: str, html: str = "") -> Wording:
    """This will make a sender's words ready to keep; text is taken from the HTML when there is none."""
    cleaned = clean_html(html) if html else ""
    plain = tidy(text).strip() or (plain_of(cleaned) if cleaned else "")
    masked, _ = mask_personal(plain)
    return Wording(
        text=masked,
        html=_masked_html(cleaned) if cleaned else "",
        original=plain if masked != plain else None,
        language=language_of(plain),
    )


def tidy(text: str, longest: int = LONGEST_TEXT + 1) -> str:
    """Without what a database cannot hold or a screen cannot show: control characters, half characters."""
    text = text[:longest].replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text).encode("utf-8", "ignore").decode()


def file_name(name: str) -> str:
    """What a file is called: a name without folders, of bounded length, never empty.

    >>> file_name("C:\\\\temp\\\\发票.pdf"), file_name("../../etc/passwd"), file_name(" ")
    ('发票.pdf', 'passwd', 'file')
    """
    return clip(tidy(name.replace("\\", "/").rpartition("/")[2]).strip() or "file", 120)


def clean_html(html: str) -> str:
    """Only harmless mark-up, idempotent: no script, style, image or foreign content."""
    cleaned = nh3.clean(
        tidy(html),
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener nofollow",
    )
    return tidy(cleaned)  # `&#1;` has become a control character


def plain_of(cleaned: str) -> str:
    """The text of clean HTML, a line for each block."""
    stripped = nh3.clean(_LINE_ENDS.sub("\n", cleaned), tags=set())
    lines = (line.strip() for line in entities.unescape(stripped).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def language_of(text: str) -> str:
    """`zh-Hant`, `zh-Hans` or `en`: by the share of Chinese characters, and by whether these simplify to others."""
    sample = text[:_SAMPLE]
    chinese = [character for character in sample if "\u3400" <= character <= "\u9fff"]
    letters = sum(character.isascii() and character.isalpha() for character in sample)
    if len(chinese) * 4 < letters:
        return "en"
    traditional = sum(fold(character) != character for character in chinese)
    return "zh-Hant" if traditional * 12 > len(chinese) else "zh-Hans"


def _masked_html(cleaned: str) -> str:
    """Masked mark-up; none when a number is hidden across tags, where only the text can be masked."""
    masked, _ = mask_personal(cleaned)
    plain = plain_of(masked)
    return masked if mask_personal(plain)[0] == plain else ""
