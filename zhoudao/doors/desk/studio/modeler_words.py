"""The modeller's own words in the reader's language: it asks by their English text."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

_WORDS: dict[str, LazyText] = {
    "Activate hand tool": _("Move the sheet"),
    "Activate lasso tool": _("Choose several"),
    "Activate create/remove space tool": _("Make or take room"),
    "Activate global connect tool": _("Connect"),
    "Create start event": _("Add a start"),
    "Create intermediate/boundary event": _("Add an event"),
    "Create end event": _("Add an end"),
    "Create gateway": _("Add a gateway"),
    "Create task": _("Add a step"),
    "Create expanded sub-process": _("Add a sub-process"),
    "Create data object reference": _("Add a data object"),
    "Create data store reference": _("Add a data store"),
    "Create pool/participant": _("Add a pool"),
    "Create group": _("Add a group"),
    "Append end event": _("Add an end after it"),
    "Append gateway": _("Add a gateway after it"),
    "Append task": _("Add a step after it"),
    "Append intermediate/boundary event": _("Add an event after it"),
    "Add text annotation": _("Add a note"),
    "Change element": _("Change the kind"),
    "Change type": _("Change the kind"),
    "Connect to other element": _("Connect"),
    "Connect using sequence/message flow or association": _("Connect"),
    "Connect using association": _("Connect"),
    "Delete": _("Remove"),
    "Remove": _("Remove"),
    "Set color": _("Colour"),
    "Search in diagram": _("Find in the drawing"),
    "Task": _("Step"),
    "User task": _("Step a person does"),
    "Service task": _("Step the system does"),
    "Send task": _("Step that sends"),
    "Receive task": _("Step that waits for a message"),
    "Manual task": _("Step done by hand"),
    "Business rule task": _("Decision table"),
    "Script task": _("Script (not supported)"),
    "Call activity": _("Another flow"),
    "Exclusive gateway": _("Fork: one way"),
    "Parallel gateway": _("Fork: all ways"),
    "Inclusive gateway": _("Fork: some ways"),
    "Event-based gateway": _("Fork: what happens first"),
    "Complex gateway": _("Complex gateway (not supported)"),
    "Sequence flow": _("Way"),
    "Default flow": _("Way without condition"),
    "Conditional flow": _("Way with condition"),
    "Start event": _("Start"),
    "End event": _("End"),
    "Terminate end event": _("End of everything"),
    "Timer boundary event": _("At a time"),
    "Message boundary event": _("On a message"),
    "Timer intermediate catch event": _("Wait for a time"),
    "Message intermediate catch event": _("Wait for a message"),
}


def modeler_words() -> dict[str, str]:
    """English as the modeller says it → what it shows."""
    return {english: str(words) for english, words in _WORDS.items()}
