"""Addresses of figures and targets."""

from django.urls import path

from zhoudao.doors.desk.figures import one, page

urlpatterns = [
    path("desk/figures/", page.figures, name="figures"),
    path("desk/figures/<str:name>/", one.figure, name="figure"),
    path("desk/figures/<str:name>/target/", one.target, name="figure_target"),
]
