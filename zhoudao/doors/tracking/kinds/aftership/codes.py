"""AfterShip's words for carriers and states, and ours."""

STATES = {
    "Pending": "pending",
    "InfoReceived": "info_received",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AttemptFail": "attempt_fail",
    "AvailableForPickup": "available_for_pickup",
    "Delivered": "delivered",
    "Exception": "exception",
    "Expired": "expired",
}
SLUGS = {
    "sf": "sf-express",
    "jd": "jd-express",
    "ems": "china-ems",
    "zto": "zto-express",
    "yto": "yto",
    "sto": "sto",
    "yunda": "yunda-express",
    "jt": "jtexpress-cn",
    "deppon": "deppon",
}
_OURS = {slug: code for code, slug in SLUGS.items()}


def slug_of(carrier: str) -> str:
    """A carrier of ours as AfterShip calls it."""
    return SLUGS.get(carrier, carrier)


def carrier_of(slug: str) -> str:
    """A carrier of AfterShip's as we call it."""
    return _OURS.get(slug, slug)
