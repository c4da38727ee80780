"""The rows of the channels page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from zhoudao.doors.desk.intake.listing import channels as visible_channels
from zhoudao.doors.desk.tags import channel_trouble, silence
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.queries.board import Asked, scope
from zhoudao.rooms.cases.queries.by_channel import Service, by_channel
from zhoudao.rooms.conversations.channel_figures import MOST, Volume, troubles, volumes
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.voice.board import Satisfaction, satisfaction_by_channel

DAYS = 7
_RECENT = timedelta(hours=1)


@dataclass(frozen=True)
class Health:
    """How a channel fares: `good`, `new`, `off` or `bad`, in words, and what to do about it."""

    level: str
    words: str
    to_do: str = ""


@dataclass(frozen=True)
class Row:
    """One channel with its figures."""

    channel: Channel
    health: Health
    volume: Volume
    service: Service
    satisfaction: Satisfaction
    failures: str


def rows(viewer: Viewer, *, at: datetime, only: Sequence[Channel] | None = None) -> list[Row]:
    """The channels this viewer may see (seven statements)."""
    shown = list(visible_channels(viewer).select_related("store")) if only is None else list(only)
    asked = Asked(start=at - timedelta(days=DAYS), end=at + timedelta(seconds=1))
    came, served, wrong = volumes(at=at), by_channel(viewer, asked), troubles(shown)
    said = satisfaction_by_channel(scope(viewer, asked), start=asked.start, end=asked.end)
    return [
        Row(
            channel=channel,
            health=health_of(channel, came.get(channel.id, Volume()), real_now=datetime.now(UTC)),
            volume=came.get(channel.id, Volume()),
            service=served.get(channel.id, Service()),
            satisfaction=said.get(channel.id, Satisfaction(0, None, 0)),
            failures=_counted(wrong, channel.id),
        )
        for channel in shown
    ]


def health_of(channel: Channel, volume: Volume, *, real_now: datetime) -> Health:
    """The first thing that is wrong, most pressing first."""
    state = channel.state
    if not channel.is_active:
        return Health("off", _("Switched off"))
    if state.get("error"):
        return Health("bad", _("Trouble"), channel_trouble(state["error"]))
    if silent := state.get("silent"):
        return Health("bad", _("Silent"), silence(silent))
    refused = state.get("refused_at")
    if refused and datetime.fromisoformat(refused) > real_now - _RECENT:
        words = _("Something arrives that is not signed as agreed and is refused: compare the secrets on both sides.")
        return Health("bad", _("Refused"), words)
    if volume.last_at is None:
        return Health("new", _("Nothing yet"), _("Nothing has arrived yet; settings show how to connect it."))
    return Health("good", _("Good"))


def _counted(wrong: dict[UUID, int], channel_id: UUID) -> str:
    count = wrong.get(channel_id, 0)
    return f"{MOST:,}+" if sum(wrong.values()) >= MOST and count else str(count or "")
