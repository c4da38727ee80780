"""Every address."""

from allauth.account import views as account
from django.urls import include, path

from zhoudao.config import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    # Of the library's pages those we use. Nobody signs up, changes the address they sign in by or has a link mailed to
    # any address: administrators make people and give them a new password.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("api/v1/", include("zhoudao.doors.api.urls")),
    path("", include("zhoudao.doors.channels.urls")),
    path("", include("zhoudao.doors.tracking.urls")),
    path("", include("zhoudao.doors.storefronts.urls")),
    path("", include("zhoudao.doors.payments.urls")),
    path("", include("zhoudao.doors.couriers.urls")),
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
    path("", include("zhoudao.doors.desk.knowledge.urls")),
    path("", include("zhoudao.doors.desk.flows.urls")),
    path("", include("zhoudao.doors.desk.bends.urls")),
    path("", include("zhoudao.doors.desk.handbooks.urls")),
    path("", include("zhoudao.doors.desk.insight.urls")),
    path("", include("zhoudao.doors.desk.outlook.urls")),
    path("", include("zhoudao.doors.desk.triage.urls")),
    path("", include("zhoudao.doors.desk.lab.urls")),
    path("", include("zhoudao.doors.desk.pilots.urls")),
    path("", include("zhoudao.doors.desk.improvement.urls")),
    path("", include("zhoudao.doors.desk.studio.urls")),
    path("", include("zhoudao.doors.desk.settings.urls")),
    path("", include("zhoudao.doors.desk.webhooks.urls")),
    path("", include("zhoudao.doors.desk.frontdoor.urls")),
    path("", include("zhoudao.doors.desk.intake.urls")),
    path("", include("zhoudao.doors.desk.channels.urls")),
    path("", include("zhoudao.doors.desk.customers.urls")),
    path("", include("zhoudao.doors.desk.order_board.urls")),
    path("", include("zhoudao.doors.desk.orders.urls")),
    path("", include("zhoudao.doors.desk.aftersales.urls")),
    path("", include("zhoudao.doors.desk.quality.urls")),
    path("", include("zhoudao.doors.desk.repairs.urls")),
    path("", include("zhoudao.doors.desk.search.urls")),
    path("", include("zhoudao.doors.desk.calls.urls")),
    path("", include("zhoudao.doors.desk.counter.urls")),
    path("", include("zhoudao.doors.desk.queue.urls")),
    path("", include("zhoudao.doors.desk.bookings.urls")),
    path("", include("zhoudao.doors.desk.visits.urls")),
    path("", include("zhoudao.doors.desk.effort.urls")),
    path("", include("zhoudao.doors.desk.figures.urls")),
    path("", include("zhoudao.doors.desk.stock.urls")),
    path("", include("zhoudao.doors.desk.catalogue.urls")),
    path("", include("zhoudao.doors.desk.fulfilment.urls")),
    path("", include("zhoudao.doors.desk.routing.urls")),
]

handler400 = "zhoudao.doors.desk.errors.bad_request"
handler403 = "zhoudao.doors.desk.errors.forbidden"
handler404 = "zhoudao.doors.desk.errors.not_found"
handler500 = "zhoudao.doors.desk.errors.broken"
