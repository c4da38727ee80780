"""The API's description as people read it: made of the OpenAPI schema alone, once a process."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

_EXAMPLES = {
    "uuid": "0190a0a0-0000-7000-8000-000000000001",
    "date-time": "2026-03-10T02:00:00Z",
    "date": "2026-03-10",
    "email": "wang@example.com",
}
_NAMED = {"number": "C2026-000123", "cursor": "", "url": "https://erp.example/zhoudao", "events": ["cases.CaseOpened"]}
_DEEPEST = 5
_JSON, _LINES = "application/json", "application/x-ndjson"
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Value:
    """A parameter, or a field of a body. `kind` is its type with its bounds."""

    name: str
    where: str
    kind: str
    is_needed: bool
    about: str


@dataclass(frozen=True)
class Answer:
    """What is answered with a status."""

    status: str
    example: str


@dataclass(frozen=True)
class Operation:
    """One operation, ready to be read; `found_by` is what the search box looks through."""

    anchor: str
    method: str
    path: str
    scope: str
    title: str
    about: str
    parameters: list[Value]
    fields: list[Value]
    body: str
    answers: list[Answer]
    errors: list[str]
    curl: str
    has_key: bool
    found_by: str


@dataclass(frozen=True)
class Group:
    """The operations of one resource."""

    name: str
    operations: list[Operation]


def groups(schema: Schema) -> list[Group]:
    """Every operation by its resource, in the order of the schema."""
    found: dict[str, list[Operation]] = {}
    reader = _Reader(schema)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["other"])[0]
            found.setdefault(tag, []).append(reader.operation(path, method, operation))
    return [Group(name, operations) for name, operations in found.items()]


class _Reader:
    def __init__(self, schema: Schema) -> None:
        self._known: Schema = schema.get("components", {}).get("schemas", {})

    def operation(self, path: str, method: str, given: Schema) -> Operation:
        parameters = [self._parameter(one) for one in given.get("parameters", [])]
        kind, content = _said(given.get("requestBody", {}))
        body = self._example(content, "") if content else None
        statuses = {str(status): response for status, response in given["responses"].items()}
        about = " ".join(str(given.get("description", "")).split())
        title = about.partition(". ")[0].partition(": ")[0].rstrip(".") or str(given.get("summary", ""))
        fields = list(self._fields(content)) if content else []
        return Operation(
            anchor=f"{method}-{path.removeprefix('/api/v1/').replace('/', '-').replace('{', '').replace('}', '')}",
            method=method.upper(),
            path=path,
            scope=str(given.get("x-scope", "")),
            title=title,
            about="" if about.rstrip(".") == title else about,
            parameters=parameters,
            fields=fields,
            body=_indented(body) if content else "",
            answers=[self._answer(status, one) for status, one in statuses.items() if int(status) < 400],
            errors=sorted(status for status in statuses if int(status) >= 400),
            curl=_curl(method.upper(), self._filled(path, given), body if content else None, kind),
            has_key=method == "post",
            found_by=" ".join([method, path, about, str(given.get("x-scope", "")), *(f.name for f in fields)]).lower(),
        )

    def _parameter(self, given: Schema) -> Value:
        schema = given.get("schema", {})
        about = str(given.get("description") or schema.get("description", ""))
        return Value(given["name"], given["in"], self._kind(schema), bool(given.get("required")), about)

    def _fields(self, schema: Schema) -> Iterator[Value]:
        whole = self._resolved(schema)
        needed = whole.get("required", [])
        for name, field in whole.get("properties", {}).items():
            yield Value(name, "body", self._kind(field), name in needed, str(field.get("description", "")))

    def _answer(self, status: str, response: Schema) -> Answer:
        _kind, schema = _said(response)
        return Answer(status, _indented(self._example(schema, "")) if schema else "")

    def _resolved(self, schema: Schema) -> Schema:
        """What a reference leads to; of several alternatives the first that is something."""
        while True:
            several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
            if "$ref" in schema:
                schema = self._known[schema["$ref"].rpartition("/")[2]]
            elif several:
                schema = next((one for one in several if one.get("type") != "null"), several[0])
            else:
                return schema

    def _kind(self, schema: Schema) -> str:
        whole = self._resolved(schema)
        if "enum" in whole or "const" in whole:
            words = " | ".join(json.dumps(one) for one in whole.get("enum", [whole.get("const")]))
        elif whole.get("type") == "array":
            words = f"[{self._kind(whole.get('items', {}))}]"
        else:
            words = str(whole.get("format") or whole.get("type", "any"))
        bounds = [f"{sign} {whole[name]}" for name, sign in _BOUNDS.items() if name in whole]
        nothing = ["null"] if any(one.get("type") == "null" for one in schema.get("anyOf", [])) else []
        return ", ".join([" | ".join([words, *nothing]), *bounds])

    def _example(self, schema: Schema, name: str, depth: int = 0) -> Any:
        whole = self._resolved(schema)
        if name in _NAMED and whole.get("type") in ("string", "array"):
            return _NAMED[name]
        if "enum" in whole or "const" in whole:
            return whole.get("enum", [whole.get("const")])[0]
        if whole.get("type") == "object" or "properties" in whole:
            fields = whole.get("properties", {}) if depth < _DEEPEST else {}
            return {key: self._example(field, key, depth + 1) for key, field in fields.items()}
        if whole.get("type") == "array":
            return [self._example(whole["items"], "", depth + 1)] if whole.get("items") and depth < _DEEPEST else []
        return _plain(whole)

    def _filled(self, path: str, given: Schema) -> str:
        for one in given.get("parameters", []):
            if one["in"] == "path":
                path = path.replace(f"{{{one['name']}}}", str(self._example(one.get("schema", {}), one["name"])))
        return path


_BOUNDS = {"minLength": "≥", "maxLength": "≤", "minimum": "≥", "maximum": "≤", "minItems": "≥", "maxItems": "≤"}
_PLAIN: dict[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}


def _plain(schema: Schema) -> Any:
    kind = schema.get("type")
    if kind == "string":
        return schema.get("default") or _EXAMPLES.get(schema.get("format", ""), "text")
    return max(_PLAIN.get(str(kind), {}), schema.get("minimum", 1)) if kind == "integer" else _PLAIN.get(str(kind), {})


def _indented(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _said(given: Schema) -> tuple[str, Any]:
    """How a body or an answer is written, and its schema: JSON, or JSON by lines."""
    content = given.get("content", {})
    kind = next((kind for kind in (_JSON, _LINES) if kind in content), _JSON)
    return kind, content.get(kind, {}).get("schema")


def _curl(method: str, path: str, body: Any, kind: str = _JSON) -> str:
    lines = [f"curl -X {method} {settings.BASE_URL}{path}", '-H "Authorization: Bearer $TOKEN"']
    if body is not None:
        text = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
        lines += [f'-H "Content-Type: {kind}"', f"-d '{text}'"]
    return " \\\n  ".join(lines)
