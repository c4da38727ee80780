"""Who customers are, masked. A joined record is read through its whole group."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAnEmail, NotAPhone, mask_email, mask_name, mask_phone, normalise_email, normalise_phone
from zhoudao.rooms.customers.claims import Claim, index_of, name_index
from zhoudao.rooms.customers.models import Customer, Identity
from zhoudao.rooms.customers.profile import profile_of, speakers

_MASKS: dict[str, Callable[[str], str]] = {
    "phone": lambda phone: mask_phone(phone.removeprefix("+86")),
    "email": mask_email,
    "member": lambda number: number[:2] + "*" * max(4, len(number) - 4) + number[-2:] if len(number) > 6 else "****",
}
_ROOT = """
    WITH RECURSIVE up (id, merged_into_id) AS (
        SELECT id, merged_into_id FROM customers_customer WHERE id = %s
        UNION SELECT c.id, c.merged_into_id FROM customers_customer c JOIN up ON c.id = up.merged_into_id
    )
    SELECT id FROM up WHERE merged_into_id IS NULL
"""
GROUP = """
    WITH RECURSIVE up (id, merged_into_id) AS (
        SELECT id, merged_into_id FROM customers_customer WHERE id = %s
        UNION SELECT c.id, c.merged_into_id FROM customers_customer c JOIN up ON c.id = up.merged_into_id
    ), down (id) AS (
        SELECT id FROM up WHERE merged_into_id IS NULL
        UNION SELECT c.id FROM customers_customer c JOIN down ON c.merged_into_id = down.id
    )
    SELECT id FROM down
"""


_GROUPS = """
    WITH RECURSIVE up (asked, id, merged_into_id) AS (
        SELECT id, id, merged_into_id FROM customers_customer WHERE id = ANY(%s::uuid[])
        UNION SELECT up.asked, c.id, c.merged_into_id FROM customers_customer c JOIN up ON c.id = up.merged_into_id
    ), down (asked, id) AS (
        SELECT asked, id FROM up WHERE merged_into_id IS NULL
        UNION SELECT down.asked, c.id FROM customers_customer c JOIN down ON c.merged_into_id = down.id
    )
    SELECT asked, array_agg(id) FROM down GROUP BY asked
"""


@frozen
class Masked:
    """An identity with its middle starred; `suggested` when the sender could not prove it."""

    id: UUID
    text: str
    suggested: bool


@frozen
class CustomerCard:
    """What the side panel shows of a customer."""

    id: UUID
    name_masked: str
    phones: list[Masked]
    emails: list[Masked]
    value_class: str
    grade: str
    risk: str
    language: str
    since: datetime
    group: list[UUID]
    is_erased: bool
    may_unmask: bool

    @property
    def phones_masked(self) -> list[str]:
        """Only the proven ones."""
        return [phone.text for phone in self.phones if not phone.suggested]

    @property
    def emails_masked(self) -> list[str]:
        """Only the proven ones."""
        return [email.text for email in self.emails if not email.suggested]


def root_of(customer_id: UUID) -> UUID | None:
    """The record that speaks for this one, None when there is no such customer."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOT, [customer_id])
        row = cursor.fetchone()
    return row[0] if row else None


def group_ids(customer_id: UUID) -> list[UUID]:
    """All records that are this person's, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(GROUP, [customer_id])
        return [row[0] for row in cursor.fetchall()]


def groups_of(customer_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """As `group_ids` for each of these, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, [list(customer_ids)])
        return dict(cursor.fetchall())


