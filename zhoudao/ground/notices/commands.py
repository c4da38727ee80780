"""Telling, reading, mailing, and choosing how."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.db.models import F, Q, QuerySet

from zhoudao.ground.accounts.managing import ZoneUnknown
from zhoudao.ground.accounts.models import User
from zhoudao.ground.installation import clock
from zhoudao.ground.live.presence import tell_notice
from zhoudao.ground.notices.kinds import WAYS, kinds, way_of
from zhoudao.ground.notices.models import Notice, Wish
from zhoudao.ground.notices.quiet import after_quiet
from zhoudao.kit.frozen import frozen

PATIENCE = timedelta(minutes=2)  # what is read at the desk meanwhile is not mailed
HURRY = timedelta(seconds=20)  # the same for urgent news: whoever looks at the desk has seen them by then
TRIES = 6
CLAIM = timedelta(minutes=10)
_ITEMS, _MOST_ITEMS = "items", 200
_hushed: ContextVar[bool] = ContextVar("hushed", default=False)


class HoursIncomplete(Exception):
    """Quiet hours need a beginning and an end."""


@frozen
class Bundle:
    """What makes several things one notice: those told under the same key. `address` is where all of them are seen;
    `mailed_from` lets the mail wait until the bundle is full.
    """

    item: str
    address: str
    mailed_from: datetime | None = None


@frozen
class News:
    """What is told. `key` names the thing it is about: nobody is told it twice. Urgent news know no quiet hours."""

    kind: str
    key: str
    address: str
    attributes: Mapping[str, Any]
    is_urgent: bool = False
    bundle: Bundle | None = None


@contextmanager
def hushed() -> Iterator[None]:
    """Within, nobody is told of anything: what is lived over is no news."""
    token = _hushed.set(True)
    try:
        yield
    finally:
        _hushed.reset(token)


@transaction.atomic
def notify(news: News, user_ids: Iterable[UUID], *, at: datetime) -> int:
    """This will tell these people in the way each chose; returns how many are told. Safe to repeat."""
    if _hushed.get():
        return 0
    people = User.objects.filter(id__in=set(user_ids), is_active=True)
    wishes = {wish.user_id: wish for wish in Wish.objects.filter(user__in=people)}
    rows = [row for user in people if (row := _row(news, user, wishes.get(user.id), at)) is not None]
    known = set(Notice.objects.filter(user__in=people, key=news.key).values_list("user_id", flat=True))
    fresh = [row for row in rows if row.user_id not in known]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    more = _bundled(news, news.bundle, rows, known) if news.bundle else []
    for row in [*fresh, *more]:
        if row.is_shown:
            tell_notice(user_id=row.user_id)
    return len(fresh) + len(more)


def read_notices(*, user_id: UUID, at: datetime, ids: Iterable[UUID] | None = None) -> int:
    """This will mark somebody's notices (these, or all) as read; returns how many were not."""
    rows = Notice.objects.filter(user_id=user_id, read_at=None)
    if ids is not None:
        rows = rows.filter(id__in=list(ids))
    return rows.update(read_at=at)


def set_wish(
    *, user_id: UUID, ways: Mapping[str, str], quiet_from: time | None, quiet_until: time | None, zone: str
) -> Wish:
    """This will keep how somebody wants to be told from now on.

    Raises: ZoneUnknown, HoursIncomplete
    """
    if (quiet_from is None) != (quiet_until is None):
        raise HoursIncomplete(HoursIncomplete.__doc__)
    if zone and zone not in available_timezones():
        raise ZoneUnknown(ZoneUnknown.__doc__)
    known = {kind.code for kind in kinds()}
    chosen = {code: way for code, way in ways.items() if code in known and way in WAYS}
    wish, _ = Wish.objects.update_or_create(
        user_id=user_id,
        defaults={"ways": chosen, "quiet_from": quiet_from, "quiet_until": quiet_until, "zone": zone},
    )
    return wish


def people_to_mail(*, at: datetime, real_now: datetime, limit: int = 200) -> list[UUID]:
    """Who has notices to be mailed now."""
    return list(_mailable(at, real_now).order_by().values_list("user_id", flat=True).distinct()[:limit])


