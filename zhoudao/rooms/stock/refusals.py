"""What stock refuses, by name."""


class StockRefused(Exception):
    """This is not possible for this stock."""


class WarehouseUnknown(StockRefused):
    """There is no such warehouse."""


class WarehouseClosed(StockRefused):
    """This warehouse is closed: nothing comes in or is kept there."""


class WarehouseNotEmpty(StockRefused):
    """Goods lie, are kept or are expected there; move them first."""


class WarehouseUnsound(StockRefused):
    """A place is a warehouse or one store, lies on the earth, and has a priority between 0 and 999."""


class SkuUnsound(StockRefused):
    """An item's number has one to eighty characters and no spaces at its ends."""


class SkuUnknown(StockRefused):
    """There is no such item here."""


class BarcodeTaken(StockRefused):
    """Another item has this barcode."""


class BatchUnsound(StockRefused):
    """A batch is letters, digits and . / _ + : # * -, at most thirty, and begins with a letter or digit."""


class ItemUnknown(StockRefused):
    """No item has this number or barcode: {detail}."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((ItemUnknown.__doc__ or "").format(detail=detail))


class QuantityUnsound(StockRefused):
    """A quantity is a whole number from 1 to 1,000,000."""


class NothingAsked(StockRefused):
    """Say of which items, and how many: at most 2,000 lines."""


class NotEnough(StockRefused):
    """Not as many are available: {detail}."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((NotEnough.__doc__ or "").format(detail=detail))


class NothingHeld(StockRefused):
    """Not as many are kept for this."""


class SomeHasLeft(StockRefused):
    """Some of it has left already: it goes on as it is."""


class NothingShipped(StockRefused):
    """Not as many were shipped for this."""


class CorrectionUnexplained(StockRefused):
    """Say why the book is corrected, by one of the codes."""


class KeyReused(StockRefused):
    """Something else was booked under this key."""


class SamePlace(StockRefused):
    """Goods are sent to another place."""


class ExpectedUnknown(StockRefused):
    """Nothing of this kind is expected."""


class DateUnsound(StockRefused):
    """The day lies between yesterday and two years from now."""


class CountNotFound(StockRefused):
    """There is no such stock-take."""


class CountOver(StockRefused):
    """This stock-take is over."""


class CountEmpty(StockRefused):
    """Nothing has been counted yet."""


class CountStale(StockRefused):
    """Goods have moved since it was counted; count again: {detail}."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((CountStale.__doc__ or "").format(detail=detail))
