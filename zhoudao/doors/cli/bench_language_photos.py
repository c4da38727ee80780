"""`zhoudao bench language --only photos`: numbers and codes read off drawn photos nobody tuned anything on."""

import time
from collections import Counter
from collections.abc import Callable
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli.bench_report import Report
from zhoudao.kit.frozen import frozen

if TYPE_CHECKING:
    from zhoudao.engines.photos.serials import Numbered

IMAGES, SEED = 40, 20_262  # of each kind and level
LEAST, MOST_SECONDS, PROMISED = 0.95, 3.0, (1, 2)
KINDS = ("Code128", "QRCode", "DataMatrix", "printed", "display", "segments")
LEVELS = ("as printed", "mild", "medium", "hard")
CODES = ("E18", "E2", "F03", "E30", "E3", "H5", "U5", "B8", "P1", "C6", "A9", "EE")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NOTES = [
    "Every picture is drawn by a seeded generator (`engines/photos/drawing.py`): a name plate with its number in "
    "print, and as Code 128, QR or DataMatrix; or a display, in letters or seven segments. Mild: ±8°, a little blur "
    "and noise, a shadow. Medium: ±25°, perspective, more of all, JPEG 70. Hard: any angle, 0.6 times the size, "
    "blurred, JPEG 55; nothing is promised there. The seeds that steps were tuned on are others. No real photo "
    "was measured.",
    "Mask `ZD-####-AAAA`; the register holds the number, its ten nearest neighbours and 1,000 others. “Not "
    "registered”: it is not, its neighbours and what looks like it are: whatever is accepted then is wrong.",
    "Seconds are of CPU of this process, the models loaded; on a machine with two free cores less time passes.",
]


@frozen
class _Shot:
    """One picture: what it holds, what was accepted, and the seconds it took."""

    wanted: str
    accepted: str
    seconds: float

    @property
    def is_wrong(self) -> bool:
        """Whether something was accepted that is not there."""
        return bool(self.accepted) and self.accepted != self.wanted


def run(data: Path, report: Report, say: Callable[[str], None]) -> None:
    """This will draw, read and compare; published data has no photos."""
    import numpy as np

    shots: dict[tuple[str, int], list[_Shot]] = {}
    rng = np.random.default_rng(SEED)
    _shot(rng, "printed", 0)  # the models are loaded
    for kind in KINDS:
        for level in range(4):
            report.calibrate()
            shots[kind, level] = [_shot(rng, kind, level) for _n in range(IMAGES)]
        say(f"{kind}: " + ", ".join(f"{_right(shots[kind, level])}/{IMAGES}" for level in range(4)))
    strangers = [_shot(rng, "printed", level, is_registered=False) for level in (1, 2) for _n in range(IMAGES)]
    _tell(shots, strangers, report)


def _shot(rng: Any, kind: str, level: int, *, is_registered: bool = True) -> _Shot:
    from zhoudao.engines.photos.drawing import display, photographed, plate
    from zhoudao.engines.photos.faults import error_on
    from zhoudao.engines.photos.reading import read_photo
    from zhoudao.engines.photos.serials import serial_on

    is_display = kind in ("display", "segments")
    key = _number(rng)
    products = [] if is_display else [_washer(rng, key, is_registered=is_registered)]
    codes = CODES if is_display else ()
    wanted = str(rng.choice(CODES)) if is_display else key
    picture = (
        display(rng, code=wanted, is_segmented=kind == "segments")
        if is_display
        else plate(rng, serial=f"{key[:2]}-{key[2:6]}-{key[6:]}", code="" if kind == "printed" else kind)
    )
    photo = photographed(picture, level, rng)
    began = time.process_time()

    def accepted(found: Any) -> str:
        return error_on(found.lines, codes).code if is_display else serial_on(found, products).key

    found = read_photo(photo, is_enough=lambda so_far: bool(accepted(so_far)))
    return _Shot(wanted, accepted(found), time.process_time() - began)


def _number(rng: Any) -> str:
    return f"ZD{int(rng.integers(10_000)):04}" + "".join(rng.choice(list(_LETTERS), 4))


