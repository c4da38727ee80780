"""Why something cannot be done with a flow, a run or a task: anticipated, named, said in words by the doors."""

from collections.abc import Mapping, Sequence

from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.engines.bpmn.problems import Problem


class FlowRefusal(Exception):
    """This cannot be done with the flow; the docstring is its message."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.__doc__)


class FlowNotSound(FlowRefusal):
    """This flow cannot be deployed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        lines = "; ".join(f"{problem.element or '-'} {problem.name}: {problem.what}" for problem in problems)
        super().__init__(f"{self.__doc__} {lines}")
        self.problems = list(problems)


class FlowNotFound(FlowRefusal):
    """There is no live flow with this key."""


class FlowChangedMeanwhile(FlowRefusal):
    """Another version of this flow was deployed since this one was begun."""

    def __init__(self, newest: FlowVersion) -> None:
        super().__init__(f"{self.__doc__} (version {newest.version})")
        self.newest = newest


class DraftChangedMeanwhile(FlowRefusal):
    """Somebody else saved this drawing meanwhile. Yours is kept beside it."""

    def __init__(self, draft: FlowDraft) -> None:
        super().__init__()
        self.draft = draft


class DraftNotFound(FlowRefusal):
    """There is no such drawing; it was deployed or thrown away."""


class DraftUnreadable(FlowRefusal):
    """This drawing cannot be kept."""


class FlowExists(FlowRefusal):
    """There is a flow with this key already."""


class AlreadyLive(FlowRefusal):
    """This version is live for all stores already."""


class StoreNotFound(FlowRefusal):
    """There is no such store."""


class BeyondYourStores(FlowRefusal):
    """You may only decide for your own stores."""


class NotReady(FlowRefusal):
    """Too few people are trained for this version."""

    def __init__(self, lacking: Sequence[str]) -> None:
        super().__init__(f"{self.__doc__} {'; '.join(lacking)}")
        self.lacking = list(lacking)


class RunNotFound(FlowRefusal):
    """There is no such run."""


class RunNotMoving(FlowRefusal):
    """This run is over or suspended."""


class TaskNotFound(FlowRefusal):
    """There is no such task."""


class TaskAlreadyDone(FlowRefusal):
    """This task is done already, or no longer needed."""


class FormIncomplete(FlowRefusal):
    """The form is not filled in properly."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(f"{self.__doc__} {', '.join(f'{name}: {fault}' for name, fault in fields.items())}")
        self.fields = dict(fields)
        """Field name → `missing`, `not_<type>`, `not_an_option` or `undeclared`."""


class IncidentNotOpen(FlowRefusal):
    """This incident is resolved already."""


class BendRefusal(FlowRefusal):
    """This run cannot be bent so."""

    def __init__(self, detail: str = "") -> None:
        super().__init__()
        self.detail = detail
        """What a sentence about it names: steps, a number."""


class StepNotOpen(BendRefusal):
    """This step is not open any more; the case went on meanwhile."""


class StepNotFound(BendRefusal):
    """There is no such step in this flow."""


class BendNotAllowed(BendRefusal):
    """Your roles may not bend a case so."""


class BendLimitReached(BendRefusal):
    """This case was bent so as often as your roles allow."""


class StepProtected(BendRefusal):
    """The flow forbids this for this step."""


class BendReasonMissing(BendRefusal):
    """Choose a reason; another one needs a few words."""


class BendUnsound(BendRefusal):
    """Going back there would leave parallel paths that never meet, or walk one twice."""

    def __init__(self, code: str, steps: str = "") -> None:
        super().__init__(steps)
        self.code = code


class BendGetsStuck(BendRefusal):
    """Behind this step the flow cannot go on with these values."""


class StepWordless(BendRefusal):
    """Say what is to be done and who does it."""


class NobodyThere(BendRefusal):
    """Choose a team, or a colleague of it."""


class DateUnsound(BendRefusal):
    """The date must lie ahead, and differ from the one before."""


class DateTooFar(BendRefusal):
    """The date moves further than your roles allow."""


class BendNotFound(BendRefusal):
    """There is no such bend of this case."""


class BendOver(BendRefusal):
    """The case went on since; this cannot be taken back any more."""


class BendLimitUnsound(BendRefusal):
    """A role may bend a case up to 99 times and move dates by at most 365 days."""
