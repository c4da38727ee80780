"""What a payment service says of a refund, in our words; and why one is not paid, as codes with words for people."""

from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.models import Refund

PAID, PROCESSING, REFUSED, UNHEARD, ABSENT = "paid", "processing", "refused", "unheard", "absent"
MISMATCH, NO_ANSWER = "mismatch", "no_answer"

# It is not paid, and a person looks.
STUCK_FOR = {
    "no_answer": pgettext_lazy("refund stuck because", "the payment service does not say whether it paid"),
    "mismatch": pgettext_lazy("refund stuck because", "the payment service names another amount than ours"),
    "abnormal": pgettext_lazy(
        "refund stuck because", "the customer's bank did not take it: finish it on the payment service's own pages"
    ),
    "not_enough": pgettext_lazy("refund stuck because", "there is not enough money on our account there"),
    "account": pgettext_lazy("refund stuck because", "the customer's account there is closed or barred"),
    "not_there": pgettext_lazy("refund stuck because", "the payment service does not know this payment"),
    "closed": pgettext_lazy("refund stuck because", "the payment service closed it"),
    "not_allowed": pgettext_lazy("refund stuck because", "our account there may not pay back"),
    "unsound": pgettext_lazy("refund stuck because", "the payment service says that something in it is wrong"),
    "refused": pgettext_lazy("refund stuck because", "the payment service refuses it, such as too late or too much"),
    "gone": pgettext_lazy("refund stuck because", "its payment service is not set up any more"),
}
# The service says of one that is settled what cannot be: it stays as it is, and a person looks.
AT_ODDS_FOR = {
    "paid_unasked": pgettext_lazy("refund at odds", "the payment service says it paid, before it was to"),
    "paid_after_all": pgettext_lazy("refund at odds", "the payment service says it paid, though it was refused"),
    "paid_twice": pgettext_lazy("refund at odds", "the payment service says it paid, though it was paid by hand"),
    "unpaid": pgettext_lazy("refund at odds", "the payment service says it did not pay, after it said it had"),
    "other_amount": pgettext_lazy("refund at odds", "the payment service names another amount, after it was settled"),
}
# Why there was no answer, last time.
UNHEARD_FOR = {
    "not_trusted": pgettext_lazy("payment service", "It does not accept our key or signature."),
    "not_signed": pgettext_lazy("payment service", "Its answers are not signed with the key we know."),
    "unreachable": pgettext_lazy("payment service", "It cannot be reached."),
    "too_slow": pgettext_lazy("payment service", "It takes too long to answer."),
    "long_answer": pgettext_lazy("payment service", "It answers more than we take."),
    "forbidden": pgettext_lazy("payment service", "This address may not be asked."),
    "busy": pgettext_lazy("payment service", "It asks us to be slower."),
    "broken": pgettext_lazy("payment service", "It answers with errors."),
}
TROUBLES = {**STUCK_FOR, **AT_ODDS_FOR, **UNHEARD_FOR}
name_codes({f"stuck_{code}": words for code, words in STUCK_FOR.items()})
name_codes({f"at_odds_{code}": words for code, words in AT_ODDS_FOR.items()})


@frozen
class Said:
    """What it says of one refund. `what`: paid; processing (it will be, later); refused, for `trouble`; absent (it
    knows no such refund); unheard (no answer that counts: it may have paid), for `trouble`.

    With paid and processing it names its amount; `reference` is what it calls the refund.
    """

    what: str
    trouble: str = ""
    reference: str = ""
    amount_minor: int = 0
    currency: str = ""

    def differs_from(self, refund: Refund) -> bool:
        """Whether it names another amount or currency than ours."""
        named = self.what in (PAID, PROCESSING)
        return named and (self.amount_minor, self.currency) != (refund.amount_minor, refund.currency)