def _washer(rng: Any, key: str, *, is_registered: bool) -> "Numbered":
    from zhoudao.engines.photos.confusing import PRINTED, fold
    from zhoudao.engines.photos.masks import masks_in
    from zhoudao.engines.photos.serials import Numbered

    number = int(key[2:6])
    near = {f"ZD{(number + step) % 10_000:04}{key[6:]}" for step in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)}
    register = {*near, *(_number(rng) for _n in range(1_000))}
    if is_registered:
        register.add(key)
    else:
        alike = [(at, other) for at in range(6, 10) for other in PRINTED if PRINTED[other] == PRINTED.get(key[at])]
        register |= {key[:at] + other + key[at + 1 :] for at, other in alike}
        register.discard(key)
    folded: dict[str, list[str]] = {}
    for one in register:
        folded.setdefault(fold(one), []).append(one)
    return Numbered("WM-8", masks_in("ZD-####-AAAA"), lambda asked: folded.get(asked, []))


def _right(shots: list[_Shot]) -> int:
    return sum(one.accepted == one.wanted for one in shots)


def _tell(shots: dict[tuple[str, int], list[_Shot]], strangers: list[_Shot], report: Report) -> None:
    for level, words in enumerate(LEVELS):
        for kind in KINDS:
            these = shots[kind, level]
            report.add(f"{kind}, {words}", f"{len(these)}", said(_right(these), len(these)))
        whole = [one for kind in KINDS for one in shots[kind, level]]
        is_promised = level in PROMISED
        report.add(
            f"all, {words}",
            f"{len(whole)}",
            said(_right(whole), len(whole)),
            budget="≥ 95 %" if is_promised else "",
            kept=share(_right(whole), len(whole))[0] >= LEAST if is_promised else None,
        )
    _tell_wrong(shots, strangers, report)
    seconds = sorted(one.seconds for level in PROMISED for kind in KINDS for one in shots[kind, level])
    p50, p95 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
    value = f"p50 {p50:.2f} s, p95 {p95:.2f} s, at most {seconds[-1]:.2f} s of CPU"
    report.add("a photo, mild and medium", f"{len(seconds)}", value, budget="p95 ≤ 3 s", kept=p95 <= MOST_SECONDS)
    report.notes += [f"Seed {SEED}.", *NOTES]


def _tell_wrong(shots: dict[tuple[str, int], list[_Shot]], strangers: list[_Shot], report: Report) -> None:
    plates = [one for (kind, _level), these in shots.items() if kind not in ("display", "segments") for one in these]
    displays = [one for (kind, _level), these in shots.items() if kind in ("display", "segments") for one in these]
    for name, these in (("serial numbers, all levels", plates), ("serial numbers, not registered", strangers)):
        wrong = [one for one in these if one.is_wrong]
        high = share(len(wrong), len(these))[2] * 100
        value = f"{len(wrong)} (at most {high:.1f} %) " + ", ".join(
            f"{one.accepted} for {one.wanted}" for one in wrong[:3]
        )
        report.add(f"wrong {name}", f"{len(these):,}", value.strip(), budget="0", kept=not wrong)
    wrong_codes = Counter(f"{one.accepted} for {one.wanted}" for one in displays if one.is_wrong)
    value = f"{wrong_codes.total()} " + ", ".join(f"{name} × {count}" for name, count in wrong_codes.most_common(3))
    report.add("wrong error codes, all levels", f"{len(displays):,}", value.strip())


def share(hits: int, of: int) -> tuple[float, float, float]:
    """A share with the ends of its 95 % interval (E. B. Wilson 1927), each from 0 to 1.

    >>> [round(one, 3) for one in share(95, 100)]
    [0.95, 0.888, 0.978]
    """
    z, p = 1.96, hits / of
    middle, half = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return p, (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def said(hits: int, of: int) -> str:
    """A share in words: `97.5 % (93.6–99.1)`."""
    p, low, high = share(hits, of)
    return f"{p * 100:.1f} % ({low * 100:.1f}–{high * 100:.1f})"
