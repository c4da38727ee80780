"""Addresses that shops knock at."""

from django.urls import path

from zhoudao.doors.storefronts import hooks

urlpatterns = [path("hooks/orders/<slug:code>/", hooks.hook, name="storefront_hook")]
