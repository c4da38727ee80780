"""What people write of products, made harmless and short."""

from collections.abc import Mapping

import nh3

from zhoudao.kit.languages import LANGUAGES

_TAGS = frozenset(
    ["p", "br", "strong", "em", "b", "i", "u", "ul", "ol", "li", "h3", "h4", "table", "tbody", "tr", "td", "th"]
)
_LONGEST_HTML = 20_000


def in_languages(said: Mapping[str, str], longest: int) -> dict[str, str]:
    """Plain words by language, tidied; what says nothing is left out."""
    found = {tag: " ".join(said.get(tag, "").replace("\0", "").split())[:longest] for tag in LANGUAGES}
    return {tag: words for tag, words in found.items() if words}


def descriptions(said: Mapping[str, str]) -> dict[str, str]:
    """Mark-up by language without scripts, pictures, links or foreign content; plain lines become paragraphs."""
    found = {}
    for tag in LANGUAGES:
        html = said.get(tag, "").replace("\0", "").strip()[:_LONGEST_HTML]
        if html and "<" not in html:
            html = "".join(f"<p>{line}</p>" for line in html.splitlines() if line.strip())
        cleaned = nh3.clean(html, tags=set(_TAGS), attributes={}, clean_content_tags={"script", "style"})
        if cleaned.strip():
            found[tag] = cleaned.strip()
    return found
