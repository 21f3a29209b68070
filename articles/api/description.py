"""OpenAPI 3.1 as the API really answers: problems in their own media type, with their headers, on every operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from articles.api.problems import MEDIA, ProblemOut

READ = (401, 403, 404, 422, 429, 503)
ACT = (400, 401, 403, 404, 409, 413, 422, 429, 503)
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Which kind of token is asked for."}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Names exactly this answer; it begins with the version."}}


@dataclass(frozen=True)
class Operation:
    """One operation as the docs page lists it."""

    method: str
    path: str
    summary: str
    description: str
    tag: str
    parameters: list[dict[str, Any]]
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
    schema["components"]["securitySchemes"]["Token"]["description"] = "Authorization: Bearer TOKEN, made under Me, API tokens."
    return schema


def operations(schema: dict[str, Any]) -> Iterator[Operation]:
    """The operations in the order of the description."""
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            yield Operation(
                method.upper(),
                path,
                one["summary"],
                one.get("description", ""),
                one["tags"][0],
                one.get("parameters", []),
                [(status, answer["description"]) for status, answer in one["responses"].items()],
            )
