"""Addresses of the channels page."""

from django.urls import path

from zhoudao.doors.desk.channels import views

urlpatterns = [
    path("desk/channels/", views.channels, name="channels"),
    path("desk/channels/<slug:code>/", views.channel, name="channel"),
    path("desk/channels/<slug:code>/again/", views.all_again, name="channel_all_again"),
    path("desk/channels/<slug:code>/again/<uuid:message_id>/", views.again, name="channel_again"),
]
