"""The what-if form: the values of today beside those of a variant, and what was written as changes of today.

What is written is compared with today as it was shown, letter by letter, so that nothing changes by rounding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from zhoudao.conduct.insight.altering import EVERY, Change, HoursUnreadable, week
from zhoudao.conduct.insight.situation import Choice, Crew, Happening, Situation, Step
from zhoudao.engines.simulation.checking import Fault

MACHINE, OUT = "machine", "out"
MINUTE, HOUR = 60.0, 3600.0
_MOST_MINUTES = 5_000_000.0


class Bounds(NamedTuple):
    least: float
    most: float


_TIME = Bounds(0, _MOST_MINUTES)
_MONEY = Bounds(0, 1_000_000_000)


def shown(value: float | None, unit: float = 1.0) -> str:
    """A number as a field has it: no more than two decimals, none that are zero."""
    return "" if value is None else f"{value / unit:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Entry:
    """One field: its name, what it shows today, what it shows now, what is wrong with that."""

    name: str
    today: str
    value: str
    error: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether it differs from today."""
        return self.value != self.today


@dataclass
class Form:
    """What is shown and what was written. `faster`, `out` are by step what the changes of the variant say."""

    today: Situation
    now: Situation
    given: Mapping[str, str] | None
    faster: Mapping[str, float]
    out: frozenset[str]
    is_today: bool
    errors: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def entry(self, name: str, today: str, value: str) -> Entry:
        """A field as the template shows it."""
        written = value if self.given is None else self.given.get(name, value).strip()
        return Entry(name, today, written, self.errors.get(name, ""))

    # what the template shows

    def crews(self) -> Iterator[tuple[Crew, dict[str, Entry]]]:
        """People by pool and hours. What is the pool's stands with its first."""
        seen = set[str]()
        for at, (was, crew) in enumerate(self._crew_pairs()):
            fields = {"people": self.entry(f"people-{at}", shown(was.people), shown(crew.people))}
            if was.calendar != EVERY:
                fields["hours"] = self.entry(f"hours-{at}", was.hours, crew.hours)
            if was.pool not in seen:
                fields["wage"] = self.entry(f"wage-{at}", shown(was.cost_per_hour), shown(crew.cost_per_hour))
                fields["at_once"] = self.entry(f"at_once-{at}", shown(was.at_once), shown(crew.at_once))
            seen.add(was.pool)
            yield crew, fields

    def _crew_pairs(self) -> Iterator[tuple[Crew, Crew]]:
        now = list(self.now.crews)
        for at, was in enumerate(self.today.crews):
            same = [each for each in now if (each.pool, each.calendar) == (was.pool, was.calendar)]
            by_place = now[at] if at < len(now) and now[at].pool == was.pool else was
            yield was, same[0] if same else by_place

    def added(self) -> list[Crew]:
        """Pools that today does not have."""
        known = {crew.pool for crew in self.today.crews}
        return [crew for crew in self.now.crews if crew.pool not in known]

    def new_pool(self) -> dict[str, Entry]:
        """An empty line for people who are not there yet."""
        crew = next(iter(self.added()), None)
        return {
            "pool": self.entry("new-pool", "", crew.pool if crew else ""),
            "people": self.entry("new-people", "", shown(crew.people) if crew else ""),
            "hours": self.entry("new-hours", "", crew.hours if crew else ""),
            "wage": self.entry("new-wage", "", shown(crew.cost_per_hour) if crew else ""),
        }

    def who(self) -> list[tuple[str, str]]:
        """Who may do a step, as options."""
        pools = [*dict.fromkeys(crew.pool for crew in (*self.today.crews, *self.now.crews))]
        several = [step.pools for step in (*self.today.steps, *self.now.steps) if len(step.pools) > 1]
        joined = [("|".join(each), " + ".join(each)) for each in dict.fromkeys(several)]
        return [*((pool, pool) for pool in pools), *joined, (MACHINE, _("a machine")), (OUT, _("nobody: left out"))]

    def steps(self) -> Iterator[tuple[Step, dict[str, Entry]]]:
        """Work on the way."""
        for at, (was, step) in enumerate(zip(self.today.steps, self.now.steps, strict=True)):
            doer = OUT if step.id in self.out else self._doer(step)
            yield (
                step,
                {
                    "mean": self.entry(f"mean-{at}", shown(was.mean, MINUTE), shown(step.mean, MINUTE)),
                    "spread": self.entry(f"spread-{at}", shown(was.spread, MINUTE), shown(step.spread, MINUTE)),
                    "faster": self.entry(f"faster-{at}", "", shown(self.faster.get(step.id))),
                    "who": self.entry(f"who-{at}", self._doer(was), doer),
                    "batch": self.entry(f"batch-{at}", shown(was.batch), shown(step.batch)),
                    "longest": self.entry(f"longest-{at}", shown(was.longest, HOUR), shown(step.longest, HOUR)),
                    "cost": self.entry(f"cost-{at}", shown(was.cost), shown(step.cost)),
                },
            )

    def _doer(self, step: Step) -> str:
        return "|".join(step.pools) or MACHINE

    def choices(self) -> Iterator[tuple[Choice, list[tuple[str, Entry]], str]]:
        """Where cases part: ways with their shares in %."""
        for at, (was, choice) in enumerate(zip(self.today.choices, self.now.choices, strict=True)):
            ways = [
                (way.name, self.entry(f"share-{at}-{n}", shown(old.share, 0.01), shown(way.share, 0.01)))
                for n, (old, way) in enumerate(zip(was.ways, choice.ways, strict=True))
            ]
            yield choice, ways, self.errors.get(f"share-{at}", "")

    def happenings(self) -> Iterator[tuple[Happening, dict[str, Entry]]]:
        """What comes by itself."""
        for at, (was, one) in enumerate(zip(self.today.happenings, self.now.happenings, strict=True)):
            fields = {} if one.is_sure else {
                "chance": self.entry(f"chance-{at}", shown(was.chance, 0.01), shown(one.chance, 0.01))
            }  # fmt: skip
            if one.mean is not None:
                fields["after"] = self.entry(f"after-{at}", shown(was.mean, HOUR), shown(one.mean, HOUR))
            yield one, fields

    def cases(self) -> Entry:
        """Cases, in % of today."""
        was, now = self.today.week_cases, self.now.week_cases
        return self.entry("cases", "100", shown(now / was, 0.01) if was and now else "100")

    def promises(self) -> Iterator[tuple[str, Entry]]:
        """How long, in hours; an empty one is no promise."""
        now = dict(self.now.promises)
        for at, (name, within) in enumerate(self.today.promises):
            yield name, self.entry(f"promise-{at}", shown(within, HOUR), shown(now.get(name), HOUR))

    def new_promise(self) -> dict[str, Entry]:
        """An empty line for a promise that is not there yet."""
        known = {name for name, _within in self.today.promises}
        added = next(((name, within) for name, within in self.now.promises if name not in known), ("", None))
        return {
            "name": self.entry("new-promise", "", added[0]),
            "within": self.entry("new-within", "", shown(added[1], HOUR)),
        }

    def length(self) -> dict[str, Entry]:
        """How long is looked at, what is not counted, and how often; of today alone."""
        return {
            "days": self.entry("days", shown(self.today.days), shown(self.now.days)),
            "warm": self.entry("warm", shown(self.today.warm_up_days), shown(self.now.warm_up_days)),
            "turns": self.entry("turns", shown(self.today.replications), shown(self.now.replications)),
        }

    # what was written

    def read(self) -> list[Change]:
        """What was written, as changes of today; what cannot be is in `errors`, by field."""
        for _crew, crew_fields in list(self.crews()):
            self._read_crew(_crew, crew_fields)
        self._read_new_pool()
        for step, step_fields in list(self.steps()):
            self._read_step(step, step_fields)
        for at, (choice, ways, _error) in enumerate(list(self.choices())):
            self._read_choice(at, choice, [entry for _name, entry in ways])
        for one, fields in list(self.happenings()):
            self._read_happening(one, fields)
        self._read_terms()
        return self.changes

    def number(self, entry: Entry, bounds: Bounds, *, is_whole: bool = False) -> float:
        """What a field says. What it cannot say is noted, and is the least."""
        try:
            value = float(entry.value.replace(",", "").replace("，", ""))
            if not bounds.least <= value <= bounds.most or (is_whole and value != int(value)):
                raise ValueError(entry.value)
        except ValueError:
            words = _("a whole number from {least} to {most}") if is_whole else _("a number from {least} to {most}")
            said = words.format(least=shown(bounds.least), most=f"{bounds.most:,.0f}")
            self.errors[entry.name] = _("Write {what}.").format(what=said)
            return bounds.least
        return value

    def _read_crew(self, crew: Crew, fields: Mapping[str, Entry]) -> None:
        was = next(each for each, now in self._crew_pairs() if now == crew)
        which = {"pool": was.pool, **({"calendar": was.calendar} if was.calendar else {})}
        if fields["people"].is_changed:
            to = int(self.number(fields["people"], Bounds(0, 10_000), is_whole=True))
            self.changes.append({"do": "people", **which, "to": to, "was": was.people})
        if "wage" in fields and fields["wage"].is_changed:
            to_pay = self.number(fields["wage"], _MONEY)
            self.changes.append({"do": "wage", "pool": was.pool, "to": to_pay})
        if "at_once" in fields and fields["at_once"].is_changed:
            side = int(self.number(fields["at_once"], Bounds(1, 1000), is_whole=True))
            self.changes.append({"do": "at_once", "pool": was.pool, "to": side})
        if "hours" in fields and fields["hours"].is_changed:  # last: it may give the crew's calendar another name
            self.changes.append({"do": "hours", **which, "to": self.hours(fields["hours"])})

    def hours(self, entry: Entry) -> str:
        """Hours of a week as they were written, where they can be read."""
        try:
            week(entry.value)
        except HoursUnreadable:
            self.errors[entry.name] = _("Write hours like this: mon-fri 09:00-12:00 13:00-18:00; sat 10:00-14:00")
        return entry.value

    def _read_new_pool(self) -> None:
        new = self.new_pool()
        name = new["pool"].value[:60]
        if not name:
            return
        if name in {crew.pool for crew in self.today.crews}:
            self.errors["new-pool"] = _("There are people of this name already.")
        self.changes.append({
            "do": "pool", "pool": name, "people": int(self.number(new["people"], Bounds(1, 10_000), is_whole=True)),
            "hours": self.hours(new["hours"]), "cost_per_hour": self.number(new["wage"], _MONEY),
        })  # fmt: skip

    def _read_step(self, step: Step, fields: Mapping[str, Entry]) -> None:
        doer, times = fields["who"], (fields["mean"], fields["spread"])
        if doer.value == OUT:
            self.changes.append({"do": "leave_out", "step": step.id})
            return
        if doer.is_changed and doer.value == MACHINE:
            seconds = self.number(times[0], _TIME) * MINUTE if times[0].is_changed else 0
            self.changes.append({"do": "machine", "step": step.id, "seconds": seconds})
        else:
            if doer.is_changed:
                self.changes.append({"do": "who", "step": step.id, "pools": doer.value.split("|")})
            if any(each.is_changed for each in times):
                mean, spread = (self.number(each, _TIME) * MINUTE for each in times)
                self.changes.append({"do": "time", "step": step.id, "mean": mean, "spread": spread})
            self._read_batch(step, fields)
        if fields["faster"].value not in ("", "0"):
            percent = self.number(fields["faster"], Bounds(1, 99))
            self.changes.append({"do": "faster", "step": step.id, "percent": percent})
        if fields["cost"].is_changed:
            self.changes.append({"do": "cost", "step": step.id, "to": self.number(fields["cost"], _MONEY)})

    def _read_batch(self, step: Step, fields: Mapping[str, Entry]) -> None:
        if not (fields["batch"].is_changed or fields["longest"].is_changed):
            return
        size = int(self.number(fields["batch"], Bounds(1, 10_000), is_whole=True))
        longest = self.number(fields["longest"], Bounds(0, 10_000)) * HOUR if fields["longest"].value else None
        self.changes.append({"do": "batch", "step": step.id, "size": size, "longest": longest})

    def _read_choice(self, at: int, choice: Choice, entries: list[Entry]) -> None:
        if not any(entry.is_changed for entry in entries):
            return
        shares = [self.number(entry, Bounds(0, 100)) for entry in entries]
        if choice.is_one and abs(sum(shares) - 100) > 0.05:
            said = _("The shares of “{choice}” add up to {sum} %, not to 100 %.")
            self.errors[f"share-{at}"] = said.format(choice=choice.name, sum=shown(sum(shares)))
            return
        total = sum(shares) if choice.is_one else 100.0
        ways = {way.flow: share / total for way, share in zip(choice.ways, shares, strict=True)}
        self.changes.append({"do": "shares", "choice": choice.id, "name": choice.name, "ways": ways})

    def _read_happening(self, one: Happening, fields: Mapping[str, Entry]) -> None:
        if not any(entry.is_changed for entry in fields.values()):
            return
        change: dict[str, Any] = {"do": "event", "event": one.id}
        if "after" in fields and fields["after"].is_changed:
            change["mean"] = self.number(fields["after"], Bounds(0, 100_000)) * HOUR
        if "chance" in fields and fields["chance"].is_changed:
            change["chance"] = self.number(fields["chance"], Bounds(0, 100)) / 100
        self.changes.append(change)

    def _read_terms(self) -> None:
        cases = self.cases()
        if cases.is_changed:
            self.changes.append({"do": "arrivals", "factor": self.number(cases, Bounds(1, 5_000)) / 100})
        for name, entry in list(self.promises()):
            if entry.is_changed:
                within = self.number(entry, Bounds(0.01, 100_000)) * HOUR if entry.value else None
                self.changes.append({"do": "promise", "promise": name, "within": within})
        new = self.new_promise()
        if new["name"].value:
            within = self.number(new["within"], Bounds(0.01, 100_000)) * HOUR
            self.changes.append({"do": "promise", "promise": new["name"].value[:60], "within": within})
        if self.is_today:
            self._read_length()

    def _read_length(self) -> None:
        fields, change = self.length(), dict[str, Any](do="length")
        if fields["days"].is_changed:
            change["days"] = self.number(fields["days"], Bounds(1, 3_650))
        if fields["warm"].is_changed:
            change["warm_up_days"] = self.number(fields["warm"], Bounds(0, 3_650))
        if fields["turns"].is_changed:
            change["replications"] = int(self.number(fields["turns"], Bounds(2, 200), is_whole=True))
        if len(change) > 1:
            self.changes.append(change)

    def blame(self, faults: list[Fault]) -> list[str]:
        """This will put what reading the scenario found beside the field it is about; the rest is returned."""
        rest = []
        for fault in faults:
            name = self._field_of(fault.element)
            if name:
                self.errors.setdefault(name, f"{fault.what} {fault.what_to_do}".strip())
            else:
                rest.append(str(fault).removeprefix(": "))
        return rest

    def _field_of(self, element: str) -> str:
        named = [(step.id, f"mean-{at}") for at, step in enumerate(self.today.steps)]
        named += [(choice.id, f"share-{at}") for at, choice in enumerate(self.today.choices)]
        named += [(one.id, f"after-{at}") for at, one in enumerate(self.today.happenings)]
        named += [(crew.pool, f"people-{at}") for at, crew in enumerate(self.today.crews)]
        parts = {element, *element.split("."), element.rpartition("(")[2].rstrip(")")}
        return next((name for id_, name in named if id_ in parts), "")
