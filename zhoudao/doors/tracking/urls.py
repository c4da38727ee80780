"""Addresses that sources of tracking knock at."""

from django.urls import path

from zhoudao.doors.tracking import hooks

urlpatterns = [path("hooks/tracking/<slug:code>/", hooks.hook, name="tracking_hook")]
