"""Addresses of the register."""

from django.urls import path

from zhoudao.doors.desk.improvement import beside, making, one, register, suggestions

_ONE = "desk/register/<uuid:initiative_id>/"
urlpatterns = [
    path("desk/register/", register.board, name="register"),
    path("desk/register/list/", register.listed, name="register_list"),
    path("desk/register/new/", making.new, name="initiative_new"),
    path("desk/register/suggestions/", suggestions.everybodys, name="suggestions_of_all"),
    path(_ONE, one.initiative, name="initiative"),
    path(f"{_ONE}plan/", making.change, name="initiative_plan"),
    path(f"{_ONE}act/", one.act, name="initiative_act"),
    path("desk/suggestions/", suggestions.mine, name="suggestions"),
    path("desk/cases/<str:number>/initiatives/", beside.of_case, name="initiatives_of_case"),
]
