"""Kinds of values that requests are made of: bounded, and free of what no database can hold."""

from typing import Annotated

from pydantic import Field, StringConstraints

_NO_NUL = r"^[^\x00]*$"
Key = Annotated[str, StringConstraints(min_length=1, max_length=250, pattern=_NO_NUL)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]
Name = Annotated[str, StringConstraints(max_length=80, pattern=_NO_NUL)]
Line = Annotated[str, StringConstraints(max_length=250, pattern=_NO_NUL)]
Text = Annotated[str, Field(description="Plain text")]
CaseNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{4}-[0-9]{1,12}$")]
Cursor = Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_=-]*$")]
