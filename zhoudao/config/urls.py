"""Every address."""

from django.urls import include, path

from zhoudao.config import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("zhoudao.doors.api.urls")),
    path("", include("zhoudao.doors.channels.urls")),
    path("", include("zhoudao.doors.portal.urls")),
    path("", include("zhoudao.doors.desk.inbox.urls")),
    path("", include("zhoudao.doors.desk.replies.urls")),
    path("", include("zhoudao.doors.desk.notices.urls")),
    path("", include("zhoudao.doors.desk.macros.urls")),
    path("", include("zhoudao.doors.desk.saved.urls")),
    path("", include("zhoudao.doors.desk.errands.urls")),
    path("", include("zhoudao.doors.desk.approvals.urls")),
    path("", include("zhoudao.doors.desk.board.urls")),
    path("", include("zhoudao.doors.desk.wall.urls")),
    path("", include("zhoudao.doors.desk.complaints.urls")),
    path("", include("zhoudao.doors.desk.incidents.urls")),
    path("", include("zhoudao.doors.desk.flows.urls")),
    path("", include("zhoudao.doors.desk.bends.urls")),
    path("", include("zhoudao.doors.desk.handbooks.urls")),
    path("", include("zhoudao.doors.desk.studio.urls")),
    path("", include("zhoudao.doors.desk.settings.urls")),
    path("", include("zhoudao.doors.desk.webhooks.urls")),
    path("", include("zhoudao.doors.desk.frontdoor.urls")),
    path("", include("zhoudao.doors.desk.intake.urls")),
    path("", include("zhoudao.doors.desk.channels.urls")),
    path("", include("zhoudao.doors.desk.customers.urls")),
    path("", include("zhoudao.doors.desk.search.urls")),
    path("", include("zhoudao.doors.desk.calls.urls")),
    path("", include("zhoudao.doors.desk.counter.urls")),
    path("", include("zhoudao.doors.desk.queue.urls")),
    path("", include("zhoudao.doors.desk.bookings.urls")),
    path("", include("zhoudao.doors.desk.effort.urls")),
    path("", include("zhoudao.doors.desk.stock.urls")),
    path("", include("zhoudao.doors.desk.routing.urls")),
]

handler400 = "zhoudao.doors.desk.errors.bad_request"
handler403 = "zhoudao.doors.desk.errors.forbidden"
handler404 = "zhoudao.doors.desk.errors.not_found"
handler500 = "zhoudao.doors.desk.errors.broken"
