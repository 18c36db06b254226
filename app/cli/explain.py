"""What can be typed to hear the whole story of one thing?"""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.command import DONE, MISUSED, AsJson, code_of, show_result, stop, with_greenroom
from app.domain.ids import PolicyKey, TimerKey, parse_key
from app.explaining import explain as explained
from app.main import Greenroom
from app.shown.telling import explanation_for_people
from app.store.cases import NoSuchCase
from policies.policy import all_policies


def explain(
    key: Annotated[str, typer.Argument(help="OWNER/REPO, OWNER/REPO#POLICY, OWNER/REPO/GHSA-… or case/N")],
    as_json: AsJson = False,
) -> None:
    """Tell the whole story of one thing: how it stands, what would be done, what was done."""

    async def run(greenroom: Greenroom) -> int:
        parsed = parse_key(key)
        if isinstance(parsed, TimerKey):
            return stop("a timer has no story; name a repository, a policy, an advisory or a case", MISUSED)
        if isinstance(parsed, PolicyKey) and parsed.policy not in (names := [each.name for each in all_policies()]):
            return stop(f'there is no policy "{parsed.policy}"; there are {", ".join(names)}', MISUSED)
        try:
            story = await explained(greenroom, parsed)
        except NoSuchCase as error:
            return stop(str(error), DONE)
        show_result(as_json, story, explanation_for_people)
        states = {each["state"] for each in story["states"]}
        return code_of(states | ({"cannot tell"} if story["cannot_tell"] else set()))

    with_greenroom(run)
