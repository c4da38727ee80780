"""What each figure means, in words people can check."""

from django.utils.functional import Promise as LazyText

from zhoudao.kit.frozen import frozen

_metrics: dict[str, "Metric"] = {}


@frozen
class Metric:
    """A figure: its code, title, written definition, unit (`cases`, `minutes`, `share`, `score`, `times`)."""

    code: str
    title: LazyText | str
    definition: LazyText | str
    unit: str


def define(metric: Metric) -> Metric:
    """This will make a figure known to boards, the API and exports."""
    _metrics[metric.code] = metric
    return metric


def metric(code: str) -> Metric:
    """The figure with this code.

    Raises: KeyError
    """
    return _metrics[code]


def all_metrics() -> list[Metric]:
    """Every figure, by code."""
    return [_metrics[code] for code in sorted(_metrics)]
