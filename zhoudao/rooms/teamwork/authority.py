"""The authority matrix: what each role may grant on the spot, in one case and in one month."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import pgettext_lazy

from zhoudao.ground.accounts.grants import Held, roles_at
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.roles import ROLES
from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.models import Case, Tier
from zhoudao.rooms.teamwork.events import AuthorityChanged
from zhoudao.rooms.teamwork.models import AuthorityLimit, Goodwill, GoodwillKind, Spend
from zhoudao.rooms.teamwork.refusals import LimitUnsound, RoleUnknown

CHAIN = ("team_lead", "process_manager", "administrator")  # who is asked, one after the other
CURRENCY = "CNY"
MOST_MINOR = 10**12
DECISIONS = {
    "approved": pgettext_lazy("approval", "approved"),
    "refused": pgettext_lazy("approval", "refused"),
    "passed_on": pgettext_lazy("approval", "not decided in time"),
}
name_codes(dict(GoodwillKind.choices) | DECISIONS)
_SHIPPED = {"agent": (10_000, 100_000), "team_lead": (50_000, 500_000), "process_manager": (500_000, 5_000_000)}


@frozen
class Authority:
    """One line of the matrix as it counts for somebody: under which role, with which limit."""

    role: str
    limit: AuthorityLimit


def ensure_default_limits() -> None:
    """This will put the shipped matrix into an empty table: amounts for all kinds and tiers alike."""
    if AuthorityLimit.objects.exists():
        return
    AuthorityLimit.objects.bulk_create(
        [
            AuthorityLimit(role=role, kind=kind, per_case_minor=case, per_month_minor=month, currency=CURRENCY)
            for role, (case, month) in _SHIPPED.items()
            for kind in GoodwillKind.values
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def set_limit(
    *, role: str, kind: str, tier: str = "", per_case: Money, per_month: Money, at: datetime, by: By
) -> AuthorityLimit:
    """This will keep what a role may grant from now on.

    Raises: RoleUnknown, LimitUnsound
    """
    if role not in ROLES or role == "api":
        raise RoleUnknown(role)
    sound = kind in GoodwillKind.values and tier in ("", *Tier.values) and per_case.currency == per_month.currency
    if not sound or not 0 <= per_case.minor <= per_month.minor <= MOST_MINOR:
        raise LimitUnsound
    row, _ = AuthorityLimit.objects.update_or_create(
        role=role,
        kind=kind,
        tier=tier,
        currency=per_case.currency,
        defaults={"per_case_minor": per_case.minor, "per_month_minor": per_month.minor},
    )
    fact = AuthorityChanged(role, kind, tier, per_case.minor, per_month.minor, per_case.currency)
    record(fact, at=at, by=by, about=[About("authority", uuid7())])
    return row


def roles_of(user: User, case: Case) -> list[str]:
    """Somebody's roles where this case is, in a stable order."""
    held = [Held(grant.role, grant.store_id, grant.team_id) for grant in user.grants.all()]
    return roles_at(held, case.store_id, case.team_id)


def authorities(roles: Sequence[str], kind: str, tier: str, currency: str) -> list[Authority]:
    """What these roles together allow, the widest first (one statement). A line of the tier's own beats the general."""
    rows = AuthorityLimit.objects.filter(role__in=roles, kind=kind, tier__in=["", tier], currency=currency)
    best: dict[str, AuthorityLimit] = {}
    for row in rows.order_by("tier"):  # the empty one first
        best[row.role] = row
    found = [Authority(role, row) for role, row in best.items()]
    return sorted(found, key=lambda one: (-one.limit.per_case_minor, -one.limit.per_month_minor, one.role))


def month_of(at: datetime) -> date:
    """The first day of the month it is at head office."""
    return at.astimezone(clock.zone()).date().replace(day=1)


def spend(user: User, goodwill: Goodwill, *, tier: str, at: datetime) -> str:
    """This will put it on somebody's month if a role of theirs allows, and say which role; '' when none does.

    The month's row is locked, so that two at once never pass the limit together. What the case got already under
    somebody's authority counts in its limit.
    """
    for one in authorities(roles_of(user, goodwill.case), goodwill.kind, tier, goodwill.currency):
        if goodwill.amount_minor + _in_case(goodwill, user) > one.limit.per_case_minor:
            continue
        key = {"user": user, "month_date": month_of(at), "kind": goodwill.kind, "tier": one.limit.tier}
        Spend.objects.bulk_create([Spend(**key, currency=goodwill.currency)], ignore_conflicts=True)
        row = Spend.objects.select_for_update().get(**key, currency=goodwill.currency)
        if row.spent_minor + goodwill.amount_minor <= one.limit.per_month_minor:
            row.spent_minor += goodwill.amount_minor
            row.save(update_fields=["spent_minor"])
            return one.role
    return ""


def _in_case(goodwill: Goodwill, user: User) -> int:
    """What this person granted in this case before; the case's row is locked."""
    rows = Goodwill.objects.filter(case_id=goodwill.case_id, granted_by=user, kind=goodwill.kind, state="granted")
    return sum(rows.filter(currency=goodwill.currency).values_list("amount_minor", flat=True))
