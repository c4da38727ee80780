"""Who hears what, who carries what: event → subscribers, channel kind → transport, flow task → command."""

from datetime import UTC, datetime

from zhoudao.ground.accounts.permits import permit_module
from zhoudao.ground.accounts.roles import PUBLIC


def wire() -> None:
    """This will connect the rooms; nothing below knows who listens."""
    permit_module("allauth.", PUBLIC)
    permit_module("django.views.i18n", PUBLIC)
    _notices()
    _gates()
    _subscribers()
    _after_sales()
    _services()
    _channels()
    _portal()
    _keepers()
    _needs()
    _webhooks()


def _notices() -> None:
    from zhoudao.conduct.flows import telling as flow_telling
    from zhoudao.conduct.handbooks import commands as handbooks
    from zhoudao.conduct.improvement import telling as improvement_telling
    from zhoudao.conduct.insight import demand
    from zhoudao.conduct.pilots import telling as pilots_telling
    from zhoudao.rooms.bookings.commands import watching
    from zhoudao.rooms.incidents import telling as incidents_telling
    from zhoudao.rooms.knowledge import telling as knowledge_telling
    from zhoudao.rooms.quality import telling as quality_telling
    from zhoudao.rooms.return_labels import telling as labels_telling
    from zhoudao.rooms.targets import telling as targets_telling
    from zhoudao.rooms.teamwork import telling

    for room in (
        telling, incidents_telling, flow_telling, handbooks, improvement_telling, watching, targets_telling,
        quality_telling, labels_telling, demand, pilots_telling, knowledge_telling,
    ):  # fmt: skip
        room.register_kinds()


def _gates() -> None:
    from zhoudao.conduct.flows import gates
    from zhoudao.conduct.improvement import training

    gates.guard("readiness", training.guard)


def _subscribers() -> None:
    from zhoudao.conduct.flows import asking as flow_asking
    from zhoudao.conduct.flows import conductor, followed, pushing
    from zhoudao.conduct.triage import proposing
    from zhoudao.doors.tracking import asking as tracking_asking
    from zhoudao.ground.eventlog import dispatch
    from zhoudao.rooms.bookings import handlers as bookings
    from zhoudao.rooms.cases import handlers, parcel_alerts
    from zhoudao.rooms.cases.commands import efforts
    from zhoudao.rooms.fulfilment import handlers as fulfilment
    from zhoudao.rooms.incidents import handlers as incidents
    from zhoudao.rooms.orders import handlers as orders
    from zhoudao.rooms.teamwork import telling
    from zhoudao.rooms.voice import asking, following_up, order_news

    dispatch.subscribe("teamwork", telling.TYPES, telling.on_event)
    dispatch.subscribe("cases", handlers.TYPES, handlers.on_event)
    dispatch.subscribe("incidents", incidents.TYPES, incidents.on_event)
    dispatch.subscribe("orders", orders.TYPES, orders.on_event, gather=orders.gather)
    dispatch.subscribe("fulfilment", fulfilment.TYPES, fulfilment.on_event)
    dispatch.subscribe("order_news", order_news.TYPES, order_news.on_event, gather=order_news.gather)
    dispatch.subscribe("parcel_alerts", parcel_alerts.TYPES, parcel_alerts.on_event)
    dispatch.subscribe("tracking", tracking_asking.TYPES, tracking_asking.on_event)
    dispatch.subscribe("followed", followed.TYPES, followed.on_event, gather=followed.gather)
    dispatch.subscribe("flows", conductor.TYPES, conductor.on_event)
    dispatch.subscribe("triage", proposing.TYPES, proposing.on_event)
    dispatch.subscribe("asking", flow_asking.TYPES, flow_asking.on_event)
    dispatch.subscribe("progress", pushing.TYPES, pushing.on_event)
    dispatch.subscribe("bookings", bookings.TYPES, bookings.on_event)
    dispatch.subscribe("effort", efforts.TYPES, efforts.on_event)
    dispatch.subscribe("voice", asking.TYPES, asking.on_event)
    dispatch.subscribe("after_delivery", following_up.TYPES, following_up.on_event)


def _after_sales() -> None:
    from zhoudao.doors.payments import sending as payments
    from zhoudao.ground.eventlog import dispatch
    from zhoudao.rooms.aftersales import telling as aftersales
    from zhoudao.rooms.fieldwork import handlers as fieldwork
    from zhoudao.rooms.fieldwork import telling as visit_news
    from zhoudao.rooms.pickups import handlers as pickups
    from zhoudao.rooms.pickups import telling as pickup_news
    from zhoudao.rooms.repairs import telling as repairs
    from zhoudao.rooms.return_labels import telling as label_news

    dispatch.subscribe("aftersales", aftersales.TYPES, aftersales.on_event)
    dispatch.subscribe("payments", payments.TYPES, payments.on_event)
    dispatch.subscribe("pickups", pickups.TYPES, pickups.on_event)
    dispatch.subscribe("pickup_news", pickup_news.TYPES, pickup_news.on_event)
    dispatch.subscribe("label_news", label_news.TYPES, label_news.on_event)
    dispatch.subscribe("repairs", repairs.TYPES, repairs.on_event)
    dispatch.subscribe("fieldwork", fieldwork.TYPES, fieldwork.on_event)
    dispatch.subscribe("visit_news", visit_news.TYPES, visit_news.on_event)


