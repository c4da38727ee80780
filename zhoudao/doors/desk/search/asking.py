"""What the address of the search asks for; anything unknown is left out."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Kind, Status, Tier
from zhoudao.rooms.cases.queries.desk import ViewFilter
from zhoudao.rooms.cases.queries.finding import Place
from zhoudao.rooms.cases.queries.searching import KINDS, Wanted
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS

PERIODS: dict[str, tuple[int, LazyText]] = {
    "week": (7, _("Last 7 days")),
    "month": (30, _("Last 30 days")),
    "year": (365, _("Last 12 months")),
}
_FILTERS = ("case_kind", "tier", "status", "team", "store", "channel", "period")


@frozen
class Chosen:
    """The filters as they stand in the address, and as the search wants them."""

    words: str
    kind: str
    period: str
    wanted: Wanted
    query: str

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words and the kind is asked for."""
        return any(f"{name}=" in self.query for name in _FILTERS)


def chosen(query: QueryDict, *, at: datetime) -> Chosen:
    """Days are the company's; a period reaches from the beginning of its first day to now."""
    words, kind = query.get("q", "").strip(), _one_of(query.get("kind", ""), KINDS)
    period = _one_of(query.get("period", ""), PERIODS)
    cases = ViewFilter(
        view="all",
        team_id=uuid_in(query.get("team", "")),
        store_id=uuid_in(query.get("store", "")),
        tier=_one_of(query.get("tier", ""), Tier.values),
        kind=_one_of(query.get("case_kind", ""), Kind.values),
        status=_one_of(query.get("status", ""), Status.values),
    )
    channel = _one_of(query.get("channel", ""), CHANNEL_KINDS)
    wanted = Wanted(words, frozenset([kind] if kind else []), cases, channel, _since(period, at))
    said = {"q": words, "kind": kind, "case_kind": cases.kind, "tier": cases.tier, "status": cases.status}
    said |= {"team": str(cases.team_id or ""), "store": str(cases.store_id or "")}
    said |= {"channel": channel, "period": period}
    kept = QueryDict(mutable=True)
    kept.update({name: value for name, value in said.items() if value})
    return Chosen(words, kind, period, wanted, kept.urlencode())


def with_kind(query: str, kind: str) -> str:
    """The same, asked for one kind of results."""
    kept = QueryDict(query, mutable=True)
    kept.pop("kind", None)
    if kind:
        kept["kind"] = kind
    return kept.urlencode()


def only_words(words: str) -> str:
    """The same words, without any filter."""
    kept = QueryDict(mutable=True)
    kept["q"] = words
    return kept.urlencode()


def write_place(place: Place | None) -> str:
    """Where the next page begins, for an address."""
    return f"{place[0].isoformat()}|{place[1]}" if place else ""


def read_place(text: str) -> Place | None:
    """The same back.

    Raises: BadRequest
    """
    if not text:
        return None
    moment, _, id_ = text.partition("|")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise BadRequest("cursor")
        return at, UUID(id_)
    except (ValueError, OverflowError) as error:
        raise BadRequest("cursor") from error


def _since(period: str, at: datetime) -> datetime | None:
    if not period:
        return None
    midnight = at.astimezone(clock.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=PERIODS[period][0] - 1)


def _one_of(text: str, known: "dict[str, tuple[int, LazyText]] | list[str] | tuple[str, ...]") -> str:
    return text if text in known else ""
