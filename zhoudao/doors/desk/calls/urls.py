"""Addresses of the calls page."""

from django.urls import path

from zhoudao.doors.desk.calls import ordering, views

urlpatterns = [
    path("desk/calls/", views.calls, name="calls"),
    path("desk/calls/<uuid:message_id>/opened/", views.opened, name="call_opened"),
    path("desk/cases/<str:number>/order/", ordering.order, name="desk_order"),
]
