"""What happens to products. Attributes are codes, SKUs and counts."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen

name_codes({"specification": _("Specification"), "guide": _("Guide")})


@frozen
class CategorySaved(Fact):
    """A kind of product was declared or changed; `what` is specification or guide."""

    name: ClassVar[str] = "catalogue.CategorySaved"
    words: ClassVar = _("The kind of product %(code)s was saved (%(what)s)")
    code: str
    what: str


@frozen
class ProductSaved(Fact):
    """A product was declared or changed; with so many SKUs."""

    name: ClassVar[str] = "catalogue.ProductSaved"
    words: ClassVar = _("The product %(code)s was saved, with %(variants)s SKUs")
    code: str
    variants: int
    is_new: bool


@frozen
class PictureChanged(Fact):
    """A picture of a product was added or taken away."""

    name: ClassVar[str] = "catalogue.PictureChanged"
    words: ClassVar = _("The pictures of the product %(code)s were changed")
    code: str
    is_gone: bool


@frozen
class FaultNoted(Fact):
    """Something is known to go wrong with a product; `is_told`: customers read it."""

    name: ClassVar[str] = "catalogue.FaultNoted"
    words: ClassVar = _("A known fault of the product %(code)s was written down")
    code: str
    is_told: bool


@frozen
class FaultEnded(Fact):
    """A known fault goes wrong no more."""

    name: ClassVar[str] = "catalogue.FaultEnded"
    words: ClassVar = _("A known fault of the product %(code)s is over")
    code: str
