"""A working shop for the tests: the cast on duty, a web-chat door, and customers who write."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.staff.commands import NewMember, put_to_work, save_calendar, set_team_hours

TUESDAY = datetime(2026, 3, 10, 2, tzinfo=UTC)  # ten in the morning in Shanghai
_OFFICE = {day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass
class Shop:
    """The cast at work. `now` moves only when a test says so."""

    cast: Cast
    now: datetime = TUESDAY
    numbers: "count[int]" = field(default_factory=count)

    def later(self, **units: float) -> datetime:
        """This will let time pass."""
        self.now += timedelta(**units)
        return self.now

    def hears(self, text: str, *, who: str = "visitor-1", conversation_id: UUID | None = None) -> Case:
        """A customer writes in the web chat; returns the case as it is once everybody has heard."""
        inbound = Inbound(
            channel="webchat",
            external_id=f"m-{next(self.numbers)}",
            claims=[Claim("visitor", who, scope="webchat")],
            text=text,
            conversation_id=conversation_id,
        )
        received = receive_message(inbound=inbound, at=self.now)
        dispatch.drain()
        return Case.objects.get(conversation_id=received.conversation_id)

    def viewer(self, name: str) -> Viewer:
        """Somebody of the cast."""
        return self.cast.viewer(name)


def open_shop() -> Shop:
    """This will put the cast to work in office hours, with the shipped tables."""
    cast = company()
    hours = save_calendar(
        code="office", names={"en": "Office"}, content=Hours.weekly("Asia/Shanghai", _OFFICE).to_json()
    )
    for team in cast.teams.values():
        set_team_hours(team=team, calendar=hours)
    for name in ("wang", "li", "zhao"):
        put_to_work(NewMember(cast.people[name].pk, [cast.teams["reception"]], hours, capacity=3))
    put_to_work(NewMember(cast.people["sun"].pk, [cast.teams["after_sales"]], hours))
    Channel.objects.get_or_create(code="webchat", defaults={"kind": "webchat", "store": cast.stores["web"]})
    ensure_default_tables(TUESDAY)
    return Shop(cast)
