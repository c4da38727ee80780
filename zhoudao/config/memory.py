"""What a process does not hold for nothing. A C library without these switches is left as it is."""

import contextlib
import ctypes
import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

_M_ARENA_MAX = -8  # of malloc.h


def share_pools() -> None:
    """This will have all threads of this process share two pools of memory.

    glibc gives each thread a pool of its own, and what one of them once needed for a large page stays with it.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back() -> None:
    """This will return to the system what lies free between the pieces in use: a millisecond."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def spare_test_tools() -> None:
    """This will keep `django.test` out of a serving process: django-ninja asks it for one signal, which lives in
    `django.core`, and the rest brings unittest, a web server and an XML tree along: 2 MB.
    """
    from django.core.signals import setting_changed

    package, signals = ModuleType("django.test"), ModuleType("django.test.signals")
    package.__path__ = []
    vars(signals)["setting_changed"] = setting_changed
    sys.modules |= {"django.test": package, "django.test.signals": signals}


def put_off_rare_work() -> None:
    """This will have a serving process read when first needed what most never need: 4 MB.

    The list of public suffixes (asked when a passkey is used), the splitter of SQL scripts (migrations), and the
    validators of the API's models, each of which is made when its operation is first called.
    """
    from pydantic import BaseModel

    _put_off("fido2.rpid", "verify_rp_id")
    _put_off("sqlparse", "format", "split")
    BaseModel.model_config["defer_build"] = True


def _put_off(name: str, *functions: str) -> None:
    """Has a module stand there by name only, and read when one of these functions of it is called."""
    stand_in = ModuleType(name)

    def calling(function: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if sys.modules.get(name) is stand_in:
                sys.modules.pop(name, None)
            return getattr(importlib.import_module(name), function)(*given, **named)

        return call

    vars(stand_in).update({function: calling(function) for function in functions})
    sys.modules[name] = stand_in
