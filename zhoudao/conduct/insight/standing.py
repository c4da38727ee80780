"""A report as one file that needs nothing else: its words in three languages, and what draws its map."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from zhoudao.kit.languages import LANGUAGES, tag

_PACKAGE = Path(__file__).resolve().parents[2]
_STYLES = ("static_src/css/standalone.css", "static_src/css/base.css", "static_src/css/insight.css")
_SCRIPTS = ("static/vendor/elk.js", "static_src/js/processmap.js")


def standing(body: dict[str, Any], *, name: str, first: str = "zh-hans") -> str:
    """The HTML of what `pages` made, opened in the language `first`. Raises: FileNotFoundError before set-up."""
    languages = sorted((each.lower() for each in LANGUAGES), key=lambda each: each != first)
    bodies = [
        {
            "language": one, "called": LANGUAGES[tag(one)], "words": alone(body["pages"][one]),
            "map": body["maps"][one], "id": f"process-map-{one}",
        }
        for one in languages
    ]  # fmt: skip
    files = {"styles": _ours(_STYLES), "scripts": _ours(_SCRIPTS)}
    return render_to_string("insight/report.html", {"name": name, "bodies": bodies, **files})


_LEADS = (
    (re.compile(r'<p class="finding-improve">.*?</p>|<span class="way-acts small">.*?</span>', re.DOTALL), ""),
    (re.compile(r' data-(?:open-step|open-path|narrow|say-open|say-only|say-but)="[^"]*"'), ""),
    (re.compile(r' · <a href="cases/\?of=f\d+">[^<]*</a>'), ""),
    (re.compile(r'<a href="cases/[^"]*">([^<]*)</a>'), r"\1"),
)
"""What leads from a report's page to others of the desk, and what stands in its place; all of it is our own writing,
the words of a log are escaped in it.
"""


def alone(words: str) -> SafeString:
    """The words of a report as a file holds them: they lead nowhere."""
    for what, instead in _LEADS:
        words = what.sub(instead, words)
    return SafeString(words)


def _ours(paths: Sequence[str]) -> SafeString:
    """Files of this project and of its libraries, to stand in a page as they are: none may end the element it is in."""
    text = "\n".join((_PACKAGE / path).read_text() for path in paths)
    return SafeString(text.replace("</script", "<\\/script").replace("</style", "<\\/style"))
