"""What the desk says back: refusals in the reader's language, and short notices."""

import json

from django.http import HttpResponse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.doors.desk.repair_words import REPAIRS
from zhoudao.doors.desk.return_words import RETURNS
from zhoudao.doors.desk.visit_words import VISITS

_REFUSALS: dict[str, LazyText] = {
    "CaseNotFound": gettext_lazy("There is no such case."),
    "CaseAlreadyClosed": gettext_lazy("This case is closed."),
    "CustomerForgotten": gettext_lazy("This customer was forgotten: nothing is left to answer."),
    "CaseNotClosed": gettext_lazy("This case is still open."),
    "CaseMerged": gettext_lazy("This case was merged into another one; open that one instead."),
    "CaseNotMerged": gettext_lazy("This case is not merged into another one."),
    "SurvivorMerged": gettext_lazy(
        "The case it was merged into was itself merged into another; take that one apart first."
    ),
    "CaseNotSplit": gettext_lazy("Nothing was split off this case, or it is back already."),
    "NothingToSplit": gettext_lazy("Choose at least one of the customer's messages, and leave at least one."),
    "MessageNotFound": gettext_lazy("These messages are not in this case any more."),
    "TopicUnknown": gettext_lazy("Choose a topic and an urgency from the list."),
    "NotYours": gettext_lazy("This case belongs to another team."),
    "ReasonMissing": gettext_lazy(
        "Say why the case is handed over: one of the reasons, and for another reason a few words."
    ),
    "TransferNotAllowed": gettext_lazy("Your role does not hand cases over; ask a team lead."),
    "OutOfOrder": gettext_lazy("This is not your next case. Say why you take it first, or take the next one."),
    "AtCapacity": gettext_lazy("You hold as many cases as your capacity allows. Finish or snooze one first."),
    "NoSuchMember": gettext_lazy("This colleague takes no cases yet."),
    "TermsUnsound": gettext_lazy("A capacity lies between 0 and 500; a skill is one word without commas."),
    "TeamWithoutHours": gettext_lazy("This team has no working hours yet; choose them first."),
    "OutcomeMissing": gettext_lazy("Choose an outcome and a cause first."),
    "MemberUnavailable": gettext_lazy("Choose somebody who takes cases of this team."),
    "NothingToSend": gettext_lazy("There is no text to send."),
    "NoConversation": gettext_lazy("This case has no conversation to write in."),
    "SameCase": gettext_lazy("That is the same case."),
    "MomentPassed": gettext_lazy("Choose a moment that lies ahead."),
    "PromiseNotRunning": gettext_lazy("This promise is not running any more."),
    "SettledByResolving": gettext_lazy("This promise is kept by resolving the case."),
    "WayUnknown": gettext_lazy("The customer cannot be answered by this way any more; choose another."),
    "WayTaken": gettext_lazy(
        "This address is another customer's at this mailbox; join the two first, or choose another way."
    ),
    "WayMissing": gettext_lazy("Say how it was done."),
    "PromiseNotMissed": gettext_lazy("This promise was not missed."),
    "CasesStillOpen": gettext_lazy("Close these cases first: {detail}"),
    "WholeCompanyOnly": gettext_lazy(
        "A person's data lies in every store: only who works for the whole company may hand it out or erase it."
    ),
    "OrganisationNotFound": gettext_lazy("There is no such organisation."),
    "OrganisationUnnamed": gettext_lazy("Give it a name."),
    "OrganisationUnsound": gettext_lazy("A promise lies between a minute and a year; choose from what is offered."),
    "DomainShared": gettext_lazy("Everybody may have an address there: {detail}"),
    "DomainUnsound": gettext_lazy("This is no mail domain: {detail}"),
    "DomainTaken": gettext_lazy("Another organisation has this mail domain: {detail}"),
    "AlreadyContact": gettext_lazy("This customer is already a contact of an organisation; end that first."),
    "NotContact": gettext_lazy("This customer is no contact of this organisation."),
    "ErasureUnsound": gettext_lazy("Choose one of the reasons."),
    "ReasonUnknown": gettext_lazy("Choose one of the reasons."),
    "EmailTaken": gettext_lazy("Somebody already signs in with this e-mail address."),
    "ReplyNotYours": gettext_lazy("Only who wrote a reply can take it back."),
    "NotFailed": gettext_lazy("Only what failed can be tried again."),
    "EnclosureGone": gettext_lazy("A file of this reply is no longer there; look at what is enclosed and send again."),
    "FilesTooMany": gettext_lazy("At most 5 files fit in one message."),
    "FilesTooLarge": gettext_lazy("A file may have up to 20 MB, a message up to 25 MB."),
    "NotUnconfirmed": gettext_lazy("It is known by now what became of this answer."),
    "MessageEmpty": gettext_lazy("There is no text to send."),
    "MessageTooLong": gettext_lazy("This text is too long."),
    "MayNotUnmask": gettext_lazy("You may not see personal data in clear."),
    "NothingToShow": gettext_lazy("There is nothing of this kind to show."),
    "LastAdministrator": gettext_lazy("Somebody must stay administrator."),
    "RuleUnsound": gettext_lazy("A promise lies between a minute and a year and warns at 1 to 99 per cent."),
    "RatesUnsound": gettext_lazy(
        "An answer or an error takes between 1 and 240 minutes, a minute costs something, but less than ten thousand."
    ),
    "FollowUpUnsound": gettext_lazy(
        "Ask within 30 days, rest at most a year, and give both ends of the quiet hours or none."
    ),
    "NotAComplaint": gettext_lazy("Only complaints are answered on record."),
    "AnswerWordless": gettext_lazy("Write down what was said."),
    "AnswerUnsound": gettext_lazy("Choose how and why, a moment in the last 31 days, and a cost that is not negative."),
    "FileTooLarge": gettext_lazy("This file is larger than 20 MB."),
    "FileEmpty": gettext_lazy("This file is empty."),
    "CauseUnsound": gettext_lazy(
        "A cause needs a name of at most 60 characters; at most 60 are kept, and one is always offered."
    ),
    "CauseNotFound": gettext_lazy("There is no such cause."),
    "ReplyNotFound": gettext_lazy("There is no such canned reply."),
    "ReplyUntitled": gettext_lazy("Give it a title."),
    "ReplyWordless": gettext_lazy("Write the text in one language at least."),
    "ShareNotAllowed": gettext_lazy("You may not write for these readers."),
    "VariableUnknown": gettext_lazy("There is no variable of this name: {detail}"),
    "VariablesOpen": gettext_lazy("Fill in or delete first: {detail}"),
    "CustomerNotFound": gettext_lazy("There is no such customer."),
    "SameCustomer": gettext_lazy("These are already one customer."),
    "AlreadyMerged": gettext_lazy("This customer was already joined with another; separate them first."),
    "NotMerged": gettext_lazy("This customer is not joined with another."),
    "ProfileUnsound": gettext_lazy("Choose from what is offered."),
    "PersonUnknown": gettext_lazy("There is no such person."),
    "BeyondOwnRights": gettext_lazy(
        "This reaches beyond your own rights: you give and take only roles you hold yourself, where you hold them."
    ),
    "BeyondOwnStores": gettext_lazy("A key reaches no further than you do: choose a store of your own."),
    "ZoneUnknown": gettext_lazy("There is no such time zone."),
    "NoSuchZone": gettext_lazy("There is no such time zone; one is called Asia/Shanghai, for example."),
    "CodeUnsound": gettext_lazy("A code begins with a letter and has small letters, digits, - and _, at most 40."),
    "CodeTaken": gettext_lazy("There is one with this code already."),
    "NameMissing": gettext_lazy("Give it a name in at least one language, of at most 60 characters."),
    "NoSuchKind": gettext_lazy("Choose from what is offered."),
    "PlaceUnknown": gettext_lazy("There is no such store or team."),
    "TeamIsClosed": gettext_lazy("This team is closed; choose another."),
    "PlaceNeeded": gettext_lazy("It cannot be closed yet: something still needs it."),
    "StoreStillClosed": gettext_lazy("Open its store first."),
    "NoSuchHours": gettext_lazy("Choose its working hours."),
    "HoursIncomplete": gettext_lazy("Say from when until when, or leave both empty."),
    "MacroNotFound": gettext_lazy("There is no such macro."),
    "MacroEmpty": gettext_lazy("Say what shall be done."),
    "NothingChosen": gettext_lazy("Choose cases first."),
    "CaseChanged": gettext_lazy("Somebody has changed this case since."),
    "ViewNotFound": gettext_lazy("There is no such view."),
    "ConditionUnknown": gettext_lazy("What this view asks for does not exist: {detail}"),
    "GoodwillUnknown": gettext_lazy("Choose what is granted: a refund, a gift, express delivery or a waiver."),
    "AmountUnsound": gettext_lazy("The amount must be above zero, and no finer than the currency."),
    "GoodwillWordless": gettext_lazy("Say why in a few words."),
    "NobodyApproves": gettext_lazy("This is above your limits, and nobody above you can approve it for this case."),
    "ApprovalNotFound": gettext_lazy("There is no such approval."),
    "ApprovalOver": gettext_lazy("This was decided or withdrawn already."),
    "OwnApproval": gettext_lazy("Nobody approves what they asked for themselves."),
    "DeputyUnsound": gettext_lazy("Choose a colleague, and a day within three months."),
    "RoleUnknown": gettext_lazy("There is no such role."),
    "LimitUnsound": gettext_lazy("Limits are not below zero, and one case is not above one month."),
    "ErrandOver": gettext_lazy("This was answered or withdrawn already."),
    "ErrandEmpty": gettext_lazy("Write a few words."),
    "TeamGone": gettext_lazy("Choose a department."),
    "LineUnknown": gettext_lazy("This store has no queue."),
    "NeedUnknown": gettext_lazy("Choose what it is for."),
    "LineClosed": gettext_lazy("No numbers are given just now."),
    "NumberPhoneUnsound": gettext_lazy("This is no telephone number."),
    "VisitNotFound": gettext_lazy("There is no such number."),
    "VisitOver": gettext_lazy("This number is not in the queue any more."),
    "VisitNotCalled": gettext_lazy("Call this number first."),
    "VisitElsewhere": gettext_lazy("Another counter has called this number already."),
    "StillServing": gettext_lazy("Finish the number at your counter first."),
    "NobodyWaits": gettext_lazy("Nobody waits for what you serve."),
    "CounterUnnamed": gettext_lazy("Say at which counter you stand."),
    "StepUnknown": gettext_lazy("There is no such step of this visit."),
    "NeedUnsound": gettext_lazy(
        "A need has a name, a letter no other need has, and at most eight steps; at most twelve are offered."
    ),
    "OrderNotFound": gettext_lazy("There is no such order."),
    "OrderOver": gettext_lazy("This order is completed or cancelled already."),
    "AlreadyOnItsWay": gettext_lazy("The goods have left: they can only be returned."),
    "CancelReasonUnknown": gettext_lazy("Choose why it is cancelled."),
    "OrdersStillOpen": gettext_lazy(
        "Somebody still has to know where the goods of these orders go; complete or cancel them first: {detail}"
    ),
    "OrderHeld": gettext_lazy("Something still holds it; release that first."),
    "ParcelNotFound": gettext_lazy("There is no such parcel."),
    "ParcelOver": gettext_lazy("This parcel was delivered already."),
    "StorefrontUnsound": gettext_lazy(
        "A shop has a code of letters, digits and -, an open store, a currency such as CNY, and a secret of at least "
        "eight characters."
    ),
    "StorefrontCodeTaken": gettext_lazy("There is a shop with this code already."),
    "SourceCodeTaken": gettext_lazy("There is a source with this code already."),
    "OrderNotApproved": gettext_lazy("Only an approved order is handed over; clear up first what holds it."),
    "CarrierUnsound": gettext_lazy("Choose the carrier."),
    "TrackingNumberUnsound": gettext_lazy(
        "A tracking number has 4 to 40 letters and digits; only our own delivery does without one."
    ),
    "TrackingNumberTaken": gettext_lazy("This carrier has another parcel with this number; look at the label again."),
    "ParcelEmpty": gettext_lazy("Say how many of what are in the parcel."),
    "MoreThanOrdered": gettext_lazy("That is more than is still to be handed over."),
    "GoodsNotThere": gettext_lazy(
        "Some of it is not kept for this order there: it still waits for goods, or lies in another warehouse."
    ),
    "HoldNotFound": gettext_lazy("Nothing of this kind holds an order."),
    "HoldOver": gettext_lazy("A colleague has ended this already."),
    "EndsByItself": gettext_lazy(
        "This ends by itself: when the goods are back, or the payment is noted on the page of its return."
    ),
    "NothingTakenOut": gettext_lazy(
        "Say how many pieces of which line: at least one, and not all of the order; cancel it for that."
    ),
    "PickingBegun": gettext_lazy(
        "Somebody has begun to pick it: stop or cancel the whole order, or take single pieces back once they arrived."
    ),
    "SentInParts": gettext_lazy(
        "This order is sent in several parts: cancel all of it, or take single pieces back once they arrived."
    ),
    "ShopOwnsIt": gettext_lazy("This order was placed in an online shop: cancel pieces there, and it changes here."),
    "LineSpokenFor": gettext_lazy(
        "A device or money given back belongs to a line of which nothing would stay: leave one piece of it, or cancel"
        " the whole order."
    ),
    "HoldTaken": gettext_lazy("A colleague works on this already."),
    "HoldAlreadyOpen": gettext_lazy("The order is held for this reason already."),
    "HoldUnsaid": gettext_lazy("Say why it is held, and until when somebody looks."),
    "OutcomeUnsaid": gettext_lazy("Say whether something was wrong: the detector learns from it."),
    "AlreadyApproved": gettext_lazy("It is approved or over already; hold it first to change it."),
    "PricesUnsound": gettext_lazy("At most two thousand prices at once, each of a SKU, none below zero."),
    "NothingChanged": gettext_lazy("Nothing was changed."),
    "ServiceUnknown": gettext_lazy("This cannot be booked here."),
    "SlotTaken": gettext_lazy("Somebody was faster. Choose another time."),
    "BookingNotFound": gettext_lazy("There is no such booking."),
    "BookingOver": gettext_lazy("This booking is over, or under way already."),
    "TooLateToChange": gettext_lazy("It begins too soon to be changed."),
    "ContactUnsound": gettext_lazy("This is no telephone number, or no mail address."),
    "ContactMissing": gettext_lazy("Give a name, and a phone number or a mail address."),
    "NotArrived": gettext_lazy("Note first that they have arrived."),
    "OutcomeUnknown": gettext_lazy("Choose what came of it."),
    "NotYourCall": gettext_lazy("The number is shown to whoever promised this call, as long as it is to be made."),
    "TooEarly": gettext_lazy("It has not begun yet."),
    "ServiceUnsound": gettext_lazy(
        "Give it a name and five minutes to eight hours; whoever has a skill needs the skill; where nobody in "
        "particular does it, a store needs opening hours and a place."
    ),
    "RemindersUnsound": gettext_lazy(
        "Reminders lie up to a week before, the first before the second; quiet hours have a beginning and an end."
    ),
    "ResourceUnsound": gettext_lazy("Places need a name, and there are one to fifty of them."),
    "ResourceInUse": gettext_lazy("A service takes these places; choose others there first."),
    "AbsenceUnsound": gettext_lazy("An absence ends after it begins, lies ahead, and lasts at most a year."),
    "WarehouseUnknown": gettext_lazy("Choose a place that is yours."),
    "WarehouseClosed": gettext_lazy("This place is closed: nothing comes in or is kept there."),
    "WarehouseNotEmpty": gettext_lazy("Goods lie, are reserved or are expected there; move them first."),
    "WarehouseUnsound": gettext_lazy("Latitude and longitude go together; priority is between 0 and 999."),
    "SkuUnsound": gettext_lazy("An item's number has one to eighty characters."),
    "SkuUnknown": gettext_lazy("There is no such item here."),
    "ItemUnknown": gettext_lazy(
        "No item has this number or barcode: {detail}. If it is a new one, say so and scan it again."
    ),
    "QuantityUnsound": gettext_lazy("A quantity is a whole number from 1 to 1,000,000."),
    "NothingAsked": gettext_lazy("Say which items, and how many."),
    "PlaceFull": gettext_lazy("This place sends no parcel more on that day."),
    "PlaceUnable": gettext_lazy(
        "This place does not have all that is still to be sent, or sends no parcel more this week: {detail}"
    ),
    "NothingToAllocate": gettext_lazy("Nothing is kept for this order that could be sent from elsewhere."),
    "WhyMoved": gettext_lazy("Say why it is sent from another place."),
    "NothingAhead": gettext_lazy("All of it is there, or none: there is nothing to send ahead."),
    "RehearsalUnsound": gettext_lazy(
        "Name criteria in an order, such as `parcels, distance:100`, and at most three months."
    ),
    "NoneNamed": gettext_lazy("Name the orders that go with it, at most nineteen."),
    "NotReadyTogether": gettext_lazy(
        "Together go approved orders that nobody picks yet, that nothing holds, of which nothing was cancelled and that"
        " are sent in one go: {detail}."
    ),
    "NotOneParcel": gettext_lazy(
        "Together go orders of one customer and store to the same person at the same address: not {detail}."
    ),
    "NotPaidAlike": gettext_lazy(
        "Together go orders of one currency that are all paid, or all not paid yet: not {detail}."
    ),
    "GoesWithAnother": gettext_lazy("This order goes out with {detail}: change that one, or separate them first."),
    "OthersGoWithIt": gettext_lazy("Other orders go out with this one: separate them first."),
    "NothingTogether": gettext_lazy("No other order goes with this one."),
    "NotInParts": gettext_lazy("This order is sent in one go already."),
    "NotEnough": gettext_lazy("Not as many are available: {detail}"),
    "NothingHeld": gettext_lazy("Not as many are reserved for this."),
    "NothingShipped": gettext_lazy("Not as many were shipped for this."),
    "CorrectionUnexplained": gettext_lazy("Choose why; what is damaged or past its date makes fewer, never more."),
    "KeyReused": gettext_lazy("This form was sent before with something else; load the page again."),
    "BatchUnsound": gettext_lazy(
        "A batch is letters, digits and . / _ + : # * -, at most thirty, and begins with a letter or digit."
    ),
    "BatchesUnsound": gettext_lazy(
        "Of each batch there is at least one, and of all batches of a line no more than are handed over."
    ),
    "BatchStopped": gettext_lazy("This batch is not to leave: {detail}. Put it aside and take another."),
    "BatchUnsaid": gettext_lazy("A batch of {detail} is stopped: say of every piece which batch it is of."),
    "BarcodeTaken": gettext_lazy("Another item has this barcode."),
    "SamePlace": gettext_lazy("Choose another place to send to."),
    "ExpectedUnknown": gettext_lazy("Not as many are expected here."),
    "DateUnsound": gettext_lazy("The date lies between yesterday and two years from now."),
    "CountNotFound": gettext_lazy("There is no such stock-take."),
    "CountOver": gettext_lazy("This stock-take is over."),
    "CountEmpty": gettext_lazy("Nothing has been counted yet."),
    "CountStale": gettext_lazy("Goods moved since this was counted; count it again: {detail}"),
    "WaveNotFound": gettext_lazy("There is no such wave."),
    "WaveEmpty": gettext_lazy("No order waits to be picked here: choose another place or a later time."),
    "WaveUnsound": gettext_lazy("A wave has a method, and takes 1 to 50 orders, into totes at most 16."),
    "WaveElsewhere": gettext_lazy("The wave has moved on meanwhile; look at it again."),
    "WaveHeld": gettext_lazy("This wave is held; somebody has to let it go on first."),
    "PickedByAnother": gettext_lazy("A colleague picks this wave; take it over first."),
    "NothingToLabel": gettext_lazy("No parcel of this wave is picked or packed yet: there is nothing to label."),
    "FormatUnsound": gettext_lazy("Choose one of the formats of labels."),
    "NothingToPick": gettext_lazy("That is picked or noted already; go on with what is shown."),
    "ToteNotFound": gettext_lazy("There is no such tote or order here: {detail}"),
    "ToteElsewhere": gettext_lazy("This tote is not to be packed now."),
    "ToteStopped": gettext_lazy("The order was stopped: put its goods back."),
    "ToteIncomplete": gettext_lazy("Not everything was scanned into the parcel yet."),
    "WeightUnsound": gettext_lazy("A weight is a whole number of grams from 1 to 1,000,000."),
    "WeightOff": gettext_lazy("The weight is not what it should be: pack again, or have a lead say why it is right."),
    "WeightUnexplained": gettext_lazy("Choose why this weight is right."),
    "BinUnsound": gettext_lazy("A bin is called by letters, digits, dots and hyphens, at most forty, such as A-03-12."),
    "TileUnsound": gettext_lazy(
        "A tile has a name, a drawing and something it opens; a link begins with https://, and at most 24 are kept."
    ),
    "AppKeyUnsound": gettext_lazy(
        "A key has a name, and a word of small letters, digits and hyphens for its users; at most fifty are kept."
    ),
    "OriginUnsound": gettext_lazy("A page is named like https://shop.example, and at most ten are kept. {detail}"),
    "GatewayUnsound": gettext_lazy("This is no public web address; it begins with https://."),
    "AddressUnsound": gettext_lazy("This is no public web address; it begins with https://."),
    "TypesUnknown": gettext_lazy("Choose at least one kind of event."),
    "StoreBeyondReach": gettext_lazy("Choose a store of your own."),
    "TooManyWebhooks": gettext_lazy("There are a hundred webhooks, and there cannot be more; delete one first."),
    "StillBeingSent": gettext_lazy("This delivery waits already to be sent."),
    "TooHasty": gettext_lazy("A test is under way; wait for its result."),
    "IncidentNotFound": gettext_lazy("Choose an incident."),
    "IncidentUntitled": gettext_lazy("Say in a few words what is wrong."),
    "IncidentUnsound": gettext_lazy("Choose from what is offered."),
    "IncidentOver": gettext_lazy("This incident is resolved; open it again first."),
    "NotInCharge": gettext_lazy("Only who leads the incident, or a team lead, may do this."),
    "StageOutOfOrder": gettext_lazy("Somebody has moved this incident on meanwhile; load the page again."),
    "AlreadyInIncident": gettext_lazy("Part of another incident already: {detail}"),
    "NotInIncident": gettext_lazy("This case is not part of the incident any more."),
    "NoCasesChosen": gettext_lazy("Choose cases first."),
    "PlanTooLong": gettext_lazy("A plan has at most forty steps."),
    "StepNotFound": gettext_lazy("There is no such step in the plan."),
    "RoundWordless": gettext_lazy("Write the text in one language at least."),
    "RoundUnderWay": gettext_lazy("Something is being done to all cases already; wait until it is done."),
    "NobodyAffected": gettext_lazy("There is no case of this incident that could be reached now."),
    "Unreachable": gettext_lazy("The customer is known by no channel that carries messages; call or wait for them."),
    "ErrandOpen": gettext_lazy("Another department still owes an answer."),
    "ApprovalOpen": gettext_lazy("An approval is not decided yet."),
    "SurgeDecided": gettext_lazy("Somebody has decided this already."),
    "DismissalWordless": gettext_lazy("Say in a few words why it is no incident."),
    "RiskUnsound": gettext_lazy(
        "A risk has a title, a flow, a signal and an owner; what the clock watches for has a kind or words."
    ),
    "NotResolved": gettext_lazy("The review is written when the cause is gone."),
    "ReviewWordless": gettext_lazy("Write down what happened."),
    "ActionUnsound": gettext_lazy("Say what is to be done, who does it, and until which day from today on."),
    "ResolvedAlready": gettext_lazy("It is resolved already."),
    "TooLateToUndo": gettext_lazy("Too late: the reply is already on its way."),
    **RETURNS,
    **REPAIRS,
    **VISITS,
}


def said_by_name(name: str, detail: str = "") -> str:
    """A refusal kept by its name, in words."""
    words = _REFUSALS.get(name)
    return str(words).format(detail=detail) if words else _("That is not possible.")


def said(refusal: Exception) -> str:
    """A refusal in words; one we have no words for says its own."""
    words = _REFUSALS.get(type(refusal).__name__)
    if words and (detail := getattr(refusal, "detail", "")):
        return str(words).format(detail=detail)
    return str(words) if words else str(refusal) or _("That is not possible.")


def toast(
    response: HttpResponse, text: str, *, undo: str = "", is_bad: bool = False, closes: bool = False, event: str = ""
) -> HttpResponse:
    """This will have the page show a short notice, with an address that takes the change back; `event` is told it."""
    detail = {"text": text, "undo": undo, "bad": is_bad, "closes": closes}
    told: dict[str, object] = {"desk:notice": detail} | ({event: ""} if event else {})
    response["HX-Trigger"] = json.dumps(told)  # ASCII: header values know nothing else
    return response
