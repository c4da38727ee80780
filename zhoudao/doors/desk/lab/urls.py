"""Addresses of the simulation lab."""

from django.urls import path

from zhoudao.doors.desk.lab import beginning, editing, reading, trying

_ONE = "desk/lab/<uuid:experiment_id>/"
_VARIANT = "desk/lab/variants/<uuid:variant_id>/"
urlpatterns = [
    path("desk/lab/", beginning.lab, name="lab"),
    path("desk/lab/begin/", beginning.begin, name="lab_begin"),
    path(_ONE, reading.experiment, name="experiment"),
    path(f"{_ONE}run/", reading.run, name="experiment_run"),
    path(f"{_ONE}add/", editing.add, name="experiment_add"),
    path(f"{_ONE}try/", trying.propose, name="experiment_try"),
    path(f"{_ONE}staffing/", trying.search, name="experiment_staffing"),
    path(f"{_ONE}delete/", beginning.delete, name="experiment_delete"),
    path(_VARIANT, editing.variant, name="variant"),
    path(f"{_VARIANT}delete/", editing.delete, name="variant_delete"),
    path(f"{_VARIANT}scenario/", reading.scenario, name="variant_scenario"),
]
