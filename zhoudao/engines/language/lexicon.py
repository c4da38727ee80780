"""Lists of words kept as text: `[name]`, then lines of regular expressions of which any may match."""

from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).with_name("data")


@cache
def lexicon(name: str) -> dict[str, str]:
    """Each list of a file as one expression, in the file's order; lines that begin with # are for people."""
    lists: dict[str, list[str]] = {}
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]") and line[1:-1].isidentifier():
            lists[line[1:-1]] = []
        elif line and not line.startswith("#"):
            lists[next(reversed(lists))].append(line)
    return {each: "|".join(lines) for each, lines in lists.items()}
