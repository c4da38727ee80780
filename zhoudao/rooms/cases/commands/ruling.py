"""Editing what a tier promises. Clocks that already run keep the targets they were made with."""

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases import promise_rules
from zhoudao.rooms.cases.models import PromiseRule, Tier
from zhoudao.rooms.cases.promise_rules import KIND_LABELS


class RuleUnsound(ValueError):
    """A promise is between a minute and a year, warned of at shares between 1 and 99 per cent."""


@frozen
class NewRule:
    """One promise of a tier as it shall be from now on."""

    tier: str
    kind: str
    target_minutes: int
    basis: str
    warn_shares: tuple[int, ...] = (50, 80)
    pauses_while_waiting: bool = True


def set_rule(rule: NewRule) -> PromiseRule:
    """This will keep a rule for promises made from now on.

    Raises: RuleUnsound
    """
    is_known = rule.tier in Tier.values and rule.kind in KIND_LABELS and rule.basis in ("elapsed", "business")
    is_sound = 1 <= rule.target_minutes <= 366 * 24 * 60 and all(1 <= share <= 99 for share in rule.warn_shares)
    if not (is_known and is_sound):
        raise RuleUnsound(RuleUnsound.__doc__)
    promise_rules.store_defaults()
    row, _ = PromiseRule.objects.update_or_create(
        tier=rule.tier,
        kind=rule.kind,
        defaults={
            "target_minutes": rule.target_minutes,
            "basis": rule.basis,
            "warn_shares": sorted(set(rule.warn_shares)),
            "pauses_while_waiting": rule.pauses_while_waiting,
        },
    )
    promise_rules.forget()
    return row
