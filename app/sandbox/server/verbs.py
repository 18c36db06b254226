"""What can be done to the sandbox from outside, and under which name?

`POST /_sandbox/{verb}` with a JSON object; `GET /_sandbox` lists every verb with what it takes.
"""

from __future__ import annotations

import difflib
import inspect
import json
from collections.abc import Mapping
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.domain.ids import InvalidName
from app.sandbox.people import Impossible
from app.sandbox.policy import policy_for
from app.sandbox.server.answers import Refusal
from app.sandbox.server.comment_verbs import COMMENT_VERBS
from app.sandbox.server.disclosure_verbs import DISCLOSURE_VERBS
from app.sandbox.server.faults import Faults
from app.sandbox.server.file_verbs import FILE_VERBS
from app.sandbox.server.issue_verbs import ISSUE_VERBS
from app.sandbox.server.outsider_verbs import OUTSIDER_VERBS
from app.sandbox.server.vocabulary import VERBS, Misused, Stage, Verb
from app.sandbox.state.advisories import Unprocessable
from app.sandbox.state.world import Unknown, World
from app.sandbox.view import exchange_json, world_json


class Verbs:
    """The `/_sandbox` pages."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._stage = Stage(world=world, faults=faults)
        self._verbs: Mapping[str, Verb] = {
            **VERBS,
            **FILE_VERBS,
            **ISSUE_VERBS,
            **COMMENT_VERBS,
            **OUTSIDER_VERBS,
            **DISCLOSURE_VERBS,
        }

    async def answer(self, request: Request) -> Response:
        path = request.url.path.removeprefix("/_sandbox").strip("/")
        if request.method == "GET":
            return self._look(path, request.query_params.get("write"))
        try:
            done = self.do(path, _object(await request.body()))
        except (Misused, InvalidName, Unknown, Impossible, Unprocessable) as error:
            return JSONResponse({"error": str(error)}, 400)
        except Refusal as error:
            return JSONResponse({"error": error.message, **error.more}, 400)
        return JSONResponse({"done": path, **done})

    def do(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do a verb. Raises Misused, Unknown, Impossible, Unprocessable or a Refusal, each with what would be right."""
        verb = self._verbs.get(name)
        if verb is None:
            near = difflib.get_close_matches(name, self._verbs, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "GET /_sandbox lists them"
            raise Misused(f'there is no verb "{name}"; {hint}')
        _check(name, verb, arguments)
        return verb(self._stage, **arguments) or {}

    def _look(self, path: str, write: str | None) -> Response:
        if path == "world":
            return JSONResponse(world_json(self._stage.world))
        if path == "requests":
            return self._requests(write)
        if path == "policy":
            ids = {user.login: user.id for user in self._stage.world.users.values()}
            return PlainTextResponse(policy_for(ids.get, mode="observe"))
        if path:
            return JSONResponse(
                {"error": "GET /_sandbox, /_sandbox/world, /_sandbox/requests or /_sandbox/policy"}, 404
            )
        return JSONResponse({"verbs": {name: described(verb) for name, verb in sorted(self._verbs.items())}})

    def _requests(self, write: str | None) -> Response:
        """All of them, or those that write (`write=1`), or those that only read (`write=0`)."""
        made = self._stage.world.requests
        if write is None:
            return JSONResponse([exchange_json(each) for each in made])
        if write not in {"0", "1"}:
            return JSONResponse({"error": f'write is 0 or 1, not "{write}"'}, 400)
        return JSONResponse([exchange_json(each) for each in made if each.is_write is (write == "1")])


def described(verb: Verb) -> dict[str, Any]:
    """A verb for the list: its sentence, and what it takes (with `?` where it may be left out)."""
    takes = {
        parameter.name + ("" if parameter.default is parameter.empty else "?"): _name_of(hint)
        for parameter, hint in _parameters(verb)
    }
    return {"does": inspect.getdoc(verb), "takes": takes}


def _parameters(verb: Verb) -> list[tuple[inspect.Parameter, Any]]:
    hints = get_type_hints(verb)
    return [(each, hints[each.name]) for each in list(inspect.signature(verb).parameters.values())[1:]]


def _check(name: str, verb: Verb, arguments: dict[str, Any]) -> None:
    parameters = {parameter.name: (parameter, hint) for parameter, hint in _parameters(verb)}
    for given in arguments:
        if given not in parameters:
            raise Misused(f'"{name}" does not take "{given}"; it takes {", ".join(parameters)}')
    for parameter, hint in parameters.values():
        if parameter.name not in arguments:
            if parameter.default is parameter.empty:
                raise Misused(f'"{name}" needs "{parameter.name}" ({_name_of(hint)})')
            continue
        try:
            TypeAdapter(hint).validate_python(arguments[parameter.name], strict=True)
        except ValidationError as error:
            raise Misused(f'"{name}": "{parameter.name}": {error.errors()[0]["msg"]}') from None


def _name_of(hint: Any) -> str:
    return (
        hint.__name__
        if isinstance(hint, type) and not hasattr(hint, "__origin__")
        else str(hint).replace("typing.", "")
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Misused("the body is not JSON") from None
    if not isinstance(found, dict):
        raise Misused("the body is not a JSON object")
    return found
