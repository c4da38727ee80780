"""Addresses of the webhooks' pages."""

from django.urls import path

from zhoudao.doors.desk.webhooks import log, pages

_ONE = "desk/settings/webhooks/<uuid:webhook_id>/"

urlpatterns = [
    path("desk/settings/webhooks/", pages.webhooks, name="settings_webhooks"),
    path("desk/settings/webhooks/new/", pages.add, name="settings_add_webhook"),
    path(_ONE, log.webhook, name="settings_webhook"),
    path(f"{_ONE}edit/", pages.edit, name="settings_edit_webhook"),
    path(f"{_ONE}secret/", pages.renew, name="settings_renew_webhook"),
    path(f"{_ONE}pause/", pages.pause, name="settings_pause_webhook"),
    path(f"{_ONE}resume/", pages.resume, name="settings_resume_webhook"),
    path(f"{_ONE}delete/", pages.delete, name="settings_delete_webhook"),
    path(f"{_ONE}ping/", log.ping, name="settings_ping_webhook"),
    path(f"{_ONE}ping/<uuid:sending_id>/", log.pinged, name="settings_webhook_pinged"),
    path(f"{_ONE}again/", log.preview, name="settings_preview_webhook"),
    path(f"{_ONE}again/all/", log.replay, name="settings_replay_webhook"),
    path(f"{_ONE}again/progress/", log.progress, name="settings_webhook_progress"),
    path(f"{_ONE}deliveries/<uuid:sending_id>/", log.sending, name="settings_webhook_sending"),
    path(f"{_ONE}deliveries/<uuid:sending_id>/again/", log.again, name="settings_webhook_again"),
]
