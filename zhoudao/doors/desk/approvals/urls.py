"""Addresses of approvals and authority."""

from django.urls import path

from zhoudao.doors.desk.approvals import authority, deciding, granting

_CASE = "desk/cases/<str:number>/goodwill/"
urlpatterns = [
    path(f"{_CASE}grant/", granting.grant, name="desk_goodwill_grant"),
    path(f"{_CASE}<uuid:goodwill_id>/withdraw/", granting.withdraw, name="desk_goodwill_withdraw"),
    path("desk/approvals/", deciding.approvals, name="approvals"),
    path("desk/approvals/count/", deciding.count, name="approvals_count"),
    path("desk/approvals/deputy/", deciding.deputy, name="approvals_deputy"),
    path("desk/approvals/<uuid:approval_id>/", deciding.approval, name="approval"),
    path("desk/approvals/limits/", authority.authority, name="authority"),
]
