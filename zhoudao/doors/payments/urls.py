"""Addresses that payment services knock at."""

from django.urls import path

from zhoudao.doors.payments import hooks

urlpatterns = [path("hooks/payments/<slug:code>/", hooks.hook, name="payments_hook")]
