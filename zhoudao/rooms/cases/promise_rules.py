"""What each tier promises: the shipped table, and the edited one in the database."""

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy, pgettext_lazy

from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.kit.kept import Kept
from zhoudao.rooms.cases.models import Case, Kind, Promise, PromiseRule, Tier
from zhoudao.rooms.customers.models import Organisation

KIND_LABELS = {
    "first_contact": pgettext_lazy("promise", "A person answers"),
    "plan": pgettext_lazy("promise", "Plan"),
    "answer": pgettext_lazy("promise", "Answer"),
    "resolution": pgettext_lazy("promise", "Solution"),
    "next_update": pgettext_lazy("promise", "Next update"),
}
# what is promised, in the words the customer reads
CUSTOMER_WORDS = {
    "first_contact": gettext_lazy("A colleague answers you"),
    "answer": gettext_lazy("You get an answer to your question"),
    "plan": gettext_lazy("You get a plan"),
    "next_update": gettext_lazy("You hear from us how it stands"),
    "resolution": gettext_lazy("Your case is solved"),
}
# why a promise was missed, in the words the customer reads
BREACH_REASONS = {
    "nobody_free": gettext_lazy("No colleague was free in time."),
    "high_demand": gettext_lazy("Many customers wrote to us at the same time."),
    "needs_department": gettext_lazy("We are still waiting for another department."),
    "needs_supplier": gettext_lazy("We are still waiting for our supplier or carrier."),
    "needs_longer": gettext_lazy("Your case needs more time than we thought."),
    "our_mistake": gettext_lazy("We made a mistake."),
}
# how a promise was kept outside our messages
WAYS = {
    "by_phone": pgettext_lazy("promise done", "By phone"),
    "in_person": pgettext_lazy("promise done", "In person"),
    "in_message": pgettext_lazy("promise done", "In a message already sent"),
}
name_codes(KIND_LABELS | BREACH_REASONS | WAYS | {choice.value: choice.label for choice in [*Kind, *Tier]})
_of_tiers: Kept[str, dict[str, "Rule"]] = Kept(10.0)
_of_organisations: Kept[UUID, dict[str, Any]] = Kept(10.0)


@frozen
class Rule:
    """One promise of a tier; minutes counted elapsed or in business time; warn at these per cents."""

    kind: str
    target_minutes: int
    basis: str
    warn_shares: list[int] = field(default_factory=lambda: [50, 80])
    pauses_while_waiting: bool = True


DEFAULTS: dict[str, list[Rule]] = {
    "urgent": [
        Rule("first_contact", 30, "elapsed", [50, 80], False),
        Rule("plan", 120, "elapsed"),
        Rule("answer", 60, "elapsed", [50, 80], False),
        Rule("next_update", 120, "elapsed"),
        Rule("resolution", 24 * 60, "elapsed"),
    ],
    "regular": [
        Rule("first_contact", 240, "business", [50, 80], False),
        Rule("answer", 240, "business", [50, 80], False),
        Rule("next_update", 480, "business"),
        Rule("resolution", 3 * 480, "business"),
    ],
    "value_added": [
        Rule("first_contact", 240, "elapsed", [50, 80], False),
        Rule("plan", 24 * 60, "elapsed"),
        Rule("answer", 24 * 60, "elapsed", [50, 80], False),
        Rule("next_update", 3 * 24 * 60, "elapsed"),
        Rule("resolution", 14 * 24 * 60, "elapsed"),
    ],
}


def rules_of(tier: str) -> dict[str, Rule]:
    """The promises of a tier by kind, as last edited (read at most every ten seconds)."""
    return _of_tiers.get(tier, lambda: _stored(tier))


def rules_for(case: Case) -> dict[str, Rule]:
    """The promises of a case: its tier's, and where its organisation has its own, those."""
    rules = rules_of(case.tier)
    if case.organisation_id is None:
        return rules
    own = _own_of(case.organisation_id)
    return rules | {kind: overridden(kind, rules.get(kind), said) for kind, said in own.items() if kind in KIND_LABELS}


def overridden(kind: str, rule: Rule | None, said: Sequence[Any]) -> Rule:
    """A rule with an organisation's own minutes and way of counting."""
    minutes, basis = said
    return replace(rule or Rule(kind, minutes, basis), target_minutes=minutes, basis=basis)


def _own_of(organisation_id: UUID) -> dict[str, Any]:
    rows = Organisation.objects.filter(id=organisation_id)
    return _of_organisations.get(organisation_id, lambda: rows.values_list("promises", flat=True).first() or {})


def _stored(tier: str) -> dict[str, Rule]:
    stored = [_of(row) for row in PromiseRule.objects.filter(tier=tier)]
    return {rule.kind: rule for rule in stored or DEFAULTS[tier]}


def forget() -> None:
    """This will read the rules anew: they were edited."""
    _of_tiers.forget()
    _of_organisations.forget()


def store_defaults() -> None:
    """This will put the shipped table into the database where a tier has none yet."""
    for tier, rules in DEFAULTS.items():
        if not PromiseRule.objects.filter(tier=tier).exists():
            PromiseRule.objects.bulk_create(
                [
                    PromiseRule(
                        tier=tier,
                        kind=rule.kind,
                        target_minutes=rule.target_minutes,
                        basis=rule.basis,
                        warn_shares=rule.warn_shares,
                        pauses_while_waiting=rule.pauses_while_waiting,
                    )
                    for rule in rules
                ]
            )


def _of(row: PromiseRule) -> Rule:
    return Rule(row.kind, row.target_minutes, row.basis, list(row.warn_shares), row.pauses_while_waiting)


def breach_words(case: Case, promise: Promise) -> str:
    """Why it was missed, as the customer reads it: what a colleague said, else what the case shows."""
    known = BREACH_REASONS.get(promise.broken_reason)
    if known:
        return str(known)
    waited_for_a_person = promise.kind in ("first_contact", "answer") and case.owner_id is None
    return str(BREACH_REASONS["nobody_free" if waited_for_a_person else "needs_longer"])
