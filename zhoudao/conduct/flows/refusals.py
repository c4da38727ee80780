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
