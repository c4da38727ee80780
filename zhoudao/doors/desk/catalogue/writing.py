"""Names in three languages as one line, and lists as lines: how tables of them are typed."""

import re
from collections.abc import Mapping

from zhoudao.kit.languages import LANGUAGES

_BETWEEN = re.compile(r"(?<=\s)/(?=\s)")


def names_in(text: str) -> dict[str, str]:
    """What `Simplified / Traditional / English` says; one alone is the first.

    >>> names_in("白色 / 白色 / White")["en"], names_in("白色")
    ('White', {'zh-Hans': '白色'})
    """
    parts = [part.strip() for part in _BETWEEN.split(text, len(LANGUAGES) - 1)]
    return {tag: part for tag, part in zip(LANGUAGES, parts, strict=False) if part}


def names_line(names: Mapping[str, str]) -> str:
    """Names as one line; at its end, what is not said is left out.

    >>> names_line({"zh-Hans": "白色", "en": "White"}), names_in("白色 / / White") == {"zh-Hans": "白色", "en": "White"}
    ('白色 / / White', True)
    """
    return " / ".join(names.get(tag, "") for tag in LANGUAGES).rstrip(" /").replace("/  /", "/ /")


def pairs_in(text: str) -> list[tuple[str, str]]:
    """Lines of `this = that`; without the sign, that is empty."""
    lines = [line.partition("=") for line in text.splitlines() if line.strip()]
    return [(first.strip(), second.strip()) for first, _sign, second in lines]
