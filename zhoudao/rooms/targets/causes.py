"""What moved a figure that misses its target: its parts now against the four weeks before, biggest share first."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zhoudao.engines.targets import BASELINE_DAYS, Share, contributions
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.board import SLOW, Asked
from zhoudao.rooms.cases.queries.parts import SPLITS, can_part, parts
from zhoudao.rooms.targets.models import Shortfall


@frozen
class Cause:
    """One way to take a figure apart; `share` is None where one of the times had no cases."""

    split: str
    share: Share | None


@frozen
class Analysis:
    """All ways, over the shortfall's days and the four weeks before. `is_slow`: parts are shares of cases that took
    longer than the target, because medians have no parts that add up.
    """

    first: date
    last: date
    before: date
    is_slow: bool
    causes: tuple[Cause, ...]


def analysis_of(row: Shortfall, viewer: Viewer) -> Analysis | None:
    """Exact, from the cases the viewer may see (eight statements); None where a figure has no parts."""
    target, about = row.target, row.target.about
    if not can_part(about.code):
        return None
    before = row.first_date - timedelta(days=BASELINE_DAYS)
    then = _asked(row, before, row.first_date - timedelta(days=1))
    now = _asked(row, row.first_date, row.last_date)
    is_slow = about.code in SLOW
    causes = []
    for split in SPLITS:
        if split == "store" and target.store_id:
            continue
        found = [parts(viewer, asked, about.code, split, limit=target.value) for asked in (then, now)]
        share = contributions(found[0], found[1], lower_is_better=is_slow or target.rule.lower_is_better)
        causes.append(Cause(split, share))
    return Analysis(row.first_date, row.last_date, before, is_slow, tuple(causes))


def _asked(row: Shortfall, first: date, last: date) -> Asked:
    store = row.target.store
    zone = ZoneInfo(store.zone) if store else clock.zone()
    start = datetime.combine(first, time(), zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    return Asked(start, end, store_id=store.id if store else None)
