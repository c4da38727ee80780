"""What is said of the rows of a list that could not be taken, and where they are kept to be mended."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path

_SHOWN = 20


def tell_wrong(wrong: Sequence[tuple[int, str, Sequence[str]]], keep: Path | None) -> int:
    """This will name the first wrong rows (number, why, cells), write all of them to `keep` if it is given, and return
    the command's exit code: 1 where there are any.
    """
    for number, why, _row in wrong[:_SHOWN]:
        print(f"  row {number}: {why}", file=sys.stderr)
    if keep and wrong:
        with keep.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([[str(number), why, *row] for number, why, row in wrong])
    return 1 if wrong else 0
