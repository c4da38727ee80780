"""What parcels refuse, by name."""


class ParcelRefused(Exception):
    """This is not possible for this parcel."""


class ParcelNotFound(ParcelRefused):
    """There is no such parcel."""


class SourceCodeTaken(ParcelRefused):
    """There is a source with this code already."""


class ParcelOver(ParcelRefused):
    """This parcel was delivered already."""


class OrderNotApproved(ParcelRefused):
    """Only an approved order is handed over; clear up what holds it first."""


class CarrierUnsound(ParcelRefused):
    """Choose the carrier."""


class TrackingNumberUnsound(ParcelRefused):
    """A tracking number has 4 to 40 letters and digits; only our own delivery does without."""


class TrackingNumberTaken(ParcelRefused):
    """This carrier has another parcel of this number."""


class ParcelEmpty(ParcelRefused):
    """Nothing of this order is left to hand over, or nothing was chosen."""


class MoreThanOrdered(ParcelRefused):
    """More than is still to be handed over of this order."""


class GoodsNotThere(ParcelRefused):
    """Some of it is not kept there for this order: it still waits for goods, or lies in another warehouse."""


class BatchesUnsound(ParcelRefused):
    """Of each batch there is at least one, and of all batches of a line no more than are handed over."""


class BatchStopped(ParcelRefused):
    """This batch is not to leave: {detail}. Put it aside and take another."""

    def __init__(self, sku: str = "", batch: str = "") -> None:
        self.detail = f"{sku} {batch}".strip()
        super().__init__((BatchStopped.__doc__ or "").format(detail=self.detail))


class BatchUnsaid(ParcelRefused):
    """A batch of {detail} is stopped: say of every piece which batch it is of."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((BatchUnsaid.__doc__ or "").format(detail=detail))
