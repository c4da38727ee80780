"""What a parcel should weigh, and how far off the scale may be."""

from collections.abc import Iterable

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.models import ToteLine, Weight

BOXES: dict[str, tuple[LazyText, int]] = {
    "none": (pgettext_lazy("box", "The goods' own packaging"), 0),
    "bag": (pgettext_lazy("box", "Bag"), 30),
    "small": (pgettext_lazy("box", "Small box"), 150),
    "medium": (pgettext_lazy("box", "Medium box"), 350),
    "large": (pgettext_lazy("box", "Large box"), 700),
}
LEAST_GRAMS, SHARE = 30, 0.04


@frozen
class Expected:
    """A parcel's weight by its goods and its box; `grams` None: an item's weight is not known."""

    grams: int | None

    @property
    def tolerance(self) -> int:
        """How far off is right: four in a hundred, at least 30 grams."""
        return max(LEAST_GRAMS, round((self.grams or 0) * SHARE))

    def fits(self, weighed: int) -> bool:
        """Whether this weight is right, as far as can be said."""
        return self.grams is None or abs(weighed - self.grams) <= self.tolerance


def expected(lines: Iterable[ToteLine], box: str) -> Expected:
    """What these weigh in this box (one statement)."""
    packed = {line.item_id: line.packed for line in lines if line.packed}
    known = dict(Weight.objects.filter(item__in=list(packed)).values_list("item_id", "grams"))
    if len(known) < len(packed):
        return Expected(None)
    return Expected(BOXES[box][1] + sum(known[sku] * count for sku, count in packed.items()))