def _services() -> None:
    from zhoudao.conduct.flows import calls, settling
    from zhoudao.conduct.flows.registry import Call, register
    from zhoudao.rooms.cases.commands.acknowledging import acknowledge_case
    from zhoudao.rooms.cases.commands.paging import escalate_case

    def acknowledge(call: Call) -> None:
        acknowledge_case(case_id=call.object_id, at=call.at, real_now=datetime.now(UTC))

    def escalate(call: Call) -> None:
        escalate_case(case_id=call.object_id, why="promise_at_risk", at=call.at, actor=call.by.actor)

    register("aftersales.settle", settling.settle, refusals=[settling.CustomerWaits])
    register("bookings.note_call", calls.note_call)
    register("cases.acknowledge", acknowledge)
    register("cases.answered", settling.note_answered, arguments=["waits"])
    register("cases.escalate", escalate)


def _channels() -> None:
    from zhoudao.doors.channels import wiring
    from zhoudao.doors.channels.kinds.email import mailboxes
    from zhoudao.doors.cli import mailbox
    from zhoudao.doors.couriers import wiring as couriers
    from zhoudao.doors.payments import wiring as payments
    from zhoudao.doors.storefronts import wiring as storefronts
    from zhoudao.doors.tracking import wiring as tracking

    wiring.wire()
    storefronts.wire()
    tracking.wire()
    payments.wire()
    couriers.wire()
    mailbox.serve(mailboxes)


def _portal() -> None:
    from zhoudao.doors.portal import wiring

    wiring.wire()


def _webhooks() -> None:
    from zhoudao.ground.webhooks import payload, telling
    from zhoudao.rooms.aftersales.queries.listing import numbers_of as return_numbers
    from zhoudao.rooms.cases.queries.numbers import numbers_of
    from zhoudao.rooms.fieldwork.queries.visits import numbers_of as visit_numbers
    from zhoudao.rooms.incidents.queries import numbers_of as incident_numbers
    from zhoudao.rooms.orders.queries.finding import numbers_of as order_numbers
    from zhoudao.rooms.pickups.queries.pickups import numbers_of as pickup_numbers
    from zhoudao.rooms.quality.queries.notices import numbers_of as quality_numbers
    from zhoudao.rooms.repairs.queries.listing import numbers_of as repair_numbers

    telling.register_kinds()
    payload.number_objects("case", numbers_of)
    payload.number_objects("incident", incident_numbers)
    payload.number_objects("order", order_numbers)
    payload.number_objects("return", return_numbers)
    payload.number_objects("pickup", pickup_numbers)
    payload.number_objects("quality_notice", quality_numbers)
    payload.number_objects("field_visit", visit_numbers)
    payload.number_objects("repair", repair_numbers)


def _keepers() -> None:
    """Lower rooms last: what hangs on a row goes before the row."""
    from zhoudao.conduct.flows import privacy as flows
    from zhoudao.rooms.aftersales import privacy as aftersales
    from zhoudao.rooms.bookings import privacy as bookings
    from zhoudao.rooms.cases import privacy as cases
    from zhoudao.rooms.complaints import privacy as complaints
    from zhoudao.rooms.conversations import privacy as conversations
    from zhoudao.rooms.customers.keepers import keep
    from zhoudao.rooms.entrances import privacy as entrances
    from zhoudao.rooms.fieldwork import privacy as fieldwork
    from zhoudao.rooms.fulfilment import privacy as fulfilment
    from zhoudao.rooms.incidents import privacy as incidents
    from zhoudao.rooms.orders import privacy as orders
    from zhoudao.rooms.parcels import privacy as parcels
    from zhoudao.rooms.pickups import privacy as pickups
    from zhoudao.rooms.repairs import privacy as repairs
    from zhoudao.rooms.return_labels import privacy as return_labels
    from zhoudao.rooms.teamwork import privacy as teamwork
    from zhoudao.rooms.visits import privacy as visits
    from zhoudao.rooms.voice import privacy as voice
    from zhoudao.rooms.worth import privacy as worth

    upper = (flows, worth, incidents, bookings, complaints, repairs, visits, voice, teamwork, return_labels, pickups)
    for room in (*upper, aftersales, fieldwork, cases, conversations, fulfilment, parcels, orders, entrances):
        keep(room.KEEPER)


def _needs() -> None:
    """What still needs a store or team, asked before it is closed."""
    from zhoudao.conduct.flows import needing as flows
    from zhoudao.ground.accounts.closing import need
    from zhoudao.rooms.aftersales import needing as aftersales
    from zhoudao.rooms.bookings import needing as bookings
    from zhoudao.rooms.cases import needing as cases
    from zhoudao.rooms.conversations import needing as conversations
    from zhoudao.rooms.entrances import needing as entrances
    from zhoudao.rooms.fieldwork import needing as fieldwork
    from zhoudao.rooms.incidents import needing as incidents
    from zhoudao.rooms.orders import needing as orders
    from zhoudao.rooms.repairs import needing as repairs
    from zhoudao.rooms.stock import needing as stock
    from zhoudao.rooms.teamwork import needing as teamwork
    from zhoudao.rooms.visits import needing as visits

    for room in (
        conversations,
        cases,
        orders,
        aftersales,
        fieldwork,
        repairs,
        visits,
        bookings,
        stock,
        incidents,
        entrances,
        teamwork,
        flows,
    ):
        for one in room.NEEDS:
            need(one)
