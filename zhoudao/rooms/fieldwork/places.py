"""Where an address lies."""

from zhoudao.engines.allocation import point_of
from zhoudao.kit.frozen import frozen
from zhoudao.kit.globe import Point
from zhoudao.rooms.fieldwork.refusals import AddressUnknown

_LONGEST = 60


@frozen
class Place:
    """An address without its street: with coordinates (degrees) where they are known."""

    province: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None


def located(place: Place) -> tuple[str, str, Point]:
    """Province, city, and where it lies: the coordinates given, else the city's, else those of its province's seat.

    Raises: AddressUnknown
    """
    province, city = place.province.strip()[:_LONGEST], place.city.strip()[:_LONGEST]
    if place.latitude is not None and place.longitude is not None:
        if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):
            raise AddressUnknown(AddressUnknown.__doc__)
        return province, city, (place.latitude, place.longitude)
    point = point_of(province, city)
    if point is None:
        raise AddressUnknown(AddressUnknown.__doc__)
    return province, city, point
