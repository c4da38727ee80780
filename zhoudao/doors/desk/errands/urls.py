"""Addresses of errands."""

from django.urls import path

from zhoudao.doors.desk.errands import asking, pages

_CASE = "desk/cases/<str:number>/errands/"
urlpatterns = [
    path(_CASE, asking.ask, name="desk_errands"),
    path(f"{_CASE}<uuid:errand_id>/withdraw/", asking.withdraw, name="desk_errand_withdraw"),
    path("desk/errands/", pages.errands, name="errands"),
    path("desk/errands/<uuid:errand_id>/", pages.errand, name="errand"),
]
