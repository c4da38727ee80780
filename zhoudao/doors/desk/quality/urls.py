"""Addresses of the quality of goods."""

from django.urls import path

from zhoudao.doors.desk.quality import behind, export, page

urlpatterns = [
    path("desk/quality/", page.page, name="quality"),
    path("desk/quality/returns/", behind.returns, name="quality_returns"),
    path("desk/quality/products/file/", export.products, name="quality_file"),
]
