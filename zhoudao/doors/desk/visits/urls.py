"""Addresses of engineers' visits."""

from django.urls import path

from zhoudao.doors.desk.visits import board, network, own, page, setup

urlpatterns = [
    path("desk/visits/", own.own_days, name="visits"),
    path("desk/visits/board/", board.day, name="visit_board"),
    path("desk/visits/network/", network.network, name="visit_network"),
    path("desk/visits/<slug:visit_number>/", page.visit, name="field_visit"),
    path("desk/visits/<slug:visit_number>/act/", page.act, name="field_visit_act"),
    path("desk/visits/<slug:visit_number>/times/", page.times, name="field_visit_times"),
    path("desk/visits/<slug:visit_number>/place/", page.place, name="field_visit_place"),
    path("desk/settings/network/", setup.points, name="settings_network"),
    path("desk/settings/network/points/new/", setup.point, name="settings_point_new"),
    path("desk/settings/network/points/<slug:point>/", setup.point, name="settings_point"),
    path("desk/settings/network/engineers/new/", setup.engineer, name="settings_engineer_new"),
    path("desk/settings/network/engineers/<uuid:engineer_id>/", setup.engineer, name="settings_engineer"),
]
