"""The demo company: a retailer with head office, web shop and six stores, its teams, people, hours and channels."""

import json
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from zhoudao.doors.cli.demo_bookings import open_bookings
from zhoudao.doors.cli.demo_figures import write_figures
from zhoudao.doors.cli.demo_handbooks import write_handbooks
from zhoudao.doors.cli.demo_knowledge import write_articles
from zhoudao.doors.cli.demo_network import open_network
from zhoudao.doors.cli.demo_pilots import try_templates
from zhoudao.doors.cli.demo_queue import open_lines
from zhoudao.doors.cli.demo_stock import fill_shelves
from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.engines.worktime import with_china
from zhoudao.ground.accounts.commands import NewUser, create_user
from zhoudao.ground.accounts.models import Grant, Store, Team, User
from zhoudao.ground.installation.models import Installation
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.staff.commands import NewMember, put_to_work, save_calendar, set_team_hours
from zhoudao.rooms.staff.models import Calendar, Member, OnCall

_COMPANY = Path(__file__).parent / "demo_data" / "company.json"
_COUNTER = {"zh-Hans": "柜台", "zh-Hant": "櫃檯", "en": "Counter"}
DOMAIN = "demo.zhoudao.local"


@frozen
class Made:
    """What somebody needs to walk in: any of the people's addresses (with who they are) and their one password."""

    people: list[tuple[str, str]]
    password: str


def exists() -> bool:
    """Whether this installation has the demo company."""
    return User.objects.filter(email__endswith=f"@{DOMAIN}").exists()


@transaction.atomic
def make_company(*, at: datetime) -> Made | None:
    """This will make the demo company, once; None when this installation has one already."""
    installation, _ = Installation.objects.select_for_update().get_or_create(id=1)
    if installation.is_demo or exists():
        return None
    plan = json.loads(_COMPANY.read_text())
    installation.name, installation.zone, installation.is_demo = plan["name"], plan["zone"], True
    installation.save()
    stores = {row["code"]: _store(row, plan["zone"]) for row in plan["stores"]}
    calendars = {row["code"]: _calendar(row, plan["zone"], at.year) for row in plan["calendars"]}
    teams = {row["code"]: _team(row, calendars) for row in plan["teams"]}
    for store in stores.values():
        if store.kind == "shop":
            _counter(store)
    people = [(f"{row['email']}@{DOMAIN}", f"{row['name']}, {', '.join(row['roles'])}") for row in plan["people"]]
    made = Made(people, secrets.token_urlsafe(9))
    for row in plan["people"]:
        _person(row, made.password, stores, teams, calendars)
    open_lines(at=at)
    open_bookings(at=at)
    open_network(at=at)
    write_handbooks(at=at)
    write_articles(at=at)
    fill_shelves(at=at)
    write_figures(at=at)
    try_templates(at=at)
    return made


def _store(row: dict[str, Any], zone: str) -> Store:
    values = {
        "names": row["names"],
        "kind": row["kind"],
        "city": row["city"],
        "street": row["street"],
        "phone": row["phone"],
    }
    values["zone"] = zone
    return Store.objects.update_or_create(code=row["code"], defaults=values)[0]


def _counter(store: Store) -> None:
    names = {language: f"{name} · {_COUNTER[language]}" for language, name in store.names.items()}
    values = {"kind": "counter", "names": names, "store": store}
    Channel.objects.get_or_create(code=f"counter-{store.code}"[:40], defaults=values)


def _calendar(row: dict[str, Any], zone: str, year: int) -> Calendar:
    hours = Hours.weekly(zone, row["week"])
    if row["china"]:
        hours = with_china(hours, [year, year + 1])
    return save_calendar(code=row["code"], names=row["names"], content=hours.to_json())


def _team(row: dict[str, Any], calendars: dict[str, Calendar]) -> Team:
    team, _ = Team.objects.update_or_create(code=row["code"], defaults={"names": row["names"]})
    set_team_hours(team=team, calendar=calendars[row["calendar"]])
    return team


def _person(
    row: dict[str, Any],
    password: str,
    stores: dict[str, Store],
    teams: dict[str, Team],
    calendars: dict[str, Calendar],
) -> None:
    new = NewUser(email=f"{row['email']}@{DOMAIN}", name=row["name"])
    user = create_user(new, password=password, roles=[])
    own = [teams[code] for code in row["teams"]]
    store = stores.get(row.get("store", ""))
    everywhere = row.get("everywhere", False) or not (own or store)
    for role in row["roles"]:
        for team in [None] if everywhere or store else own:
            Grant.objects.create(user=user, role=role, team=team, store=None if everywhere else store)
    if own or store:
        put_to_work(NewMember(user.pk, own, calendars[row["calendar"]], row["capacity"]))
    if row.get("on_call"):
        OnCall.objects.create(
            team=teams["rapid_reaction"], member=Member.objects.get(user=user), rank=row["on_call"], content={}
        )
