"""Organisations: several people who write to us for one customer, with promises and an adviser of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.events import ContactJoined, ContactLeft, ContactRefused, OrganisationSaved
from zhoudao.rooms.customers.models import ContactSuggestion, Customer, Membership, Organisation, Searched
from zhoudao.rooms.customers.queries import group_ids, root_of

LONGEST_MINUTES = 366 * 24 * 60
MOST_DOMAINS = 20
DOMAINS = "domains"  # the search's name in `Searched`
# everybody's mail providers: an address there says nothing about where somebody works
_SHARED = frozenset(
    (
        *(
            "qq.com",
            "163.com",
            "126.com",
            "yeah.net",
            "sina.com",
            "sina.cn",
            "sohu.com",
            "139.com",
            "189.cn",
            "tom.com",
        ),
        *("aliyun.com", "foxmail.com", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com"),
        *("msn.com", "yahoo.com", "yahoo.com.hk", "yahoo.com.tw", "icloud.com", "me.com", "aol.com", "gmx.de"),
        *("web.de", "mail.ru", "proton.me", "protonmail.com"),
    )
)


class OrganisationRefusal(Exception):
    """Something cannot be done with this organisation; `detail` names what is meant."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.__doc__} {detail}".strip())
        self.detail = detail


class OrganisationNotFound(OrganisationRefusal):
    """There is no such organisation."""


class OrganisationUnnamed(OrganisationRefusal):
    """Give it a name."""


class OrganisationUnsound(OrganisationRefusal):
    """A promise lies between a minute and a year, the tier and the adviser are among those offered."""


class DomainShared(OrganisationRefusal):
    """Everybody may have an address there:"""


class DomainUnsound(OrganisationRefusal):
    """This is no mail domain:"""


class DomainTaken(OrganisationRefusal):
    """Another organisation has this mail domain:"""


class AlreadyContact(OrganisationRefusal):
    """This customer is already a contact of an organisation; end that first."""


class NotContact(OrganisationRefusal):
    """This customer is no contact of this organisation."""


@frozen
class OrganisationSaid:
    """All that can be written down. `tier` empty: as for everybody; `promises` by kind: minutes and how they count."""

    name: str
    adviser_id: UUID | None = None
    tier: str = ""
    promises: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    domains: Sequence[str] = ()


@transaction.atomic
def save_organisation(
    *, organisation_id: UUID | None = None, said: OrganisationSaid, at: datetime, by: By
) -> Organisation:
    """This will make an organisation or write down what differs. Clocks that run keep what they were made with.

    Raises: OrganisationNotFound, OrganisationUnnamed, OrganisationUnsound, DomainShared, DomainUnsound, DomainTaken
    """
    values = _values(said)
    one = _held(organisation_id) if organisation_id else Organisation(created_at=at, created_by=by.actor)
    _free_domains(one.id, values["domains"])
    changed = [name for name, value in values.items() if getattr(one, name) != value]
    for name in changed:
        setattr(one, name, values[name])
    if not changed and organisation_id is not None:
        return one
    one.save()
    if "domains" in changed:
        Searched.objects.filter(name=DOMAINS).delete()  # addresses known for long may be of it
    record(OrganisationSaved(sorted(changed)), at=at, by=by, about=[About("organisation", one.id)])
    return one


@transaction.atomic
def add_contact(
    *, organisation_id: UUID, customer_id: UUID, sees_all: bool = False, at: datetime, by: By
) -> Membership:
    """This will let a customer speak for an organisation; with `sees_all` they see all its cases, else their own.

    Raises: OrganisationNotFound, CustomerNotFound, AlreadyContact
    """
    organisation = _held(organisation_id)
    person = _person(customer_id)
    if Membership.objects.filter(customer_id__in=group_ids(person.id), ended_at=None).exists():
        raise AlreadyContact
    row = Membership.objects.create(organisation=organisation, customer=person, sees_all=sees_all, since=at)
    Customer.objects.filter(id=person.id).update(has_organisation=True)
    _settle(organisation.id, person.id, "accepted", at, by)
    record(ContactJoined(sees_all), at=at, by=by, about=_about(organisation.id, person.id))
    return row


