"""Values of a scenario file, read with the place of each, so that everything wrong is named at once."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zhoudao.engines.bpmn.timers import TimeUnreadable, span
from zhoudao.engines.simulation.calendars import DAYS, Calendar, CalendarRefused
from zhoudao.engines.simulation.checking import Fault
from zhoudao.engines.simulation.distributions import (
    LONGEST,
    Distribution,
    DistributionRefused,
    Shape,
    constant,
    empirical,
    exponential,
    gamma,
    lognormal,
    triangular,
    uniform,
    weibull,
)  # fmt: skip

TIME = 'Write it as "PT30M", or as a number of seconds.'


class ScenarioRefused(Exception):
    """This scenario cannot be simulated with this flow."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass
class Reader:
    """Reads, and keeps what is wrong; what cannot be read is None or a harmless value."""

    faults: list[Fault] = field(default_factory=list)
    calendars: dict[str, Calendar] = field(default_factory=dict)

    def fault(self, where: str, what: str, what_to_do: str) -> None:
        """This will note something wrong."""
        self.faults.append(Fault(where, what, what_to_do))

    def mapping(self, value: Any, where: str, known: str = "") -> Mapping[str, Any]:
        """An object; of `known` names (separated by blanks), where they are given."""
        if not isinstance(value, Mapping):
            self.fault(where, "It is no object.", 'Write it as {"name": value}.')
            return {}
        for name in value:
            if known and name not in known.split():
                self.fault(f"{where}.{name}", "Nothing is known by this name.", f"Known are: {known}.")
        return value

    def number(self, value: Any, where: str, *, least: float = 0.0, most: float = math.inf) -> float:
        """A number within bounds."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            bounds = f"from {least:g} to {most:g}" if most < math.inf else f"of at least {least:g}"
            self.fault(where, f"{value!r} is no number {bounds}.", "Correct it.")
            return max(least, 0.0)
        return float(value)

    def count(self, value: Any, where: str, *, least: int, most: int = 10_000_000) -> int:
        """A whole number within bounds."""
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(where, f"{value!r} is no whole number from {least:,} to {most:,}.", "Correct it.")
            return least
        return value

    def names(self, value: Any, where: str) -> tuple[str, ...]:
        """A name, or a list of names."""
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            self.fault(where, "It is neither a name nor a list of names.", 'Write it as ["one", "other"].')
            return ()
        return tuple(found)

    def seconds(self, value: Any, where: str) -> float:
        """A length of time: `PT30M`, or seconds."""
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST:
            return float(value)
        try:
            return min(span(value).total_seconds(), LONGEST)
        except (TimeUnreadable, TypeError, AttributeError):
            self.fault(where, f"{value!r} is no length of time.", TIME)
            return 0.0

    def distribution(self, value: Any, where: str) -> Distribution | None:
        """A time, or one family with its numbers: `{"gamma": {"shape": 2, "scale": "PT10M"}}`."""
        if not isinstance(value, Mapping):
            return constant(self.seconds(value, where))
        if len(value) != 1 or next(iter(value)) not in _FAMILIES:
            self.fault(where, "It names no distribution, or more than one.", f"Name one of {', '.join(_FAMILIES)}.")
            return None
        name, given = next(iter(value.items()))
        before = len(self.faults)
        try:
            made = _FAMILIES[name](self, given, f"{where}.{name}")
        except DistributionRefused as refusal:
            self.fault(where, str(refusal), "Correct its numbers.")
            return None
        return made if len(self.faults) == before else None

    def times(self, value: Any, where: str, count: int | None = None) -> list[float]:
        """A list of lengths of time, of so many."""
        if not isinstance(value, list) or not value or (count is not None and len(value) != count):
            wanted = "times" if count is None else f"{count} times"
            self.fault(where, f"It is no list of {wanted}.", TIME)
            return [0.0] * (count or 1)
        return [self.seconds(each, f"{where}[{number}]") for number, each in enumerate(value)]

    def calendar(self, value: Any, where: str) -> Calendar | None:
        """A calendar by its name."""
        if not isinstance(value, str) or value not in self.calendars:
            self.fault(where, f"There is no calendar {value!r}.", "Name one of those under “calendars”.")
            return None
        return self.calendars[value]

    def week(self, value: Any, where: str) -> Calendar:
        """Windows of a week: `{"mon-fri": ["09:00-12:00", "13:00-18:00"]}`."""
        windows: list[tuple[int, int]] = []
        for days, spans in self.mapping(value, where).items():
            at = f"{where}.{days}"
            for day in self._days(days, at):
                for text in self.names(spans, at):
                    first, last = self._span(text, at)
                    windows.append((day * 1440 + first, day * 1440 + last))
        try:
            return Calendar(tuple(each for each in windows if each[0] % 1440 or each[0] < each[1]))
        except CalendarRefused as refusal:
            self.fault(where, str(refusal), "Let each window end after it begins.")
            return Calendar(())

    def _days(self, text: str, where: str) -> range:
        first, _, last = text.partition("-")
        if first not in DAYS or (last or first) not in DAYS or DAYS.index(last or first) < DAYS.index(first):
            self.fault(where, f"{text!r} is no day, and no days.", f"Write {', '.join(DAYS)}, or mon-fri.")
            return range(0)
        return range(DAYS.index(first), DAYS.index(last or first) + 1)

    def _span(self, text: str, where: str) -> tuple[int, int]:
        first, _, last = text.partition("-")
        try:
            (begin, minute), (end, after) = (map(int, part.split(":")) for part in (first, last))
        except ValueError:
            self.fault(where, f"{text!r} is no time of the day.", 'Write it as "09:00-17:30".')
            return 0, 1
        return begin * 60 + minute, end * 60 + after


def _exponential(read: Reader, given: Any, where: str) -> Distribution:
    return exponential(read.seconds(given, where))


def _shaped(made: Callable[[float, float], Distribution]) -> Any:
    def read_it(read: Reader, given: Any, where: str) -> Distribution:
        values = read.mapping(given, where, "shape scale")
        shape = read.number(values.get("shape"), f"{where}.shape")
        scale = read.seconds(values.get("scale"), f"{where}.scale")
        return made(shape, scale)

    return read_it


def _lognormal(read: Reader, given: Any, where: str) -> Distribution:
    """By mean and standard deviation of the time, or by mu and sigma of its logarithm (of seconds)."""
    values = read.mapping(given, where, "mean deviation mu sigma")
    if "mu" in values:
        mu = read.number(values["mu"], f"{where}.mu", least=-100, most=100)
        return lognormal(mu, read.number(values.get("sigma"), f"{where}.sigma"))
    mean, spread = (read.seconds(values.get(name), f"{where}.{name}") for name in ("mean", "deviation"))
    if mean <= 0:
        raise DistributionRefused("lognormal: the mean is above zero.")
    variance = math.log(1 + (spread / mean) ** 2)
    return lognormal(math.log(mean) - variance / 2, math.sqrt(variance))


def _bounded(made: Callable[..., Distribution], count: int) -> Any:
    def read_it(read: Reader, given: Any, where: str) -> Distribution:
        return made(*read.times(given, where, count))

    return read_it


def _empirical(read: Reader, given: Any, where: str) -> Distribution:
    return empirical(read.times(given, where))


_FAMILIES = {
    "exponential": _exponential,
    "gamma": _shaped(gamma),
    "lognormal": _lognormal,
    "weibull": _shaped(weibull),
    "uniform": _bounded(uniform, 2),
    "triangular": _bounded(triangular, 3),
    "empirical": _empirical,
}


def written(given: Distribution) -> Any:
    """The distribution as a scenario says it: what `Reader.distribution` reads again."""
    numbers = given.parameters
    if given.shape is Shape.CONSTANT:
        return numbers[0]
    if given.shape is Shape.EXPONENTIAL:
        return {"exponential": numbers[0]}
    if given.shape in (Shape.GAMMA, Shape.WEIBULL):
        return {given.name: {"shape": numbers[0], "scale": numbers[1]}}
    if given.shape is Shape.LOGNORMAL:
        return {"lognormal": {"mu": numbers[0], "sigma": numbers[1]}}
    return {given.name: list(given.values or numbers)}
