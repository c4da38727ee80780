"""Addresses of the search."""

from django.urls import path

from zhoudao.doors.desk.search import page

urlpatterns = [
    path("desk/search/", page.page, name="search"),
    path("desk/search/more/", page.more, name="search_more"),
    path("desk/search/counts/", page.counts, name="search_counts"),
]