@transaction.atomic
def end_contact(*, organisation_id: UUID, customer_id: UUID, at: datetime, by: By) -> None:
    """This will end it: what they asked for in its name stays the organisation's. Their records are read together.

    Raises: OrganisationNotFound, NotContact
    """
    organisation = _held(organisation_id)
    mine = Membership.objects.select_for_update().filter(
        organisation=organisation, customer_id__in=group_ids(customer_id), ended_at=None
    )
    rows = list(mine.order_by("id"))
    if not rows:
        raise NotContact
    for row in rows:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        Customer.objects.filter(id=row.customer_id).update(has_organisation=False)
        record(ContactLeft(), at=at, by=by, about=_about(organisation.id, row.customer_id))


@transaction.atomic
def refuse_contact(*, organisation_id: UUID, customer_id: UUID, at: datetime, by: By) -> bool:
    """This will note that a suggested customer does not belong to it; false when it was decided already."""
    organisation = _held(organisation_id)
    if not _settle(organisation.id, customer_id, "dismissed", at, by):
        return False
    record(ContactRefused(), at=at, by=by, about=_about(organisation.id, customer_id))
    return True


def _values(said: OrganisationSaid) -> dict[str, object]:
    name = " ".join(said.name.replace("\0", "").split())[:120]
    if not name:
        raise OrganisationUnnamed
    sound = all(0 < minutes <= LONGEST_MINUTES and basis in ("elapsed", "business") for minutes, basis in _of(said))
    sound = sound and said.tier in ("", "urgent", "regular", "value_added")
    if not sound or (said.adviser_id and not User.objects.filter(id=said.adviser_id, is_active=True).exists()):
        raise OrganisationUnsound
    return {
        "name": name,
        "adviser_id": said.adviser_id,
        "tier": said.tier,
        "promises": {kind: [minutes, basis] for kind, (minutes, basis) in sorted(said.promises.items())},
        "domains": _domains(said.domains),
    }


def _of(said: OrganisationSaid) -> list[tuple[int, str]]:
    return list(said.promises.values())


def _domains(given: Sequence[str]) -> list[str]:
    found = sorted({one.strip().lower().removeprefix("@") for one in given if one.strip()})
    for one in found[:MOST_DOMAINS]:
        if one in _SHARED:
            raise DomainShared(one)
        if "." not in one.strip(".") or len(one) > 120 or not one.replace(".", "").replace("-", "").isalnum():
            raise DomainUnsound(one)
    if len(found) > MOST_DOMAINS:
        raise DomainUnsound(found[MOST_DOMAINS])
    return found


def _free_domains(organisation_id: UUID, domains: object) -> None:
    others = Organisation.objects.exclude(id=organisation_id).filter(domains__overlap=domains)
    taken = {one for each in others.values_list("domains", flat=True) for one in each}
    mine = [one for one in domains if one in taken] if isinstance(domains, list) else []
    if mine:
        raise DomainTaken(mine[0])


def _held(organisation_id: UUID) -> Organisation:
    found = Organisation.objects.select_for_update().filter(id=organisation_id).first()
    if found is None:
        raise OrganisationNotFound
    return found


def _person(customer_id: UUID) -> Customer:
    rows = Customer.objects.select_for_update().filter(id=root_of(customer_id) or customer_id, erased_at=None)
    found = rows.first()
    if found is None:
        raise CustomerNotFound(CustomerNotFound.__doc__)
    return found


def _settle(organisation_id: UUID, customer_id: UUID, status: str, at: datetime, by: By) -> int:
    rows = ContactSuggestion.objects.filter(
        organisation_id=organisation_id, customer_id__in=group_ids(customer_id), status="open"
    )
    return rows.update(status=status, decided_at=at, decided_by=by.actor)


def _about(organisation_id: UUID, customer_id: UUID) -> list[About]:
    return [About("organisation", organisation_id), About("customer", customer_id)]
