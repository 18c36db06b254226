"""Is this exchange one that the real GitHub could have had with a real client?"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.testing import MockRequest, MockResponse
from openapi_schema_validator import OAS30Validator

from tests.wire.specification import query_names, specification

_HOST = "https://api.github.com"
_VERSIONS = {"2022-11-28", "2026-03-10"}
_ENOUGH = 3  # complaints about one answer
_MEDIA_TYPES = {"application/json", "application/vnd.github+json"}
# Every moment and every token of GitHub's form is as right as another, so an exchange with a later one is no new one.
_MOMENT = re.compile(rb'"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ"')
_TOKEN = re.compile(rb'"ghs_\w+"')


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer, as far as shapes go."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    accept: str
    version: str | None
    sent: bytes
    sent_type: str
    status: int
    received: bytes
    received_type: str


def violations(request: httpx.Request, response: httpx.Response) -> tuple[str, ...]:
    """What GitHub's shapes forbid in this exchange, in words without values. Empty where all is well."""
    if response.status_code == httpx.codes.NOT_MODIFIED and "if-none-match" in request.headers:
        return ()  # GitHub's description of its routes leaves it out of most; it has no body to look at
    exchange = Exchange(
        method=request.method.lower(),
        path=request.url.path,
        query=tuple(request.url.params.multi_items()),
        accept=request.headers.get("accept", ""),
        version=request.headers.get("x-github-api-version"),
        sent=_alike(request.content),
        sent_type=_media_type(request.headers),
        status=response.status_code,
        received=_alike(response.content),
        received_type=_media_type(response.headers),
    )
    return _remembered(exchange)


def breaks(schema: str, value: Any) -> tuple[str, ...]:
    """What this value breaks of one schema, such as an object inside a webhook."""
    return tuple(_place(each) for each in _checker(schema).iter_errors(value))


def _alike(content: bytes) -> bytes:
    return _TOKEN.sub(b'"ghs_token"', _MOMENT.sub(b'"2026-12-01T09:00:00Z"', content))


@functools.cache
def _checker(schema: str) -> OAS30Validator:
    return OAS30Validator({"$ref": f"#/components/schemas/{schema}", "components": _document()["components"]})


_SEEN: dict[bytes, tuple[str, ...]] = {}


def _remembered(exchange: Exchange) -> tuple[str, ...]:
    """The same exchange occurs in many tests, so it is looked at once in a run."""
    digest = hashlib.blake2b(repr(exchange).encode()).digest()
    if digest not in _SEEN:
        name = f"{exchange.method.upper()} {exchange.path} → {exchange.status}"
        _SEEN[digest] = tuple(f"{name}: {wrong}" for wrong in (*_of_headers(exchange), *_of_shapes(exchange)))
    return _SEEN[digest]


def _of_headers(exchange: Exchange) -> Iterator[str]:
    if exchange.accept not in _MEDIA_TYPES:
        yield f"Accept is {exchange.accept!r}; GitHub recommends application/vnd.github+json"
    if exchange.version not in _VERSIONS:
        yield "X-GitHub-Api-Version is missing or none of GitHub's"
    if exchange.sent and exchange.sent_type not in _MEDIA_TYPES:
        yield f"the request is sent as {exchange.sent_type!r}, not as JSON"


def _of_shapes(exchange: Exchange) -> Iterator[str]:
    request, response = _request(exchange), _response(exchange)
    try:
        known = _query_names(request)
    except PathError:
        yield "GitHub has no such route"
        return
    yield from (f"GitHub knows no {name!r} in the query" for name, _ in exchange.query if name not in known)
    accepts_body = exchange.status not in {400, 422}  # the answer to a malformed request has a shape all the same
    try:
        if accepts_body:
            _api().validate_request(request)
        _api().validate_response(request, response)
    except OpenAPIError as error:
        yield _explained(error)


def _query_names(request: MockRequest) -> frozenset[str]:
    found = APICallPathFinder(_api().spec).find(request.method, request.host_url + request.path)
    return _names_of(found.path_result.pattern, request.method)


@functools.cache
def _names_of(template: str, method: str) -> frozenset[str]:
    return query_names(_document(), _document()["paths"][template][method])


def _explained(error: BaseException) -> str:
    """Where and which rule; never the value, which may be long or under embargo."""
    details = getattr(error.__cause__ or error, "schema_errors", ())
    places = [_place(each) for each in details]
    cause = error.__cause__ or error
    return "; ".join(places[:_ENOUGH]) or f"{type(error).__name__}: {str(cause)[:200]}"


def _place(error: Any) -> str:
    deepest = _deepest(error)
    return f"{'/'.join(map(str, deepest.absolute_path))}: {_rule(deepest)}"


def _deepest(error: Any) -> Any:
    return max((error, *(_deepest(each) for each in error.context or ())), key=lambda each: len(each.absolute_path))


def _rule(error: Any) -> str:
    if error.validator in {"additionalProperties", "required"}:
        return str(error.message)[:200]
    return f"breaks {error.validator} {str(error.validator_value)[:80]}"


def _request(exchange: Exchange) -> MockRequest:
    return MockRequest(
        _HOST,
        exchange.method,
        exchange.path,
        args=dict(exchange.query),
        data=exchange.sent or None,
        content_type="application/json",
    )


def _response(exchange: Exchange) -> MockResponse:
    return MockResponse(exchange.received, status_code=exchange.status, content_type=exchange.received_type)


def _media_type(headers: httpx.Headers) -> str:
    bare = headers.get("content-type", "").partition(";")[0].strip().lower()
    return "application/json" if bare in _MEDIA_TYPES else bare


@functools.cache
def _document() -> dict[str, Any]:
    return specification()


@functools.cache
def _api() -> OpenAPI:
    return OpenAPI.from_dict(_document(), config=Config(spec_validator_cls=None))
