"""Addresses of the intake pages."""

from django.urls import path

from zhoudao.doors.desk.intake import views

urlpatterns = [
    path("desk/intake/", views.intake, name="intake"),
    path("desk/intake/<uuid:delivery_id>/", views.delivery, name="intake_delivery"),
    path("desk/intake/<uuid:delivery_id>/replay/", views.replay, name="intake_replay"),
    path("desk/intake/<uuid:delivery_id>/dismiss/", views.dismiss, name="intake_dismiss"),
]
