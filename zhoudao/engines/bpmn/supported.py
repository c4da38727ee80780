"""Which BPMN elements run, which are kept and ignored; every other one, and any script, is refused by name and id."""

from collections.abc import Iterator

from lxml import etree

from zhoudao.engines.bpmn.extensions import BPMN
from zhoudao.engines.bpmn.graph import Kind, On
from zhoudao.engines.bpmn.problems import Problem

NODES: dict[str, Kind] = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "task": Kind.MANUAL,
    "userTask": Kind.USER,
    "manualTask": Kind.MANUAL,
    "serviceTask": Kind.SERVICE,
    "sendTask": Kind.SEND,
    "receiveTask": Kind.RECEIVE,
    "businessRuleTask": Kind.RULE,
    "callActivity": Kind.CALL,
    "subProcess": Kind.SUBPROCESS,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "eventBasedGateway": Kind.EVENT_BASED,
    "intermediateCatchEvent": Kind.CATCH,
    "intermediateThrowEvent": Kind.THROW,
    "boundaryEvent": Kind.BOUNDARY,
}
EVENTS: dict[str, On] = {
    "timerEventDefinition": On.TIMER,
    "messageEventDefinition": On.MESSAGE,
    "errorEventDefinition": On.ERROR,
    "escalationEventDefinition": On.ESCALATION,
    "terminateEventDefinition": On.TERMINATE,
}
ALLOWED: dict[Kind, frozenset[On]] = {
    Kind.START: frozenset({On.NONE, On.TIMER, On.MESSAGE}),
    Kind.END: frozenset({On.NONE, On.TERMINATE, On.ERROR, On.ESCALATION, On.MESSAGE}),
    Kind.CATCH: frozenset({On.TIMER, On.MESSAGE}),
    Kind.THROW: frozenset({On.NONE, On.MESSAGE, On.ESCALATION}),
    Kind.BOUNDARY: frozenset({On.TIMER, On.MESSAGE, On.ERROR, On.ESCALATION}),
}
_PARTS = {
    *("sequenceFlow", "conditionExpression", "incoming", "outgoing", "multiInstanceLoopCharacteristics"),
    *("loopCardinality", "loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem"),
    *("completionCondition", "timeDate", "timeDuration", "timeCycle"),
}
_IGNORED_TAGS = """
documentation extensionElements laneSet lane childLaneSet flowNodeRef dataObject dataState
dataObjectReference dataStoreReference dataStore textAnnotation text association group category
categoryValue ioSpecification property dataInput dataOutput inputSet outputSet dataInputRefs
dataOutputRefs dataInputAssociation dataOutputAssociation sourceRef targetRef assignment from to auditing
monitoring performer potentialOwner humanPerformer rendering resourceRole resourceAssignmentExpression
formalExpression resourceRef resourceParameterBinding expression collaboration participant processRef
messageFlow participantMultiplicity definitions process message error escalation signal itemDefinition
import interface operation operationRef inMessageRef outMessageRef errorRef resource resourceParameter
extension relationship endPoint partnerEntity partnerRole participantRef supportedInterfaceRef
correlationSubscription categoryValueRef inputSetRefs outputSetRefs supports optionalInputRefs
whileExecutingInputRefs optionalOutputRefs whileExecutingOutputRefs messagePath transformation
conversationNode conversation conversationLink messageFlowRef correlationKey correlationProperty
correlationPropertyRef correlationPropertyRetrievalExpression correlationPropertyBinding dataPath
interfaceRef subConversation participantAssociation innerParticipantRef outerParticipantRef
messageFlowAssociation partnerEntityRef partnerRoleRef
"""
_KNOWN = NODES.keys() | EVENTS.keys() | _PARTS | set(_IGNORED_TAGS.split())
_OUR_LANGUAGE = {"", "zen", "https://gorules.io/zen"}


def local(element: etree._Element) -> tuple[str, str]:
    """Namespace and local name."""
    name = etree.QName(element)
    return name.namespace or "", name.localname


def refusals(root: etree._Element) -> Iterator[Problem]:
    """Everything in the file that we will not run."""
    for element in root.iter():
        namespace, tag = local(element)
        if tag in {"script", "scriptTask"} or element.get("scriptFormat"):
            yield _problem(element, "script", tag)
        elif namespace == BPMN and (tag not in _KNOWN or _special(element, tag)):
            yield _problem(element, "unsupported", _special(element, tag) or tag)
        elif tag == "conditionExpression" and element.get("language", "") not in _OUR_LANGUAGE:
            yield _problem(element, "script", f"{tag} in {element.get('language')}")


def _special(element: etree._Element, tag: str) -> str:
    """What makes an element of a known kind one that we do not run."""
    if tag == "subProcess" and element.get("triggeredByEvent") == "true":
        return "event subProcess"
    if tag == "eventBasedGateway" and element.get("instantiate") == "true":
        return "instantiating eventBasedGateway"
    if tag == "receiveTask" and element.get("instantiate") == "true":
        return "instantiating receiveTask"
    if element.get("isForCompensation") == "true":
        return "compensation"
    return "parallel eventBasedGateway" if element.get("eventGatewayType") == "Parallel" else ""


def _problem(element: etree._Element, code: str, detail: str) -> Problem:
    named: etree._Element | None = element
    while named is not None and not named.get("id"):
        named = named.getparent()
    found = element if named is None else named
    return Problem(found.get("id", ""), found.get("name", ""), code, detail)
