"""The wall's address."""

from django.urls import path

from zhoudao.doors.desk.wall import page

urlpatterns = [path("board/wall/", page.wall, name="wall")]
