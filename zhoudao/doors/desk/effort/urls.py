"""Addresses of what cases cost their customers."""

from django.urls import path

from zhoudao.doors.desk.effort import figures, page

urlpatterns = [
    path("desk/board/effort/", figures.page, name="effort"),
    path("desk/cases/<str:number>/effort/", page.of_case, name="effort_of_case"),
    path("desk/customers/<uuid:customer_id>/effort/", page.of_customer, name="effort_of_customer"),
]
