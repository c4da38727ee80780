"""Addresses of the outlook."""

from django.urls import path

from zhoudao.doors.desk.outlook import page

urlpatterns = [
    path("desk/outlook/", page.outlook, name="outlook"),
    path("desk/outlook/demand/<uuid:alarm_id>/help/", page.ask_for_help, name="demand_help"),
]
