"""What a shop's customers speak of, whatever the words: one name for 补发, 再寄一个 and "send another".

A text has few of its words in common with others that want the same; it has their ideas in common, across languages.
Written by people for this trade; what they come to is learned.
"""

import re
from typing import Final

from zhoudao.engines.language.lexicon import lexicon
from zhoudao.engines.language.pieces import Gram

_ZH, _EN = lexicon("ideas_zh"), lexicon("ideas_en")


def _pattern(name: str) -> re.Pattern[str]:
    english = rf"(?<![a-z])(?:{_EN[name]})(?![a-z])" if name in _EN else ""
    return re.compile("|".join(filter(None, (_ZH.get(name), english))), re.ASCII)


_PATTERNS: Final = {name: _pattern(name) for name in dict.fromkeys((*_ZH, *_EN))}


def ideas_of(text: str) -> list[Gram]:
    """The ideas of an opened text, each where it is said first."""
    found = ((name, pattern.search(text)) for name, pattern in _PATTERNS.items())
    return [Gram(name, *match.span()) for name, match in found if match]
