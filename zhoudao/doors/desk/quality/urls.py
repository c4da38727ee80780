"""Addresses of the quality of goods."""

from django.urls import path

from zhoudao.doors.desk.quality import batches, behind, export, notices, page, recall, repairs

_ONE = "desk/quality/notices/<str:notice_number>/"
urlpatterns = [
    path("desk/quality/", page.page, name="quality"),
    path("desk/quality/returns/", behind.returns, name="quality_returns"),
    path("desk/quality/products/file/", export.products, name="quality_file"),
    path("desk/quality/batches/file/", batches.as_file, name="quality_batches_file"),
    path("desk/quality/repairs/", repairs.repairs, name="quality_repairs"),
    path("desk/quality/notices/", notices.notices, name="quality_notices"),
    path("desk/quality/notices/open/", notices.open_, name="quality_notice_open"),
    path(_ONE, notices.notice, name="quality_notice"),
    path(f"{_ONE}act/", notices.act, name="quality_notice_act"),
    path(f"{_ONE}recall/", recall.recall, name="quality_recall"),
    path(f"{_ONE}recall/file/", recall.as_file, name="quality_recall_file"),
]
