"""What a device is, what is wrong with it in the customer's words and in ours, and where its repair stands."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    """What a device is."""

    WASHER = "washer", pgettext_lazy("device", "Washing machine")
    FRIDGE = "fridge", pgettext_lazy("device", "Refrigerator")
    AIR_CONDITIONER = "air_conditioner", pgettext_lazy("device", "Air conditioner")
    WATER_HEATER = "water_heater", pgettext_lazy("device", "Water heater")
    TELEVISION = "television", pgettext_lazy("device", "Television")
    COOKER = "cooker", pgettext_lazy("device", "Cooker or hood")
    PHONE = "phone", pgettext_lazy("device", "Phone")
    COMPUTER = "computer", pgettext_lazy("device", "Computer")
    FURNITURE = "furniture", pgettext_lazy("device", "Furniture")
    OTHER = "other", pgettext_lazy("device", "Something else")


class Part(models.TextChoices):
    """Parts that may have a warranty of their own."""

    MAINBOARD = "mainboard", pgettext_lazy("part of a device", "Mainboard")
    MOTOR = "motor", pgettext_lazy("part of a device", "Motor")
    COMPRESSOR = "compressor", pgettext_lazy("part of a device", "Compressor")
    SCREEN = "screen", pgettext_lazy("part of a device", "Screen")
    BATTERY = "battery", pgettext_lazy("part of a device", "Battery")


class Symptom(models.TextChoices):
    """What is wrong, as the customer chooses."""

    DEAD = "dead", pgettext_lazy("what is wrong", "It does not start")
    LEAK = "leak", pgettext_lazy("what is wrong", "It leaks")
    NOISE = "noise", pgettext_lazy("what is wrong", "It is loud or shakes")
    COLD = "cold", pgettext_lazy("what is wrong", "It does not heat")
    WARM = "warm", pgettext_lazy("what is wrong", "It does not cool")
    PICTURE = "picture", pgettext_lazy("what is wrong", "The picture or sound is bad")
    POWER = "power", pgettext_lazy("what is wrong", "The battery or plug fails")
    CODE = "code", pgettext_lazy("what is wrong", "It shows an error code")
    BROKEN = "broken", pgettext_lazy("what is wrong", "A part is broken or loose")
    OTHER = "other", pgettext_lazy("what is wrong", "Something else")


class Fault(models.TextChoices):
    """What it is, as triage judges."""

    SUPPLY = "supply", pgettext_lazy("fault", "Power supply")
    CONTROL = "control", pgettext_lazy("fault", "Control electronics")
    MOTOR = "motor", pgettext_lazy("fault", "Motor or bearing")
    PUMP = "pump", pgettext_lazy("fault", "Pump or drain")
    SEAL = "seal", pgettext_lazy("fault", "Seal or hose")
    HEATING = "heating", pgettext_lazy("fault", "Heating")
    COOLING = "cooling", pgettext_lazy("fault", "Cooling circuit")
    SCREEN = "screen", pgettext_lazy("fault", "Screen")
    BATTERY = "battery", pgettext_lazy("fault", "Battery or charger")
    BODY = "body", pgettext_lazy("fault", "Housing or fitting")
    USE = "use", pgettext_lazy("fault", "Set up or used otherwise than meant")
    UNKNOWN = "unknown", pgettext_lazy("fault", "Not known yet")


class Severity(models.TextChoices):
    """What an error code asks of whoever has the device."""

    WATCH = "watch", pgettext_lazy("error code", "It may be used on")
    REPAIR = "repair", pgettext_lazy("error code", "It needs a repair")
    STOP = "stop", pgettext_lazy("error code", "Do not use it: switch it off")


class ReadState(models.TextChoices):
    """How far the reading of a photo is."""

    ASKED = "asked", pgettext_lazy("photo", "Waiting")
    READING = "reading", pgettext_lazy("photo", "Being read")
    READ = "read", pgettext_lazy("photo", "Read")
    UNREAD = "unread", pgettext_lazy("photo", "Could not be read")


class Place(models.TextChoices):
    """Where it is repaired."""

    BENCH = "bench", pgettext_lazy("repair", "In the workshop")
    FIELD = "field", pgettext_lazy("repair", "At the customer's")


class State(models.TextChoices):
    """Where a repair stands."""

    REPORTED = "reported", pgettext_lazy("repair", "To be looked at")
    TRIAGED = "triaged", pgettext_lazy("repair", "Quote to be made")
    QUOTED = "quoted", pgettext_lazy("repair", "Quote with the customer")
    APPROVED = "approved", pgettext_lazy("repair", "To be repaired")
    WAITING = "waiting", pgettext_lazy("repair", "Parts are missing")
    IN_REPAIR = "in_repair", pgettext_lazy("repair", "Being repaired")
    DONE = "done", pgettext_lazy("repair", "To be checked")
    READY = "ready", pgettext_lazy("repair", "To be handed back")
    HANDED = "handed", pgettext_lazy("repair", "Handed back")
    CLOSED = "closed", pgettext_lazy("repair", "Done")
    DECLINED = "declined", pgettext_lazy("repair", "Quote declined")
    BEYOND = "beyond", pgettext_lazy("repair", "Beyond repair")
    CANCELLED = "cancelled", pgettext_lazy("repair", "Cancelled")


class Handing(models.TextChoices):
    """How a device comes back to its customer."""

    COUNTER = "counter", pgettext_lazy("handed back", "Over the counter")
    PARCEL = "parcel", pgettext_lazy("handed back", "By parcel")
    THERE = "there", pgettext_lazy("handed back", "It stayed where it is")


class PhotoOf(models.TextChoices):
    """When a photo was taken."""

    REPORTED = "reported", pgettext_lazy("photo of a repair", "From the customer")
    BEFORE = "before", pgettext_lazy("photo of a repair", "Before")
    AFTER = "after", pgettext_lazy("photo of a repair", "After")


OVER = (State.CLOSED, State.DECLINED, State.BEYOND, State.CANCELLED)
OPEN = tuple(state for state in State if state not in OVER)
BEFORE_WORK = (State.REPORTED, State.TRIAGED, State.QUOTED, State.APPROVED, State.WAITING)
