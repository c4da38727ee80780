"""What a change does, in plain words, in the language that is active."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhoudao.conduct.insight.altering import ALWAYS_WORDS, Change
from zhoudao.conduct.insight.spans import SECOND, percent, span
from zhoudao.engines.bpmn.graph import Graph

Names = Mapping[str, str]


def names_of(graph: Graph) -> dict[str, str]:
    """Every element's name, or its id."""
    flows = {flow.id: flow.name or _target(graph, flow.target) for flow in graph.flows}
    return flows | {node.id: node.name or node.id for node in graph.nodes}


def _target(graph: Graph, node: int) -> str:
    return graph.nodes[node].name or graph.nodes[node].id


def told(change: Change, names: Names) -> str:
    """One sentence without a full stop. A change may carry `was`, what there was before."""
    return _TOLD[str(change["do"])](change, names)


def _people(change: Change, names: Names) -> str:
    del names
    was, to = int(change.get("was", 0)), int(change["to"])
    more = abs(to - was)
    if to >= was:
        words = ngettext("{n} more person in {pool} ({was} → {to})", "{n} more people in {pool} ({was} → {to})", more)
    else:
        words = ngettext("{n} person less in {pool} ({was} → {to})", "{n} people less in {pool} ({was} → {to})", more)
    return words.format(n=more, pool=change["pool"], was=was, to=to)


def _hours(change: Change, names: Names) -> str:
    del names
    to = _("all hours") if change["to"] == ALWAYS_WORDS else change["to"]
    return _("{pool} work {hours}").format(pool=change["pool"], hours=to)


def _wage(change: Change, names: Names) -> str:
    del names
    return _("An hour of {pool} costs {to}").format(pool=change["pool"], to=f"{change['to']:g}")


def _at_once(change: Change, names: Names) -> str:
    del names
    return _("{pool}: each handles {to} at once").format(pool=change["pool"], to=change["to"])


def _pool(change: Change, names: Names) -> str:
    del names
    return _("New: {people} people in {pool}").format(people=change["people"], pool=change["pool"])


def _time(change: Change, names: Names) -> str:
    return _("“{step}” takes {mean}, give or take {spread}").format(
        step=names.get(change["step"], ""), mean=span(change["mean"] * SECOND), spread=span(change["spread"] * SECOND)
    )


def _faster(change: Change, names: Names) -> str:
    share = percent(change["percent"] / 100)
    return _("“{step}” {share} faster").format(step=names.get(change["step"], ""), share=share)


def _who(change: Change, names: Names) -> str:
    who = ", ".join(change["pools"])
    return _("“{step}” is done by {who}").format(step=names.get(change["step"], ""), who=who)


def _machine(change: Change, names: Names) -> str:
    step = names.get(change["step"], "")
    if not change["seconds"]:
        return _("“{step}” is done by a machine, at once").format(step=step)
    return _("“{step}” is done by a machine in {time}").format(step=step, time=span(change["seconds"] * SECOND))


def _leave_out(change: Change, names: Names) -> str:
    return _("“{step}” is left out").format(step=names.get(change["step"], ""))


def _batch(change: Change, names: Names) -> str:
    step = names.get(change["step"], "")
    if change["size"] <= 1:
        return _("“{step}” is done for each case by itself").format(step=step)
    return _("“{step}” is done for {n} at a time").format(step=step, n=change["size"])


def _cost(change: Change, names: Names) -> str:
    return _("“{step}” costs {to} each time").format(step=names.get(change["step"], ""), to=f"{change['to']:g}")


def _shares(change: Change, names: Names) -> str:
    ways = _(", ").join(f"{names.get(flow, flow)} {percent(share)}" for flow, share in change["ways"].items())
    return _("At “{choice}”: {ways}").format(choice=change.get("name") or names.get(change["choice"], ""), ways=ways)


def _event(change: Change, names: Names) -> str:
    parts = []
    if change.get("mean") is not None:
        parts.append(_("after {time}").format(time=span(change["mean"] * SECOND)))
    if change.get("chance") is not None:
        parts.append(_("in {share} of cases").format(share=percent(change["chance"])))
    return _("“{event}” comes {how}").format(event=names.get(change["event"], ""), how=_(", ").join(parts))


def _arrivals(change: Change, names: Names) -> str:
    del names
    return _("Cases: {share} of today").format(share=percent(change["factor"]))


def _promise(change: Change, names: Names) -> str:
    del names
    if change["within"] is None:
        return _("No promise “{promise}”").format(promise=change["promise"])
    return _("Promise “{promise}”: {time}").format(
        promise=change["promise"], time=span(change["within"] * SECOND)
    )  # fmt: skip


def _length(change: Change, names: Names) -> str:
    del names
    parts = [] if not change.get("days") else [_("{n} days are looked at").format(n=f"{change['days']:g}")]
    if change.get("warm_up_days") is not None:
        parts.append(_("the first {n} are not counted").format(n=f"{change['warm_up_days']:g}"))
    if change.get("replications"):
        parts.append(_("{n} repetitions").format(n=change["replications"]))
    return _(", ").join(parts)


_TOLD: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "people": _people, "hours": _hours, "wage": _wage, "at_once": _at_once, "pool": _pool, "time": _time,
    "faster": _faster, "who": _who, "machine": _machine, "leave_out": _leave_out, "batch": _batch, "cost": _cost,
    "shares": _shares, "event": _event, "arrivals": _arrivals, "promise": _promise, "length": _length,
}  # fmt: skip