def card(customer_id: UUID, viewer: Viewer) -> CustomerCard | None:
    """The masked card of the person this record belongs to (at most four statements)."""
    ids = group_ids(customer_id)
    people = {one.id: one for one in Customer.objects.filter(id__in=ids).select_related("adviser")}
    root = next((one for one in people.values() if one.merged_into_id is None), None)
    if root is None:
        return None
    identities = list(Identity.objects.filter(customer_id__in=ids).order_by("suggested", "created_at", "id"))
    box.warm([one.name_sealed for one in people.values()] + [one.value_sealed for one in identities])
    profile = profile_of(root, people.values())
    return CustomerCard(
        id=root.id,
        name_masked=mask_name(profile.name),
        phones=_masked(identities, "phone"),
        emails=_masked(identities, "email"),
        value_class=profile.value_class,
        grade=root.grade,
        risk=root.risk,
        language=profile.language,
        since=min(one.created_at for one in people.values()),
        group=ids,
        is_erased=root.erased_at is not None,
        may_unmask=viewer.may("customers:unmask"),
    )


@frozen
class Standing:
    """What decides how somebody is served: class, grade, risk of leaving, adviser; and all records that are theirs."""

    value_class: str
    grade: str
    risk: str
    adviser_id: UUID | None
    records: list[UUID]


def standing_of(customer: Customer) -> Standing:
    """How the person this record belongs to is served; costs nothing unless it was joined."""
    if customer.merged_into_id is None and not customer.has_joined:
        return Standing(customer.value_class, customer.grade, customer.risk, customer.adviser_id, [customer.id])
    people = list(Customer.objects.filter(id__in=group_ids(customer.id)))
    root = next(one for one in people if one.merged_into_id is None)
    speaks = speakers(root, people)
    speaks_class, adviser_id = speaks["value_class"].value_class, speaks["adviser"].adviser_id
    return Standing(speaks_class, root.grade, root.risk, adviser_id, [one.id for one in people])


def customer_of_identity(kind: str, scope: str, value: str) -> UUID | None:
    """Whose identity this is, if anybody's: one that joins, not a suggestion."""
    claim = Claim(kind, value, scope)
    owned = Identity.objects.filter(kind=kind, scope=scope, value_index=claim.index, suggested=False)
    return owned.values_list("customer_id", flat=True).first()


def find_by_phone(phone: str, *, proven: bool = True) -> list[UUID]:
    """Customers who proved this number (or only gave it), with all records joined with them."""
    try:
        return _by_identity("phone", normalise_phone(phone), proven)
    except NotAPhone:
        return []


def find_by_email(address: str, *, proven: bool = True) -> list[UUID]:
    """Customers who proved this address (or only gave it), with all records joined with them."""
    try:
        return _by_identity("email", normalise_email(address), proven)
    except NotAnEmail:
        return []


def find_by_member(number: str) -> list[UUID]:
    """Customers with exactly this member number, with all records joined with them."""
    return _by_identity("member", Claim("member", number).normal, proven=False)


def find_by_name(name: str, limit: int = 100) -> list[UUID]:
    """Customers of exactly this name."""
    named = Customer.objects.filter(name_index=name_index(name)).order_by("-created_at", "-id")
    return list(named.values_list("id", flat=True)[:limit])


def lookalikes(customer_id: UUID) -> list[UUID]:
    """Other customers who gave the same number or address, proven or not: candidates for joining by hand."""
    ids = group_ids(customer_id)
    mine = Identity.objects.filter(customer_id__in=ids, kind__in=_MASKS).values("value_index")
    others = Identity.objects.filter(value_index__in=mine).exclude(customer_id__in=ids)
    return list(others.order_by("customer_id").values_list("customer_id", flat=True).distinct()[:25])


def _by_identity(kind: str, normal: str, proven: bool) -> list[UUID]:
    found = Identity.objects.filter(kind=kind, value_index=index_of(kind, normal)).order_by("created_at", "id")
    owners = (found.filter(suggested=False) if proven else found).values_list("customer_id", flat=True)[:25]
    return list(dict.fromkeys(one for owner in owners for one in group_ids(owner)))


def _masked(identities: list[Identity], kind: str) -> list[Masked]:
    return [Masked(one.id, masked(one), one.suggested) for one in identities if one.kind == kind]


def masked(identity: Identity) -> str:
    """An identity's value with its middle starred; an id of a channel's own says nothing to people."""
    return _MASKS[identity.kind](identity.value) if identity.kind in _MASKS else ""
