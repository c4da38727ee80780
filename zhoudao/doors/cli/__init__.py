"""The commands behind `zhoudao …`: one module each, with `register(subparsers)`.

A module's `register` adds its parser and sets `run=function`; the function takes the parsed arguments and returns
the exit code (None is 0) or raises `Refused`. A command that needs no Django says `set_defaults(django=False)`;
the others find settings, database and apps ready.
"""

COMMANDS = ("token", "demo", "flow", "bench", "backup", "restore")


class Refused(Exception):
    """The command understood and will not do it: exit code 1 and this message."""
