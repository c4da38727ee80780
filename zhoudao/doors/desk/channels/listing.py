"""The rows of the channels page."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from zhoudao.doors.desk.intake.listing import channels as visible_channels
from zhoudao.doors.desk.tags import channel_trouble, silence
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.conversations.channel_figures import MOST, Volume, troubles, volumes
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.tallies.channels import Served, served

DAYS = 7
_RECENT = timedelta(hours=1)


@frozen
class Health:
    """How a channel fares: `good`, `new`, `off` or `bad`, in words, and what to do about it."""

    level: str
    words: str
    to_do: str = ""


@frozen
class Row:
    """One channel with its figures."""

    channel: Channel
    health: Health
    volume: Volume
    served: Served
    failures: str


def rows(viewer: Viewer, *, at: datetime, only: Sequence[Channel] | None = None) -> list[Row]:
    """The channels this viewer may see, with figures of now and of seven days, today the last (ten statements)."""
    shown = list(visible_channels(viewer).select_related("store")) if only is None else list(only)
    zone = clock.zone()
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    asked = Asked(start=midnight - timedelta(days=DAYS), end=midnight)
    came, wrong = volumes(at=at), troubles(shown)
    fared = served(viewer, asked, at=at, zone=zone)
    return [
        Row(
            channel=channel,
            health=health_of(channel, came.get(channel.id, Volume()), real_now=datetime.now(UTC)),
            volume=came.get(channel.id, Volume()),
            served=fared.get(channel.code, Served()),
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
