"""The board's tiles: a figure in words, what stands under it, and where its cases are."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from zhoudao.doors.desk.board.asking import Chosen
from zhoudao.doors.desk.tags import lasting, percent
from zhoudao.ground.metrics.definitions import Metric
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.queries import board
from zhoudao.rooms.tallies.queries import Board
from zhoudao.rooms.voice.board import SATISFACTION


@frozen
class Tile:
    """One figure. `level` is calm, soon or over."""

    metric: Metric
    figure: str
    under: str
    address: str
    level: str = "calm"


def tiles_of(found: Board, chosen: Chosen) -> list[Tile]:
    """All tiles."""
    now, past, said = found.now, found.period, found.said
    held = board.Kept("", sum(one.kept for one in found.kept), sum(one.missed for one in found.kept))
    stars = _("{n} ratings, {mean} stars").format(n=said.ratings, mean=f"{said.mean:.1f}" if said.mean else "—")
    rows: list[tuple[Metric, str, str, str]] = [
        (figures.WAITING, str(now.waiting), _("the customer wrote last"), "calm"),
        (figures.AT_RISK, str(now.at_risk), _("due within 30 minutes"), "soon" if now.at_risk else "calm"),
        (figures.OVERDUE, str(now.overdue), _("not made good yet"), "over" if now.overdue else "calm"),
        (
            figures.UPSET,
            str(now.upset),
            _("{share} of {n} open cases").format(share=percent(now.upset_share), n=now.active),
            "soon" if now.upset else "calm",
        ),
        (
            figures.KEPT,
            percent(held.share),
            _("{kept} kept, {missed} missed").format(kept=held.kept, missed=held.missed),
            "calm",
        ),
        (
            figures.FIRST_REPLY,
            lasting(past.first_reply),
            _spread(past.first_reply_p90, past.answered, past.opened),
            "calm",
        ),
        (figures.RESOLUTION, lasting(past.resolution), _spread(past.resolution_p90, past.resolved), "calm"),
        (
            figures.FIRST_CONTACT,
            percent(past.first_contact_share),
            _("of {n} resolved").format(n=past.resolved),
            "calm",
        ),
        (
            figures.REPEATS,
            percent(past.repeat_share),
            _("{again} of {n} came again").format(again=past.repeats, n=past.contacts),
            "calm",
        ),
        (SATISFACTION, percent(said.share), stars, "calm"),
    ]
    return [Tile(metric, figure, under, _address(metric, chosen), level) for metric, figure, under, level in rows]


def _spread(p90: float | None, count: int, of: int | None = None) -> str:
    if p90 is None:
        return _("nothing to measure yet")
    cases = f"{count}/{of}" if of is not None else str(count)
    return _("90% within {span} · {n} cases").format(span=lasting(p90), n=cases)


def _address(metric: Metric, chosen: Chosen) -> str:
    return f"{reverse('desk')}?{urlencode({'figure': metric.code})}&{chosen.query}"
