"""The commands behind `zhoudao …`: one module each, with `register(subparsers)`.

A module's `register` adds its parser and sets `run=function`; the function takes the parsed arguments and returns
the exit code (None is 0) or raises `Refused`. It finds settings, database and apps ready; with
`set_defaults(django=False)` none of them, and with `database=True` beside it only the database. Modules are read
before the apps are ready, so they import models inside their functions.
"""

COMMANDS = (
    "token",
    "demo",
    "import",
    "flow",
    "compare",
    "diagnose",
    "map",
    "calibrate",
    "discover",
    "predict",
    "simulate",
    "triage",
    "mailbox",
    "bench",
    "figures",
    "export",
    "backup",
    "restore",
)
MODULES = {"import": "importing", "export": "exporting", "map": "map_log"}  # where a command's name is no module's


class Refused(Exception):
    """The command understood and will not do it: exit code 1 and this message."""
