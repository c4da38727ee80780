"""Learning from our own cases what becomes of them, and saying it of those that are open. In the analyst only."""

from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from zhoudao.conduct.insight.case_trails import NOT_RUNNING, TRAITS, Codes, Read, open_cases, past_cases, promised
from zhoudao.conduct.insight.models import Foretelling
from zhoudao.conduct.insight.outlook import KEPT, in_use
from zhoudao.engines.forecast.facts import Moments, Seconds, at_events, at_times
from zhoudao.engines.forecast.keeping import ForecastUnreadable, from_bytes, to_bytes
from zhoudao.engines.forecast.learning import Forecast, Said, TooFewCases, learn
from zhoudao.engines.forecast.training import Asked
from zhoudao.ground.files.store import discard, keep, read
from zhoudao.ground.installation.clock import zone
from zhoudao.ground.vault import box
from zhoudao.rooms.cases.commands.foretelling import Foretold, forget_outlooks, note_outlooks
from zhoudao.rooms.cases.outlooks import HIGH, Reason

HISTORY = timedelta(days=180)
_MOST_EVENTS, _MOST_LOOKS, _LOOKS = 16_000, 12_000, 400
_REASONS, _WEIGHTY = 3, 0.05
_HOUR = 3_600
_OF_WORDS = {
    "last": "step", "before": "step", "pair": "step", "group": "team", "hour": "hour", "begun_hour": "hour",
    "weekday": "day", "kind": "kind", "tier": "tier", "channel": "channel", "store": "store",
}  # fmt: skip
_OF_AMOUNTS = {"open": ("queue", 1), "arrived": ("rush", 1), "left": ("slow", 1), "events": ("long", 1),
               "idle": ("idle", _HOUR), "elapsed": ("old", _HOUR)}  # fmt: skip


def learn_outlook(*, at: datetime, rng: np.random.Generator) -> Foretelling:
    """This will learn from the cases of the last half year, and keep what was learned with how good it is; or that too
    few of them have ended.
    """
    past = past_cases(since=at - HISTORY, at=at)
    made = Foretelling(made_at=at, codes=past.codes.to_json())
    now = int(at.timestamp())
    made.cases = int((past.trails.ended <= now).sum())
    moments = _moments(past, now, rng) if len(past.ids) else None
    try:
        if moments is None:
            raise TooFewCases(TooFewCases.__doc__)
        asked = Asked(past.trails, moments, promised(past, moments), TRAITS)
        forecast, judged = learn(asked, zone=zone().key, now=now, rng=rng)
    except TooFewCases:
        made.fault = "few"
        return _kept(made, None)
    made.moments, made.judged = len(moments.at), judged.to_json()
    return _kept(made, to_bytes(forecast))


def foretell(*, at: datetime) -> int:
    """This will say of every open case what is to be expected of it, in one pass; returns of how many. Without a
    forecast nothing is said, and what was said is forgotten.
    """
    made = in_use()
    forecast = _forecast(made)
    if made is None or forecast is None:
        return forget_outlooks()
    now = int(at.timestamp())
    found = open_cases(Codes.from_json(made.codes), at=at)
    moments = at_times(found.trails, np.array([now], np.int64))
    said = forecast.of(Asked(found.trails, moments, promised(found, moments), TRAITS))
    told = [_foretold(found, moments, said, row) for row in range(len(moments.at))]
    kept = note_outlooks(told, model_id=made.id, at=at)
    Foretelling.objects.filter(id=made.id).update(foretold_at=at, foretold=kept)
    return kept


def _moments(past: Read, now: int, rng: np.random.Generator) -> Moments:
    """Where it is learned from: at events, and as one finds cases who looks at any time. No more than can be learned
    from in a minute.
    """
    begun = past.trails.begun
    looks = np.sort(rng.integers(int(begun.min()), max(now, int(begun.min()) + 1), _LOOKS))
    parts = (_some(at_events(past.trails), _MOST_EVENTS, rng), _some(at_times(past.trails, looks), _MOST_LOOKS, rng))
    one, other = parts
    together = Moments(
        np.concatenate([one.case, other.case]),
        np.concatenate([one.at, other.at]),
        np.concatenate([one.behind, other.behind]),
    )
    return together.only(together.at <= now)


def _some(moments: Moments, most: int, rng: np.random.Generator) -> Moments:
    if len(moments.at) <= most:
        return moments
    rows: Seconds = np.sort(rng.choice(len(moments.at), most, replace=False))
    return moments.only(rows)


def _foretold(found: Read, moments: Moments, said: Said, row: int) -> Foretold:
    low, mid, high = (int(each) for each in said.seconds[row])
    risk = None if np.isnan(said.risk[row]) else float(said.risk[row])
    reasons = _reasons(said, row) if risk is not None and risk >= HIGH else ()
    return Foretold(found.ids[int(moments.case[row])], low, mid, high, risk, reasons)


def _reasons(said: Said, row: int) -> tuple[Reason, ...]:
    """What raises a risk most, each thing once."""
    reasons: dict[tuple[str, str], Reason] = {}
    for place in np.argsort(-said.reasons[row]).tolist():
        if said.reasons[row, place] < _WEIGHTY or len(reasons) == _REASONS:
            break
        reason = _reason(said.names[place], said.amounts[row, place])
        if reason is not None:
            reasons.setdefault((reason.code, reason.what), reason)
    return tuple(reasons.values())


def _reason(name: str, amount: float) -> Reason | None:
    """A fact as a reason; None where it says nothing a person could see."""
    if name in _OF_WORDS:
        return Reason(_OF_WORDS[name])
    if name.startswith("due:"):
        return Reason("little", max(0, round(amount)), name.removeprefix("due:")) if amount < NOT_RUNNING else None
    if name == "paused":
        return Reason("paused") if amount else None
    if name.startswith("step:"):
        return Reason("again") if amount > 1 else Reason("step")
    code, unit = _OF_AMOUNTS[name]
    return Reason(code, round(amount / unit)) if round(amount / unit) else None


def _forecast(made: Foretelling | None) -> Forecast | None:
    """None also where another version of this program learned it: the next night learns it anew."""
    if made is None or made.body is None:
        return None
    try:
        return from_bytes(read(made.body))
    except ForecastUnreadable:
        return None


@transaction.atomic
def _kept(made: Foretelling, body: bytes | None) -> Foretelling:
    """The last ones stay, to compare; older ones go with what was sealed for them."""
    if body is not None:
        made.body = keep(body, subject_id=made.id, key_id=box.key_of(made.id))
    made.save(force_insert=True)
    for old in Foretelling.objects.select_related("body").order_by("-made_at", "-id")[KEPT:]:
        old.delete()
        if old.body is not None:
            discard(old.body)
    return made
