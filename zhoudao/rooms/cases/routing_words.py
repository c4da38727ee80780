"""Routing's codes in words: why somebody was given a case, why others were not, why it waits."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import name_codes

# why a case has somebody
CHOSEN: dict[str, LazyText] = {
    "adviser": pgettext_lazy("routing", "the customer's dedicated adviser"),
    "known": pgettext_lazy("routing", "knows the customer from their last case"),
    "least_loaded": pgettext_lazy("routing", "least busy for their capacity of all who can do it"),
    "only_one": pgettext_lazy("routing", "the only one free who can do it"),
    "next": pgettext_lazy("routing", "asked for the next case"),
}
# why a case waits
WAITS: dict[str, LazyText] = {
    "held_adviser": pgettext_lazy("routing", "kept for the customer's adviser, who is busy"),
    "held_known": pgettext_lazy("routing", "kept for whoever knows the customer, who is busy"),
    "all_full": pgettext_lazy("routing", "everybody who can do it is busy"),
    "nobody_here": pgettext_lazy("routing", "everybody who can do it is away or off shift"),
    "nobody_able": pgettext_lazy("routing", "nobody in the team has the language or skill"),
    "nobody_in_team": pgettext_lazy("routing", "the team has no people"),
    "line": pgettext_lazy("routing", "others have waited longer"),
    "pull": pgettext_lazy("routing", "the team takes its cases itself, in order"),
    "no_rule": pgettext_lazy("routing", "no rule fits it"),
    "team_gone": pgettext_lazy("routing", "the rule names a team there is not"),
    "overflow_gone": pgettext_lazy("routing", "the team that should help out does not exist"),
}
# what was found of each person
CODES: dict[str, LazyText] = {
    "free": pgettext_lazy("routing", "free"),
    "full": pgettext_lazy("routing", "no room"),
    "saving_room": pgettext_lazy("routing", "keeps room for a larger case ahead"),
    "away": pgettext_lazy("routing", "away"),
    "off_shift": pgettext_lazy("routing", "off shift"),
    "language": pgettext_lazy("routing", "does not speak the language"),
    "skill": pgettext_lazy("routing", "lacks the skill"),
    "no_capacity": pgettext_lazy("routing", "takes no cases"),
    "other_team": pgettext_lazy("routing", "of another team"),
}
# why somebody takes a case that is not their next one
TAKING: dict[str, LazyText] = {
    "customer_asked": pgettext_lazy("taking", "The customer reached me directly"),
    "know_matter": pgettext_lazy("taking", "I know this matter already"),
    "same_customer": pgettext_lazy("taking", "I am working on another case of this customer"),
    "lead_asked": pgettext_lazy("taking", "My team lead asked me to"),
    "cannot_wait": pgettext_lazy("taking", "It cannot wait"),
    "other": pgettext_lazy("taking", "Another reason, told to the team lead"),
}
# why somebody above should look
ESCALATED: dict[str, LazyText] = {
    "promise_at_risk": pgettext_lazy("escalated", "a promise is at risk"),
    "nobody_on_call": pgettext_lazy("escalated", "nobody is on call"),
    "nobody_reached": pgettext_lazy("escalated", "everybody on call was paged and nobody took it"),
    "paging_taken": pgettext_lazy("escalated", "somebody took the case"),
    "paging_answered": pgettext_lazy("escalated", "a colleague answered"),
    "paging_over": pgettext_lazy("escalated", "the case is no longer urgent, or over"),
}
WITHOUT_END = ("no_rule", "team_gone", "overflow_gone", "nobody_able", "nobody_in_team")  # a lead has to look
name_codes({**CHOSEN, **WAITS, **TAKING, **ESCALATED})
