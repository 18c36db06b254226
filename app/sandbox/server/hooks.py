"""Routes about an App's own webhook: what was sent, how did it end, and once more please?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import Refusal, not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.state.attempts import Attempt
from app.sandbox.wire.apps import hook_delivery_item

KEPT = timedelta(days=3)  # GitHub: "Redelivering webhooks"
_CURSOR = "v1_"
_MOST, _USUAL = 100, 30


def list_deliveries(call: Call) -> Response:
    """The newest first. A cursor names the delivery with which its page begins."""
    log = _log(call)
    size = max(1, min(_number(call.query.get("per_page", ""), _USUAL), _MOST))
    end = len(log)
    if cursor := call.query.get("cursor"):
        end = bisect_right(log, _named_by(cursor), key=lambda each: each.id)
    start = max(0, end - size)
    headers = {}
    if start > 0:
        older = call.query | {"cursor": f"{_CURSOR}{log[start - 1].id}"}
        headers["Link"] = f'<{call.world.api_url}{call.url_path}?{urlencode(older)}>; rel="next"'
    return JSONResponse([hook_delivery_item(each) for each in reversed(log[start:end])], headers=headers)


def redeliver(call: Call) -> Response:
    """The same bytes under the same GUID, for whoever sends what is queued."""
    number = _number(call.path["delivery_id"], 0)
    found = next((each for each in _log(call) if each.id == number), None)
    if found is None:
        raise not_found()
    if found.delivery is None:
        raise Refusal(422, "Validation Failed")
    call.world.deliveries.append(found.delivery)
    return JSONResponse({}, 202)


def _log(call: Call) -> list[Attempt]:
    """What is kept of the App's own, the oldest first."""
    attempts = call.world.attempts.all
    first = bisect_left(attempts, call.world.now() - KEPT, key=lambda each: each.at)
    return [each for each in attempts[first:] if each.app == call.issuer.id]


def _named_by(cursor: str) -> int:
    number = _number(cursor.removeprefix(_CURSOR), 0)
    if not cursor.startswith(_CURSOR) or not number:
        raise Refusal(400, "The cursor is not valid.")
    return number


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else default


ROUTES = (
    Route("GET", "/app/hook/deliveries", list_deliveries, "jwt"),
    Route("POST", "/app/hook/deliveries/{delivery_id}/attempts", redeliver, "jwt"),
)
