"""What a process does not hold for nothing. A C library without these switches is left as it is."""

import contextlib
import ctypes
import sys
from types import ModuleType

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
