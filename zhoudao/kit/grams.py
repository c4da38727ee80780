"""Words cut into pieces that an index can hold, so that whatever is typed is found wherever it stands.

A run of Chinese, Japanese or Korean characters gives its characters and its neighbouring pairs. Any other run of
letters and digits gives the three characters that begin at each place, fewer at its end: `order` gives
`ord rde der er r`. So a text contains a piece of at most three characters exactly if one of its grams begins with it.
"""

import re
from collections.abc import Iterator, Sequence

from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import fold

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f"
_RUN = re.compile(rf"([{_CJK}]+)|((?:(?![{_CJK}])[^\W_])+)")
# A phrase in quotes stays whole; a quote without its partner is a character like any other.
_TERM = re.compile(r'"([^"]+)"|“([^“”]+)”|「([^「」]+)」|(\S+)')


def grams(text: str) -> list[str]:
    """What a text is found by, without repeats."""
    return list(dict.fromkeys(_grams(fold(text))))


def _grams(folded: str) -> Iterator[str]:
    for found in _RUN.finditer(folded):
        run, word = found.groups()
        if word:
            yield from (word[place : place + 3] for place in range(len(word)))
        else:
            yield from run
            yield from (run[place : place + 2] for place in range(len(run) - 1))


@frozen
class Needs:
    """What a text that contains some terms must have: these grams, and grams that begin so.

    `is_exact`: a text that has them contains the terms; else it has to be read.
    """

    grams: tuple[str, ...]
    beginnings: tuple[str, ...]
    is_exact: bool


def terms(words: str) -> list[str]:
    """What was typed as folded terms, all of which are wanted: split at spaces, phrases in quotes whole."""
    found = ("".join(filter(None, match.groups())).strip() for match in _TERM.finditer(fold(words.replace("\0", " "))))
    return list(dict.fromkeys(term for term in found if term))


def needs(wanted: Sequence[str]) -> Needs:
    """What a text that contains all these folded terms must have."""
    whole: list[str] = []
    begun: list[str] = []
    is_exact = True
    for term in wanted:
        runs = list(_RUN.finditer(term))
        is_exact = is_exact and len(runs) == 1 and runs[0].span() == (0, len(term)) and len(term) <= _exact(runs[0])
        for found in runs:
            _need(found, found.end() == len(term), whole, begun)
    return Needs(tuple(dict.fromkeys(whole)), tuple(dict.fromkeys(begun)), is_exact)


def _exact(found: re.Match[str]) -> int:
    """How long a term may be that is itself a gram."""
    return 3 if found[2] else 2


def _need(found: re.Match[str], is_open: bool, whole: list[str], begun: list[str]) -> None:
    """A run at the term's end may go on in the text; one before its end stands there as it is."""
    run, word = found.groups()
    if not word:
        whole += [run] if len(run) == 1 else [run[place : place + 2] for place in range(len(run) - 1)]
    elif not is_open:
        whole += [word[place : place + 3] for place in range(len(word))]
    elif len(word) < 3:
        begun.append(word)
    else:
        whole += [word[place : place + 3] for place in range(len(word) - 2)]


def contains(text: str, wanted: Sequence[str]) -> bool:
    """Whether a text contains all these folded terms: what the index is an index of."""
    folded = fold(text)
    return all(term in folded for term in wanted)
