"""What does GitHub say when it says no?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

_DOCS = "https://docs.github.com/rest"
NOT_ACCESSIBLE = "Resource not accessible by integration"
NOT_PUBLIC = "Resource not accessible by personal access token"


class Refusal(Exception):
    """An error answer. Raised before anything has changed."""

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})
        self.more = more

    def response(self) -> JSONResponse:
        """A *basic-error*; with `errors`, a *validation-error*."""
        body = {"message": self.message, **self.more, "documentation_url": _DOCS, "status": str(self.status)}
        return JSONResponse(body, self.status, headers=self.headers, media_type="application/json")


def not_found() -> Refusal:
    return Refusal(404, "Not Found")


def not_accessible() -> Refusal:
    return Refusal(403, NOT_ACCESSIBLE)


def bad_credentials() -> Refusal:
    return Refusal(401, "Bad credentials")


def unprocessable(message: str, *, field: str | None = None, code: str = "invalid") -> Refusal:
    """422; with a field it says which one of an advisory."""
    if field is None:
        return Refusal(422, message)
    error = {"resource": "RepositoryAdvisory", "field": field, "code": code, "message": message}
    return Refusal(422, "Validation Failed", errors=[error])
