"""Why something cannot be done with a pilot: anticipated, named, said in words by the doors."""


class PilotRefusal(Exception):
    """This cannot be done with the pilot; the docstring is its message."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(self.__doc__)
        self.detail = detail
        """What a sentence about it names: stores, mostly."""


class PilotNotFound(PilotRefusal):
    """There is no such pilot."""


class PilotUnsaid(PilotRefusal):
    """A pilot has a name, a question, and says what is changed: a flow version, or in words."""


class OutcomesUnsound(PilotRefusal):
    """A pilot is judged by outcomes that are measured here, each once, and a least difference above zero."""


class DatesUnsound(PilotRefusal):
    """A pilot starts today or within a year, lasts 1 to 52 weeks, and looks back 2 to 26."""


class OwnerUnknown(PilotRefusal):
    """The owner is somebody who may look after pilots."""


class VersionUnsound(PilotRefusal):
    """This version is live everywhere already, or of another flow."""


class OneStoreOnly(PilotRefusal):
    """With one pilot store nobody can tell the change from what else happened in that store: take at least two."""


class NoControls(PilotRefusal):
    """Without stores that go on as before there is nothing to compare with: leave at least two as controls."""


class StoresUnknown(PilotRefusal):
    """A pilot is made in stores that are open, each on one side."""


class StoresTaken(PilotRefusal):
    """These stores are in another pilot of the same flow already."""


class NotAtThisStage(PilotRefusal):
    """The pilot is at another stage."""


class ChecklistOpen(PilotRefusal):
    """Some things are not ticked yet: tick them, or say why it goes on without."""


class ItemUnsound(PilotRefusal):
    """There is no such item, it says nothing, or there are forty already."""


class DecisionUnsound(PilotRefusal):
    """Choose what becomes of it and why; another reason needs a few words."""
