"""Addresses of pilots."""

from django.urls import path

from zhoudao.doors.desk.pilots import behind, comparing, making, moving, page

_ONE = "desk/pilots/<uuid:pilot_id>/"
urlpatterns = [
    path("desk/pilots/", page.pilots, name="pilots"),
    path("desk/pilots/new/", making.new, name="pilot_new"),
    path(_ONE, page.pilot, name="pilot"),
    path(f"{_ONE}stores/", making.stores, name="pilot_stores"),
    path(f"{_ONE}items/", moving.add, name="pilot_items"),
    path(f"{_ONE}items/<uuid:item_id>/", moving.tick, name="pilot_item"),
    path(f"{_ONE}start/", moving.start, name="pilot_start"),
    path(f"{_ONE}optimise/", moving.optimise, name="pilot_optimise"),
    path(f"{_ONE}phase/", moving.phase, name="pilot_phase"),
    path(f"{_ONE}decide/", moving.decide, name="pilot_decide"),
    path(f"{_ONE}give-up/", moving.give_up, name="pilot_give_up"),
    path(f"{_ONE}comparison/", comparing.comparison, name="pilot_comparison"),
    path(f"{_ONE}again/", comparing.again, name="pilot_again"),
    path(f"{_ONE}behind/", behind.behind, name="pilot_behind"),
]
