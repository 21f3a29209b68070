"""OpenAPI 3.1 as the API really answers: problems in their own media type, with their headers, on every operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from articles.api.problems import MEDIA, ProblemOut
from articles.workflow import Scope

READ = (401, 403, 404, 422, 429, 503)
ACT = (400, 401, 403, 404, 409, 413, 422, 429, 503)
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Which kind of token is asked for (RFC 6750)."}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Names exactly this answer; it begins with the version."}}


@dataclass(frozen=True)
class Part:
    """One parameter, or one member of a body. ``choices`` are all values that it takes, where they are few."""

    name: str
    words: str
    place: str
    required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """One operation as the docs page lists it. ``bodies``: the kinds of body, each a name with its members."""

    method: str
    path: str
    summary: str
    description: str
    tag: str
    parameters: list[Part]
    bodies: list[tuple[str, list[Part]]]
    answers: list[tuple[str, str]]


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The description, completed in place."""
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    components = schema["components"]["schemas"]
    components |= problem.pop("$defs")
    components["ProblemOut"] = problem
    for path in schema["paths"].values():
        for method, operation in path.items():
            answers = {str(status): one for status, one in operation["responses"].items()}
            for status in READ if method == "get" else ACT:
                one = answers.setdefault(str(status), {"description": HTTPStatus(status).phrase})
                content = one.get("content", {}).pop("application/json", None)
                one["content"] = {MEDIA: content or {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
                if status in HEADERS:
                    one["headers"] = HEADERS[status]
            if "304" in answers:
                answers["200"]["headers"] = answers["304"]["headers"] = ETAG
            operation["responses"] = dict(sorted(answers.items()))
    schema["tags"] = [{"name": scope.value, "description": f"Needs a token with the scope {scope.value}."} for scope in Scope]
    schema["components"]["securitySchemes"]["Token"]["description"] = "Authorization: Bearer TOKEN, made under Me, API tokens."
    return schema


def operations(schema: dict[str, Any]) -> Iterator[Operation]:
    """The operations in the order of the description."""
    shapes = schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            yield Operation(
                method.upper(),
                path,
                one["summary"],
                one.get("description", "").replace("``", ""),
                one["tags"][0],
                [_part(part["name"], part["schema"], part["in"], part["required"]) for part in one.get("parameters", [])],
                [(name, list(_members(shapes[name], shapes))) for name in _bodies(one)],
                [(status, answer["description"]) for status, answer in one["responses"].items()],
            )


def _bodies(operation: dict[str, Any]) -> list[str]:
    """The names of the shapes that a body may have."""
    content = operation.get("requestBody", {"content": {}})["content"]
    shapes = [media["schema"] for media in content.values()]
    return [one["$ref"].rpartition("/")[2] for shape in shapes for one in shape.get("oneOf", [shape])]


def _members(shape: dict[str, Any], shapes: dict[str, Any], before: str = "") -> Iterator[Part]:
    """The members of a shape, those of inner shapes with the way to them."""
    required = set(shape.get("required", ()))
    for name, one in shape["properties"].items():
        inner = one.get("$ref") or one.get("items", {}).get("$ref")
        yield _part(before + name, one, "body", name in required)
        if inner:
            yield from _members(shapes[inner.rpartition("/")[2]], shapes, f"{before}{name}{'[]' if 'items' in one else ''}.")


def _part(name: str, shape: dict[str, Any], place: str, required: bool) -> Part:
    kinds = [shape, *shape.get("anyOf", ())]
    choices = [value for kind in kinds for value in (*kind.get("enum", ()), *((kind["const"],) if "const" in kind else ()))]
    return Part(name, shape.get("description", ""), place, required, tuple(map(str, choices)))
