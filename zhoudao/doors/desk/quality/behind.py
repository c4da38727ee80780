"""What is behind a figure over goods: the very returns, a page at a time."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.quality.asking import chosen
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.models import Condition
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.quality.queries.batches import UNKNOWN
from zhoudao.rooms.quality.queries.behind import Part, behind
from zhoudao.rooms.quality.queries.causes import BROKEN_ON_THE_WAY, FAULTY, PACKED_WRONGLY

FAULTS, BROKEN, WRONG = "faults", "broken", "wrong"
_GROUPS = {FAULTS: FAULTY, BROKEN: BROKEN_ON_THE_WAY, WRONG: PACKED_WRONGLY}


@require_GET
@permit("quality:read")
def returns(request: HttpRequest) -> HttpResponse:
    """The returns of these pieces: of a product, for a reason or a group of them, by carrier, place or condition."""
    viewer, query = viewer_of(request), request.GET.copy()
    asked = chosen(query, viewer, at=clock.now())
    part = part_of(query)
    rows, after = behind(asked.cohort, part, after=uuid_in(query.get("after", "")))
    query["after"] = str(after or "")
    context = {
        "chosen": asked,
        "rows": rows,
        "part": part,
        "is_unknown": part.batch == UNKNOWN,
        "reasons": [Reason(one).label for one in part.reasons],
        "condition": Condition(part.condition).label if part.condition else "",
        "next": query.urlencode() if after else "",
        "may_open": viewer.may("returns:read"),
    }
    return render(request, "desk/quality/returns.html", context)


def part_of(query: QueryDict) -> Part:
    """The part an address asks for; what nobody knows is left out."""
    why, condition = query.get("why", ""), query.get("condition", "")
    alone = (why,) if why in Reason.values else ()
    return Part(
        sku=query.get("sku", "")[:80],
        reasons=tuple(_GROUPS.get(why, alone)),
        condition=condition if condition in Condition.values else "",
        carrier=query.get("carrier", "")[:30],
        place=uuid_in(query.get("place", "")),
        batch=query.get("batch", "")[:30].replace("\0", ""),
        is_found=query.get("known") == "back",
    )
