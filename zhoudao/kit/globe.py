"""Points of the earth, and how far apart they are."""

from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]  # latitude, longitude
_EARTH_KM = 6371.0


def kilometres(one: Point, other: Point) -> int:
    """The way of a bird. Source: haversine formula; the mean radius of the earth.

    >>> kilometres((31.23, 121.47), (39.90, 116.41))
    1067
    """
    (lat, lon), (lat2, lon2) = one, other
    half = (
        sin(radians(lat2 - lat) / 2) ** 2 + cos(radians(lat)) * cos(radians(lat2)) * sin(radians(lon2 - lon) / 2) ** 2
    )
    return round(2 * _EARTH_KM * asin(sqrt(half)))
