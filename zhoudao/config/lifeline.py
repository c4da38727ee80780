"""Processes that must not outlive the one that started them."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PARENT = "ZHOUDAO_PARENT"

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(with_signal: signal.Signals, *, parent: int) -> None:
    """This will have the kernel send us `with_signal` when process `parent`, which must be ours, is gone.

    Works on Linux; elsewhere a killed parent leaves its children to be stopped by hand.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, with_signal)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def heed_parent(with_signal: signal.Signals) -> None:
    """This will tie us to the parent named in the environment, when it truly is our parent."""
    named = os.environ.pop(PARENT, "")
    if named == str(os.getppid()):
        die_with_parent(with_signal, parent=int(named))
