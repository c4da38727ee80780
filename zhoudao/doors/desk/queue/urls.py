"""Addresses of a store's queue, below those of its counter."""

from django.urls import path

from zhoudao.doors.desk.queue import acting, devices, figures, page, setup

urlpatterns = [
    path("desk/counter/queue/", page.queue, name="queue"),
    path("desk/counter/queue/strip/", page.strip, name="queue_strip"),
    path("desk/counter/queue/mine/", acting.mine, name="queue_mine"),
    path("desk/counter/queue/next/", acting.call, name="queue_next"),
    path("desk/counter/queue/take/", acting.take, name="queue_take"),
    path("desk/counter/queue/numbers/<uuid:visit_id>/", acting.act, name="queue_act"),
    path("desk/counter/queue/devices/", devices.devices, name="queue_devices"),
    path("desk/counter/queue/poster/", setup.poster, name="queue_poster"),
    path("desk/counter/queue/figures/", figures.figures, name="queue_figures"),
    path("desk/counter/queue/behind/", figures.numbers, name="queue_numbers"),
    path("desk/counter/queue/needs/", setup.needs, name="queue_needs"),
]
