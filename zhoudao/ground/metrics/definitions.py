"""What each figure means, in words people can check."""

from django.utils.functional import Promise as LazyText

from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.kit.frozen import frozen

LOWER, HIGHER = "lower", "higher"
_metrics: dict[str, "Metric"] = {}


@frozen
class Benchmark:
    """What others reach, or we promise ourselves; `source` says whose number it is."""

    value: float
    source: LazyText | str


@frozen
class Metric:
    """A figure: its code, title, written definition, unit (`cases`, `minutes`, `share`, `score`, `times`).

    `better` is which way is better (`LOWER`, `HIGHER`, empty for neither). What `is_daily` has a history: one value
    for every day of the company and of each store.
    """

    code: str
    title: LazyText | str
    definition: LazyText | str
    unit: str
    better: str = ""
    benchmark: Benchmark | None = None
    is_daily: bool = False
    is_sum: bool = False  # what is counted is no case, but adds up like cases

    @property
    def is_count(self) -> bool:
        """Whether days are added up: all else is a mean or share, and each day as heavy as its cases."""
        return self.is_sum or self.unit in ("cases", "visits")


def define(metric: Metric) -> Metric:
    """This will make a figure known to boards, the API and exports."""
    _metrics[metric.code] = metric
    name_codes({metric.code: metric.title})
    return metric


def metric(code: str) -> Metric:
    """The figure with this code.

    Raises: KeyError
    """
    return _metrics[code]


def all_metrics() -> list[Metric]:
    """Every figure, by code."""
    return [_metrics[code] for code in sorted(_metrics)]


def daily_metrics() -> list[Metric]:
    """The figures that have a history, by code."""
    return [one for one in all_metrics() if one.is_daily]
