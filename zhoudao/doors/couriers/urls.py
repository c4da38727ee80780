"""Addresses that courier services knock at."""

from django.urls import path

from zhoudao.doors.couriers import hooks

urlpatterns = [path("hooks/couriers/<slug:code>/<slug:pickup_number>/", hooks.hook, name="couriers_hook")]
