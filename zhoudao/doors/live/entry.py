"""Who may open a stream: a signed-in colleague by session, a visitor by token. Checked again every few seconds."""

from collections.abc import Iterable
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.http import HttpRequest

from zhoudao.doors.live.hub import Stream
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import User
from zhoudao.rooms.conversations.visitors import read_token, visitor_conversation
from zhoudao.rooms.visits.queries.line import line_of

_READ = "cases:read"


def colleague(cookie_header: str) -> Stream | None:
    """A stream for whoever this cookie signs in, if they may read cases."""
    cookies: SimpleCookie = SimpleCookie()
    cookies.load(cookie_header)
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    viewer = viewers.of_user(user)
    return Stream(viewer=viewer.within(_READ), session_key=morsel.value) if viewer.may(_READ) else None


def visitor(token: str) -> Stream | None:
    """A stream for a widget's visitor: their own conversation, or none yet."""
    known = read_token(token, real_now=datetime.now(UTC))
    if known is None:
        return None
    return Stream(visitor=token, conversation_id=visitor_conversation(known))


def store(code: str) -> Stream | None:
    """A stream for anybody in a store: it only says that the queue moved."""
    line = line_of(code)
    return Stream(store_id=line.store_id) if line is not None else None


def still_welcome(streams: Iterable[Stream]) -> dict[Stream, bool]:
    """Which desks may stay open, in three statements however many there are; their rights are read anew."""
    desks = [stream for stream in streams if stream.viewer is not None and stream.viewer.user_id is not None]
    keys = {stream.session_key for stream in desks}
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=Now()).values_list("session_key", flat=True)
    )
    wanted = {stream.viewer.user_id for stream in desks if stream.viewer and stream.viewer.user_id}
    users = User.objects.filter(pk__in=wanted, is_active=True).prefetch_related("grants")
    fresh = {user.pk: viewers.of_user(user) for user in users}
    answer = {}
    for stream in desks:
        assert stream.viewer is not None
        assert stream.viewer.user_id is not None
        now = fresh.get(stream.viewer.user_id, viewers.NOBODY)
        answer[stream] = stream.session_key in alive and now.may(_READ)
        stream.viewer = now.within(_READ) if answer[stream] else stream.viewer
    return answer
