"""Rules as a manager writes them: criteria in the order in which they decide, `parcels, distance:100, load:20`."""

from collections.abc import Iterable

from zhoudao.engines.allocation.facts import Rule

CRITERIA = ("own", "parcels", "distance", "cost", "load", "priority")
USUAL = (Rule("parcels"), Rule("priority"))
_WIDEST = 1_000_000


class RuleUnreadable(Exception):
    """This is no order of criteria, such as `parcels, distance:100, load:20`."""


def read_rules(text: str) -> tuple[Rule, ...]:
    """The criteria a text names, in its order. Raises: RuleUnreadable.

    >>> read_rules("parcels, distance:100")
    (Rule(name='parcels', step=1), Rule(name='distance', step=100))
    """
    rules = []
    for part in text.replace("，", ",").replace("：", ":").split(","):
        name, _colon, step = (piece.strip() for piece in part.partition(":"))
        if name not in CRITERIA or (step and not (step.isascii() and step.isdigit())):
            raise RuleUnreadable(f"{RuleUnreadable.__doc__} ({part.strip()})")
        rules.append(Rule(name, int(step[:9]) if step else 1))
    names = [rule.name for rule in rules]
    if len(set(names)) < len(names) or not all(1 <= rule.step <= _WIDEST for rule in rules):
        raise RuleUnreadable(f"{RuleUnreadable.__doc__} ({text})")
    return tuple(rules)


def write_rules(rules: Iterable[Rule]) -> str:
    """As `read_rules` reads them.

    >>> write_rules(read_rules("parcels,distance:100"))
    'parcels, distance:100'
    """
    return ", ".join(f"{rule.name}:{rule.step}" if rule.step > 1 else rule.name for rule in rules)
