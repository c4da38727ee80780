"""Where other systems knock."""

from django.urls import path

from zhoudao.doors.channels import hooks

urlpatterns = [path("hooks/<slug:code>/", hooks.hook, name="channel_hook")]
