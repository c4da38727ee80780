"""The service network on a map: points, what their engineers reach, and the nearest to a place."""

from math import cos, radians

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.engines.allocation import point_of
from zhoudao.engines.tracking.places import CAPITALS, HEIGHT, WIDTH, Spot, spot_at, spot_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.kit.frozen import frozen
from zhoudao.kit.globe import Point
from zhoudao.rooms.fieldwork.models import ServicePoint
from zhoudao.rooms.fieldwork.queries.board import codes_known, nearest, network_of

_KM_A_DEGREE = 111.2
_LEAST = 4.0  # of the drawing: a circle that can be seen
_MARGIN = 40.0


@frozen
class Drawn:
    """A point of the map with the ellipse its engineers reach: on this map a degree east is narrower than one north."""

    point: ServicePoint
    spot: Spot
    across: float
    up: float


@require_GET
@permit("visits:read")
def network(request: HttpRequest) -> HttpResponse:
    """All points, or those of a skill and brand; with `?place=` the nearest to it."""
    skills, brands = codes_known()
    skill, brand = request.GET.get("skill", ""), request.GET.get("brand", "")
    points = network_of(skill=skill if skill in skills else "", brand=brand if brand in brands else "")
    words = " ".join(request.GET.get("place", "").split())[:60]
    where = point_of(words, words) if words else None
    drawn = [_drawn(one) for one in points]
    context = {
        "points": points,
        "drawn": drawn,
        "view": _view(drawn, where),
        "capitals": [(CAPITALS[name][0], spot_of(name)) for name in CAPITALS],
        "skills": skills,
        "brands": brands,
        "skill": skill,
        "brand": brand,
        "place": words,
        "is_lost": bool(words) and where is None,
        "here": spot_at(*where) if where else None,
        "near": nearest(points, where) if where else [],
    }
    return render(request, "desk/visits/network.html", context)


def _drawn(point: ServicePoint) -> Drawn:
    """Its engineers' radius, the farthest of them."""
    able = point.able  # type: ignore[attr-defined]  # prefetched by the query
    km = max((one.radius_km for one in able), default=0)
    degrees = km / _KM_A_DEGREE
    narrow = max(0.2, cos(radians(point.latitude)))
    middle, edge = spot_at(*point.place), spot_at(point.latitude + degrees, point.longitude + degrees / narrow)
    across, up = abs(edge.x - middle.x), abs(edge.y - middle.y)
    return Drawn(point, middle, round(max(across, _LEAST if km else 0), 1), round(max(up, _LEAST if km else 0), 1))


def _view(drawn: list[Drawn], where: Point | None) -> str:
    """The whole country, or the part of it that holds all points and the place asked for."""
    spots = [one.spot for one in drawn] + ([spot_at(*where)] if where else [])
    if not spots:
        return f"0 0 {WIDTH} {HEIGHT}"
    reach = max((max(one.across, one.up) for one in drawn), default=0) + _MARGIN
    left, right = min(one.x for one in spots) - reach, max(one.x for one in spots) + reach
    top, bottom = min(one.y for one in spots) - reach, max(one.y for one in spots) + reach
    return f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
