"""What can be typed to see the main job done?"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import Annotated

import typer

from app.cli.command import DONE, FAILED, AsJson, out, people, run_to_exit
from app.demo.show import show
from app.logs import set_up
from app.sandbox.policy import policy_for
from app.settings import PREFIX


def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop at the end instead of staying up.")] = False,
    port: Annotated[int, typer.Option(help="The app's port; 0 takes a free one.")] = 0,
    sandbox_port: Annotated[int, typer.Option(help="The sandbox's port; 0 takes a free one.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show the main job: a sandbox GitHub and the app, two servers on loopback, and six things that happen."""
    set_up("error")
    told = people if as_json else out
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]  # the demo tells its servers everything itself

    async def run() -> int:
        playing = asyncio.current_task()
        assert playing is not None  # noqa: S101 - this is a task
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGTERM, playing.cancel
        )  # so that no server is left behind
        summary = await show(told, policy_for, port=port, sandbox_port=sandbox_port, stays=not once)
        if as_json:
            print(json.dumps(summary, ensure_ascii=False))
        return DONE if summary["ok"] else FAILED

    run_to_exit(run())
