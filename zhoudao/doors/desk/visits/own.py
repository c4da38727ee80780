"""An engineer's own way: today and tomorrow, in the order they drive."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.visits.subjects import subjects_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.rooms.fieldwork.events import MISSES, OUTCOMES
from zhoudao.rooms.fieldwork.ground import zone_of
from zhoudao.rooms.fieldwork.queries.visits import day_of, engineer_of


@require_GET
@permit("visits:make")
def own_days(request: HttpRequest) -> HttpResponse:
    """Their visits of today and tomorrow; who visits nobody is shown everybody's day, if they may see it."""
    viewer = viewer_of(request)
    engineer = engineer_of(viewer.user_id) if viewer.user_id else None
    if engineer is None and viewer.may("visits:read"):
        return redirect("visit_board")
    days = []
    if engineer is not None:
        today = clock.now().astimezone(zone_of(engineer)).date()
        both = [(day, day_of(engineer, day)) for day in (today, today + timedelta(days=1))]
        about = subjects_of(one for _day, visits in both for one in visits)
        days = [(day, [(one, about[one.id]) for one in visits]) for day, visits in both]
    context = {"engineer": engineer, "days": days, "outcomes": OUTCOMES.items(), "misses": MISSES.items()}
    return render(request, "desk/visits/own.html", context)
