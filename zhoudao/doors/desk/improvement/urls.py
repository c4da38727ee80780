"""Addresses of the register."""

from django.urls import path

from zhoudao.doors.desk.improvement import (
    audits,
    beside,
    making,
    observing,
    one,
    programmes,
    readiness,
    register,
    suggestions,
)

_ONE = "desk/register/<uuid:initiative_id>/"
_PROGRAMME = "desk/programmes/<uuid:programme_id>/"
_AUDIT = "desk/register/audits/<uuid:audit_id>/"
urlpatterns = [
    path("desk/register/", register.board, name="register"),
    path("desk/register/list/", register.listed, name="register_list"),
    path("desk/register/new/", making.new, name="initiative_new"),
    path("desk/register/suggestions/", suggestions.everybodys, name="suggestions_of_all"),
    path(_ONE, one.initiative, name="initiative"),
    path(f"{_ONE}plan/", making.change, name="initiative_plan"),
    path(f"{_ONE}act/", one.act, name="initiative_act"),
    path(f"{_ONE}sheet/", observing.sheet, name="initiative_sheet"),
    path("desk/register/audits/", audits.calendar, name="audits"),
    path(_AUDIT, audits.audit, name="audit"),
    path(f"{_AUDIT}end/", audits.end, name="audit_end"),
    path("desk/programmes/", programmes.listed, name="programmes"),
    path(_PROGRAMME, programmes.programme, name="programme"),
    path(f"{_PROGRAMME}act/", programmes.act, name="programme_act"),
    path(f"{_PROGRAMME}report/", programmes.report, name="programme_report"),
    path(f"{_PROGRAMME}readiness/", readiness.page, name="readiness"),
    path("desk/suggestions/", suggestions.mine, name="suggestions"),
    path("desk/cases/<str:number>/initiatives/", beside.of_case, name="initiatives_of_case"),
]
