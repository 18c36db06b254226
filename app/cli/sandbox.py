"""How is a GitHub served to try things on?"""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any

import typer

from app.cli.command import DONE, MISUSED, AsJson, out, run_to_exit, stop
from app.sandbox import serving as sandboxed
from app.sandbox.worlds import InvalidWorld
from app.shown.terminal import sandbox_for_people


def sandbox(
    *,
    port: Annotated[int, typer.Option(help="0 takes a free one.")] = 0,
    webhook_url: Annotated[str, typer.Option(help="Where webhooks go: http://127.0.0.1:8000/webhooks/github")] = "",
    world: Annotated[str, typer.Option(help="pypa, empty, or the path of a world file.")] = "pypa",
    latency_ms: Annotated[int, typer.Option(min=0, help="How late every answer is.")] = 0,
    no_apps: Annotated[bool, typer.Option("--no-apps", help="Nobody registered our Apps yet: try the set-up.")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve a GitHub to try things on, without GitHub. What people do in it: POST /_sandbox/VERB."""

    def announce(ready: dict[str, Any]) -> None:
        if not no_apps:
            ready["env"] |= {"GREENROOM_DIGEST_KEYS": f"sandbox:{secrets.token_hex(32)}"}
        if as_json:
            print(json.dumps(ready), flush=True)
        else:
            out.print(sandbox_for_people(ready), soft_wrap=True)

    async def run() -> int:
        try:
            await sandboxed.serve(
                port=port,
                webhook_url=webhook_url or None,
                world=world,
                latency_ms=latency_ms,
                on_ready=announce,
                has_apps=not no_apps,
            )
        except InvalidWorld as error:
            return stop(str(error), MISUSED)
        return DONE

    run_to_exit(run())
