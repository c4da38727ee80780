"""`Idempotency-Key`: the same request again gets the same answer, for a day. Costs nothing without the header."""

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException

from zhoudao.doors.api.models import Answer
from zhoudao.doors.api.problems import TooLarge, problem
from zhoudao.doors.api.scopes import refuse_too_large

KEPT = timedelta(hours=24)
_LONGEST_KEY = 200
_SWEPT = 50
_PASSING = frozenset([401, 403, 409, 413, 429])  # says nothing about the request itself, or was never looked at
Run = Callable[..., HttpResponse]


def idempotent(run: Run, *, hides: str = "") -> Run:
    """This will wrap an operation: the answer and what it did commit together. The field `hides` is not kept."""

    @functools.wraps(run)
    def once(request: HttpRequest, **arguments: Any) -> HttpResponse:
        given = request.headers.get("Idempotency-Key")
        if given is None:
            return run(request, **arguments)
        if not (0 < len(given) <= _LONGEST_KEY and given.isprintable()):
            return problem(422, "key_invalid", "An Idempotency-Key has 1 to 200 printable characters.")
        try:
            refuse_too_large(request)
            digest = _digest(request)
        except TooLarge as refusal:
            return problem(refusal.status, refusal.code, refusal.detail)
        with transaction.atomic():
            return _once(request, _key(request, given), digest, lambda: run(request, **arguments), hides)

    once.is_idempotent = True  # type: ignore[attr-defined]  # a test reads it
    return once


def _once(request: HttpRequest, key: bytes, digest: bytes, run: Callable[[], HttpResponse], hides: str) -> HttpResponse:
    now = datetime.now(UTC)
    if not _take_slot(key):
        return problem(409, "still_in_flight", "The same request is being served just now.")
    before = Answer.objects.filter(key=key, answered_at__gt=now - KEPT).first()
    if before is not None and bytes(before.digest) != digest:
        return problem(422, "key_reused", "This Idempotency-Key came with another request before.")
    if before is not None:
        response = HttpResponse(bytes(before.body), status=before.status, content_type=before.content_type)
        response["Idempotency-Replayed"] = "true"
        return response
    response = run()
    if response.status_code not in _PASSING:
        _remember(key, digest, response, now, hides)
    return response


def _take_slot(key: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(key[:8], "big", signed=True)])
        return cast(bool, cursor.fetchone()[0])


def _remember(key: bytes, digest: bytes, response: HttpResponse, now: datetime, hides: str) -> None:
    old = Answer.objects.filter(answered_at__lte=now - KEPT).values("key")[:_SWEPT]
    Answer.objects.filter(key__in=old).delete()
    answer = Answer(key=key, digest=digest, status=response.status_code, body=_kept(response, hides), answered_at=now)
    answer.content_type = response["Content-Type"]
    Answer.objects.bulk_create([answer])


def _kept(response: HttpResponse, hides: str) -> bytes:
    if not hides or response.status_code >= 400:
        return response.content
    return json.dumps({**json.loads(response.content), hides: None}).encode()


def _key(request: HttpRequest, given: str) -> bytes:
    caller = request.headers.get("Authorization") or request.COOKIES.get("sessionid", "")
    return _hash(caller, request.path, given)


def _digest(request: HttpRequest) -> bytes:
    try:
        return _hash(request.META.get("QUERY_STRING", ""), hashlib.sha256(request.body).hexdigest())
    except RawPostDataException:  # somebody read the stream before us: there is no body to compare
        return _hash(request.META.get("QUERY_STRING", ""))


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).digest()