@transaction.atomic
def claim_mail(user_id: UUID, *, at: datetime, real_now: datetime) -> list[Notice]:
    """This will hand over everything that may be mailed to somebody now, oldest first, to whoever asks first."""
    rows = _mailable(at, real_now).filter(user_id=user_id).select_for_update(skip_locked=True)
    claimed = list(rows.order_by("at", "id"))
    Notice.objects.filter(id__in=[row.id for row in claimed]).update(claimed_at=real_now)
    return claimed


def mail_went(claimed: Iterable[Notice], *, at: datetime) -> None:
    """This will note that the mail left."""
    rows = list(claimed)
    bundles = [row for row in rows if _ITEMS in row.attributes]
    Notice.objects.filter(id__in=[row.id for row in rows if row not in bundles]).update(mailed_at=at, claimed_at=None)
    for row in bundles:  # what was put into it while the mail was on its way is mailed next time
        Notice.objects.filter(id=row.id, attributes=row.attributes).update(mailed_at=at)
    Notice.objects.filter(id__in=[row.id for row in bundles]).update(claimed_at=None)
    Wish.objects.filter(user_id__in={row.user_id for row in rows}).update(trouble="")


def mail_failed(claimed: Iterable[Notice], *, why: str, at: datetime) -> None:
    """This will try again later, up to six times; the person sees why at the desk."""
    rows = list(claimed)
    ids = [row.id for row in rows]
    attempts = max((row.attempts for row in rows), default=0)
    Notice.objects.filter(id__in=ids).update(
        attempts=F("attempts") + 1, claimed_at=None, mail_at=at + timedelta(minutes=5) * 2**attempts
    )
    Notice.objects.filter(id__in=ids, attempts__gte=TRIES).update(mail_at=None)
    for user_id in {row.user_id for row in rows}:
        Wish.objects.update_or_create(user_id=user_id, defaults={"trouble": why[:250]})


def zone_of(user: User, wish: Wish | None) -> ZoneInfo:
    """The zone of somebody's quiet hours: the one chosen for them, else their pages', else head office's."""
    chosen = (wish.zone if wish is not None else "") or user.zone
    return ZoneInfo(chosen) if chosen else clock.zone()


def _row(news: News, user: User, wish: Wish | None, at: datetime) -> Notice | None:
    way = way_of(news.kind, wish.ways if wish else {})
    if way == "none":
        return None
    mail_at = _mail_at(news, user, wish, at) if way in ("mail", "both") else None
    return Notice(
        user_id=user.id,
        kind=news.kind,
        key=news.key,
        address=news.address,
        attributes={**news.attributes, **({_ITEMS: [news.bundle.item]} if news.bundle else {})},
        at=at,
        is_shown=way != "mail",
        mail_at=mail_at,
    )


def _mail_at(news: News, user: User, wish: Wish | None, at: datetime) -> datetime:
    if news.is_urgent:
        return at + HURRY
    first = at + PATIENCE
    if news.bundle and news.bundle.mailed_from:
        first = max(first, news.bundle.mailed_from)
    begins, ends = (wish.quiet_from, wish.quiet_until) if wish else (None, None)
    return after_quiet(first, begins=begins, ends=ends, zone=zone_of(user, wish))


def _bundled(news: News, bundle: Bundle, rows: Iterable[Notice], known: set[UUID]) -> list[Notice]:
    """This will put one more thing into notices people have already; they are unread, and to be mailed, again."""
    anew = {row.user_id: row for row in rows if row.user_id in known}
    found = Notice.objects.select_for_update().filter(user_id__in=anew, key=news.key).order_by("user_id")
    joined = [row for row in found if bundle.item not in row.attributes.get(_ITEMS, [])]
    for row in joined:
        items = [*row.attributes.get(_ITEMS, []), bundle.item][-_MOST_ITEMS:]
        row.attributes = {**news.attributes, _ITEMS: items, "count": len(items)}
        row.address, row.at, row.read_at = bundle.address, max(row.at, anew[row.user_id].at), None
        row.mail_at, row.mailed_at, row.is_shown = anew[row.user_id].mail_at, None, anew[row.user_id].is_shown
        row.save(update_fields=["attributes", "address", "at", "read_at", "mail_at", "mailed_at", "is_shown"])
    return joined


def _mailable(at: datetime, real_now: datetime) -> QuerySet[Notice]:
    free = Q(claimed_at=None) | Q(claimed_at__lt=real_now - CLAIM)
    return Notice.objects.filter(free, mail_at__lte=at, mailed_at=None, read_at=None)
