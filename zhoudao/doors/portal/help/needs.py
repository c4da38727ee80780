"""What customers come for, and what each form asks."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Kind


@frozen
class Need:
    """One thing a customer may need: `asks` are the fields beyond words, files and who they are."""

    code: str
    words: LazyText
    hint: LazyText
    kind: str
    asks: tuple[str, ...] = ()
    needs_order: bool = False
    needs_phone: bool = False


NEEDS: dict[str, Need] = {
    need.code: need
    for need in (
        Need(
            "order",
            _("Order and delivery"),
            _("Where is it, change it, invoice"),
            Kind.INQUIRY,
            ("order_number",),
            True,
        ),
        Need(
            "return",
            _("Return, exchange or repair"),
            _("Something is broken, wrong or not wanted"),
            Kind.AFTER_SALES,
            ("order_number", "wish", "serial"),
        ),
        Need("question", _("Question about a product"), _("Before or after you bought it"), Kind.INQUIRY),
        Need("advice", _("Advice and special wishes"), _("Choosing, fitting, long-term care"), Kind.VALUE_ADDED),
        Need(
            "call",
            _("Call me back"),
            _("We ring you at a time that suits you"),
            Kind.INQUIRY,
            ("call_time",),
            needs_phone=True,
        ),
        Need("complaint", _("Complaint"), _("We look into it and answer you"), Kind.COMPLAINT, ("order_number",)),
        Need("suggestion", _("Praise or suggestion"), _("What should we keep, what do better"), Kind.FEEDBACK),
    )
}
WISHES: tuple[tuple[str, LazyText], ...] = (
    ("", _("Not sure yet")),
    ("return", _("Give it back")),
    ("exchange", _("Exchange it")),
    ("repair", _("Have it repaired")),
)
CALL_TIMES: tuple[tuple[str, LazyText], ...] = (
    ("", _("Any time")),
    ("morning", _("In the morning")),
    ("afternoon", _("In the afternoon")),
    ("evening", _("In the evening")),
)
