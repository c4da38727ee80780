"""Which of a product's error codes a photo of its display shows; only what its table holds is one."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from zhoudao.engines.photos.confusing import fold_segments
from zhoudao.engines.photos.found import Line
from zhoudao.kit.frozen import frozen

NOTHING, AMBIGUOUS = "nothing", "ambiguous"
SURE_ENOUGH = 0.5  # a line of a display; its letters are only believed where the table has them
_LONGEST = 12
_PIECE = re.compile(r"[A-Z0-9][A-Z0-9.-]*")


@frozen
class Shown:
    """The code, or empty with why."""

    code: str = ""
    why: str = ""


def error_on(lines: Sequence[Line], codes: Iterable[str]) -> Shown:
    """The one error code of a product that a photo shows. Codes are capitals and digits."""
    folded: dict[str, set[str]] = {}
    exact = set(codes)
    for code in exact:
        folded.setdefault(fold_segments(code), set()).add(code)
    seen: set[frozenset[str]] = set()
    for line in lines:
        if line.confidence >= SURE_ENOUGH:
            for piece in _pieces(line.text):
                like = folded.get(fold_segments(piece), set())
                if like:
                    seen.add(frozenset(like))
    if len(seen) != 1:
        return Shown(why=AMBIGUOUS if seen else NOTHING)
    only = next(iter(seen))
    return Shown(next(iter(only))) if len(only) == 1 else Shown(why=AMBIGUOUS)


def _pieces(text: str) -> list[str]:
    """The pieces of a line, each without strokes and points; and a short line as one."""
    plain = unicodedata.normalize("NFKC", text).upper()
    pieces = [re.sub(r"[.-]", "", each) for each in _PIECE.findall(plain)]
    whole = re.sub(r"[^A-Z0-9]", "", plain)
    return [each for each in dict.fromkeys([*pieces, whole]) if 2 <= len(each) <= _LONGEST]
