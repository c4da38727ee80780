"""Addresses of the front door's settings."""

from django.urls import path

from zhoudao.doors.desk.frontdoor import apps, texting, tiles

urlpatterns = [
    path("desk/settings/portal/", tiles.tiles, name="settings_portal"),
    path("desk/settings/portal/tiles/new/", tiles.add, name="settings_add_tile"),
    path("desk/settings/portal/tiles/<uuid:tile_id>/", tiles.edit, name="settings_tile"),
    path("desk/settings/portal/apps/", apps.apps, name="settings_apps"),
    path("desk/settings/portal/apps/<uuid:key_id>/", apps.app, name="settings_app"),
    path("desk/settings/portal/texts/", texting.texts, name="settings_texts"),
    path("desk/settings/portal/texts/try/", texting.attempt, name="settings_try_texts"),
]
