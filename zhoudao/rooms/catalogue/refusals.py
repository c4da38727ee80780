"""What products refuse, by name."""


class CatalogueRefused(Exception):
    """This is not possible for this product."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((type(self).__doc__ or "").format(detail=detail))


class CategoryUnknown(CatalogueRefused):
    """There is no such kind of product: {detail}."""


class CategoryUnsound(CatalogueRefused):
    """A kind has a code of small letters, digits and strokes, a name, and at most 40 lines of specification."""


class AttributeUnsound(CatalogueRefused):
    """This line of the specification cannot be: {detail}."""


class AttributeInUse(CatalogueRefused):
    """Products say something of it; take that out first: {detail}."""


class QuestionUnsound(CatalogueRefused):
    """This question cannot be asked: {detail}."""


class ProductUnknown(CatalogueRefused):
    """There is no such product: {detail}."""


class ProductUnsound(CatalogueRefused):
    """A product has a code of small letters, digits and strokes, a name, and days that follow each other: {detail}."""


class SkuTaken(CatalogueRefused):
    """Another product has this SKU: {detail}."""


class SkuUnsound(CatalogueRefused):
    """A SKU has one to eighty characters and no spaces at its ends: {detail}."""


class ValueUnsound(CatalogueRefused):
    """This value does not fit: {detail}."""


class SuccessorUnsound(CatalogueRefused):
    """A product does not follow itself, nor one that follows it: {detail}."""


class PatternUnsound(CatalogueRefused):
    """A pattern has at most forty letters, digits, * and strokes."""


class PictureUnsound(CatalogueRefused):
    """A picture is a PNG, JPEG or WebP of at most 8 MB and 16 million dots that does not move."""


class TooManyPictures(CatalogueRefused):
    """A product has at most twelve pictures."""


class FaultUnsound(CatalogueRefused):
    """Say what goes wrong, and what to do about it."""
