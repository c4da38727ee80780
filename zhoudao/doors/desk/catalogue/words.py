"""What is said when products refuse something."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.rooms.catalogue.refusals import CatalogueRefused

_SAID: dict[str, LazyText] = {
    "CategoryUnknown": _("There is no such kind of product."),
    "CategoryUnsound": _("A kind has a code of small letters, digits and strokes, a name, and at most 40 lines."),
    "AttributeUnsound": _("This line of the specification cannot be: {detail}"),
    "AttributeInUse": _("Products or questions speak of it; take that out first: {detail}"),
    "QuestionUnsound": _("This question cannot be asked so: {detail}"),
    "ProductUnknown": _("There is no such product."),
    "ProductUnsound": _("A product has a code of small letters, digits and strokes, a name, and days in their order."),
    "SkuTaken": _("Another product has this SKU: {detail}"),
    "SkuUnsound": _("A SKU has one to eighty characters, no spaces at its ends, and stands here once: {detail}"),
    "ValueUnsound": _("This value does not fit: {detail}"),
    "SuccessorUnsound": _("A product does not follow itself, nor one that follows it: {detail}"),
    "PatternUnsound": _("A pattern has at most forty letters, digits, * and strokes."),
    "PictureUnsound": _("A picture is a PNG, JPEG or WebP of at most 8 MB and 16 million dots that does not move."),
    "TooManyPictures": _("A product has at most twelve pictures."),
    "FaultUnsound": _("Say what goes wrong, and what to do about it."),
}


def said(refusal: CatalogueRefused) -> str:
    """A refusal in the reader's language."""
    words = _SAID.get(type(refusal).__name__)
    return str(words).format(detail=refusal.detail) if words else str(refusal)
