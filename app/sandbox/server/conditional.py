"""Is what is asked for still what was answered before?

GitHub: "Best practices for using the REST API", use conditional requests if appropriate: an answer has an ETag, and
whoever sends that back is told 304 where it is still so, which counts against no hourly limit. An ETag is good for the
credential that it was given to, as GitHub's support told the authors of Otterdog.
"""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def unchanged(request: Request, response: Response) -> Response | None:
    """Give this answer its ETag. Says 304 instead where the caller has it already."""
    asked_as = request.headers.get("authorization", "").encode()
    etag = f'W/"{sha256(asked_as + bytes(response.body)).hexdigest()}"'
    response.headers["etag"] = etag
    theirs = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if not theirs & {etag, "*"}:
        return None
    return Response(status_code=304, headers={"etag": etag})
