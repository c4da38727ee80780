"""The triage that comes with the product: learned from its labelled messages where it is first used, then kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from zhoudao.engines.language import sentiment
from zhoudao.engines.language.labelled import FILE, Labelled, labelled
from zhoudao.engines.language.packing import LARGEST, NoModel
from zhoudao.engines.language.training import Figures, packed, train, unpacked
from zhoudao.engines.language.triage import VERSION, Triager

_NAME: Final = "triage-{}.model"


def shipped(
    folder: Path, *, say: Callable[[str], None], file: Path = FILE, is_anew: bool = False
) -> tuple[Triager, Figures]:
    """The triage of a file of labelled messages, read from `folder` or, at the first use, learned and kept there: some
    seconds. Other messages or another version are another file, so what is kept never grows old. A damaged file is
    learned anew; a folder that cannot be written to keeps nothing.

    Raises: BadLabels, TooFewTexts, TooManyTexts.
    """
    known = labelled(file)
    place = folder / _NAME.format(_key(known))
    if not is_anew and place.is_file():
        try:
            return read(place)
        except (NoModel, OSError) as fault:
            say(f"{place}: {fault} It is learned anew.")
    say(f"learning from {len(known):,} labelled messages …")
    triager, figures = train(known)
    with contextlib.suppress(OSError):
        _keep(place, packed(triager, figures))
    return triager, figures


def read(place: Path) -> tuple[Triager, Figures]:
    """A triage that was kept.

    Raises: NoModel, OSError.
    """
    if place.stat().st_size > LARGEST:
        raise NoModel(NoModel.__doc__)
    return unpacked(place.read_bytes())


def version(file: Path = FILE) -> str:
    """What judges by these messages is called: other messages, weights or rules are another, e.g. `1.4f0c1a2b`.

    Raises: BadLabels.
    """
    return f"{VERSION}.{_key(labelled(file))[:8]}"


def _key(known: Sequence[Labelled]) -> str:
    made_of = f"{VERSION} {known!r} {hashlib.sha256(sentiment.FILE.read_bytes()).hexdigest()}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def _keep(place: Path, content: bytes) -> None:
    """Whole or not at all, whoever else does the same at the same moment."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=place.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(place)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
