"""What AfterShip says: the `msg` of a webhook, or the trackings it was asked for."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any

from zhoudao.doors.tracking.kinds.aftership.codes import STATES, carrier_of
from zhoudao.rooms.parcels.told import Said, Told, Unread, told


def read(raw: bytes) -> list[Told]:
    """What a report says. Raises: Unread."""
    try:
        content = json.loads(raw)
        return [_told(one) for one in _trackings(content)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Unread(f"not as AfterShip writes it: {type(error).__name__} {str(error)[:80]}") from error


def _trackings(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "msg" in content:
        return [content["msg"]]
    data = content["data"]
    return list(data["trackings"]) if "trackings" in data else [data]


def _told(tracking: Mapping[str, Any]) -> Told:
    said = [_said(one) for one in tracking.get("checkpoints") or []]
    said += _without_checkpoint(tracking)
    expected = tracking.get("courier_estimated_delivery_date") or {}
    day = expected.get("estimated_delivery_date") or tracking.get("expected_delivery")
    return told(
        carrier_of(str(tracking["slug"])),
        str(tracking["tracking_number"]),
        said,
        expected_at=_end_of(str(day)) if day else None,
    )


def _said(checkpoint: Mapping[str, Any]) -> Said:
    place = checkpoint.get("location") or checkpoint.get("city") or checkpoint.get("state") or ""
    state = STATES.get(str(checkpoint.get("tag")), "in_transit")
    text = str(checkpoint.get("message") or "")
    return Said(_moment(str(checkpoint["checkpoint_time"])), state, text, str(place))


def _without_checkpoint(tracking: Mapping[str, Any]) -> Iterator[Said]:
    """That nothing was heard for long is said of the whole only."""
    when = tracking.get("updated_at") or tracking.get("last_updated_at")
    if tracking.get("tag") == "Expired" and when:
        yield Said(_moment(str(when)), "expired")


def _moment(text: str) -> datetime:
    """Without a zone it is theirs, which is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _end_of(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if len(text) == len("2026-03-12"):
        at = datetime.combine(at.date(), time(23, 59))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
