"""The board's address."""

from django.urls import path

from zhoudao.doors.desk.board import page

urlpatterns = [path("desk/board/", page.page, name="board")]
