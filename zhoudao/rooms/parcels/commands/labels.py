"""What stands on a parcel: who carries it, under which number."""

from dataclasses import dataclass

from zhoudao.rooms.parcels.carriers import is_code, is_number, tidied_number
from zhoudao.rooms.parcels.refusals import CarrierUnsound, TrackingNumberUnsound

OWN = "own"


@dataclass(frozen=True)
class Label:
    """Who carries it under which number; `carrier` is a code of ours, the number may be empty with our own delivery."""

    carrier: str
    tracking_number: str = ""

    def sound(self) -> "Label":
        """The label as it is kept. Raises: CarrierUnsound, TrackingNumberUnsound."""
        carrier, number = self.carrier.strip().lower(), tidied_number(self.tracking_number)
        if not is_code(carrier):
            raise CarrierUnsound(CarrierUnsound.__doc__)
        if not (is_number(number) or (carrier == OWN and not number)):
            raise TrackingNumberUnsound(TrackingNumberUnsound.__doc__)
        return Label(carrier, number)

    def announced(self) -> "Label":
        """The label of a parcel that has not left: its number may still be missing. Raises: as `sound`."""
        if tidied_number(self.tracking_number):
            return self.sound()
        carrier = self.carrier.strip().lower()
        if not is_code(carrier):
            raise CarrierUnsound(CarrierUnsound.__doc__)
        return Label(carrier)
