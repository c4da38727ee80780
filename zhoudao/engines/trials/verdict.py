"""CONTRACT (being filled in; signatures stay): the whole judgement of one measure."""

from zhoudao.engines.trials.comparison import Comparison, Kind
from zhoudao.engines.trials.shape import Outcomes


def compare(outcomes: Outcomes, *, lower_is_better: bool, kind: Kind, seed: int, name: str = "") -> Comparison:
    """Never raises for poor data: what cannot be judged is `not_enough` with its reasons. `name`: the caller's code of the
    measure, kept as it is. Several measures: `comparison.together(...)` afterwards."""
