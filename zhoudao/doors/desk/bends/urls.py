"""Addresses of bends."""

from django.urls import path

from zhoudao.doors.desk.bends import figures, limits, sheet

_CASE = "desk/cases/<str:number>/bend/"
urlpatterns = [
    path(_CASE, sheet.bend, name="desk_bend"),
    path(f"{_CASE}<uuid:bend_id>/undo/", sheet.undo, name="desk_bend_undo"),
    path("desk/flows/bends/", figures.bends, name="bends"),
    path("desk/flows/bends/limits/", limits.limits, name="bend_limits"),
    path("desk/flows/bends/<uuid:version_id>/", figures.behind, name="bends_behind"),
]
