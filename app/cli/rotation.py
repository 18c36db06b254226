"""What can be typed to replace a secret by a new one, step by step?

Each command says where that stands and what is next, so it can be left and taken up again at any step. Exit codes: 0
nothing is to be done, 3 a step waits, 4 cannot tell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from rich.text import Text

from app import prints
from app.cli.command import (
    CANNOT_TELL,
    DONE,
    FAILED,
    FOUND,
    MISUSED,
    AsJson,
    people,
    read_settings,
    show_result,
    stop,
    with_greenroom,
)
from app.clock import SystemClock
from app.github.credentials import AppCredentials
from app.github.webhook_secret import HasNoWebhook
from app.main import Greenroom
from app.prints import Kind
from app.rotating import making, renewing, showing
from app.rotating.app_keys import SETTING
from app.rotating.looking import NothingToRotate, answer_to, look
from app.rotating.webhook_secret import ENDS_AFTER
from app.shown.terminal import Json, say

HELP = "Replace a secret by a new one while both are accepted: where that stands, and what is next."
rotate = typer.Typer(no_args_is_help=True, help=HELP)

New = Annotated[
    Path | None, typer.Option("--new", help="Begin: write a new one into this file, which is not there yet.")
]
Printed = Annotated[bool, typer.Option("--print", help="Begin: print a new one, for a secret manager.")]
Apply = Annotated[bool, typer.Option("--apply", help="Do the next step, where it is one that this command can do.")]
Key = Annotated[Path | None, typer.Option("--key", help="Try a key that GitHub made, before it is put anywhere.")]
Gone = Annotated[
    str, typer.Option("--gone", help="Wait no longer for this instance, which ended and could not say so.")
]
Doing: TypeAlias = Callable[[Greenroom], Awaitable[str]]


@rotate.command("webhook-secret")
def webhook_secret(
    new: New = None, printed: Printed = False, apply: Apply = False, gone: Gone = "", as_json: AsJson = False
) -> None:
    """Replace what GitHub signs deliveries with. No delivery is refused meanwhile."""
    if new or printed:
        _begin("webhook-secret", new, as_json=as_json)
    _show("webhook-secret", renewing.tell_github if apply else None, gone=gone, as_json=as_json)


@rotate.command("app-key")
def app_key(key: Key = None, gone: Gone = "", as_json: AsJson = False) -> None:
    """Replace the Watcher's private key. No request fails meanwhile."""
    if key:
        _try("app-key", key, as_json=as_json)
    _show("app-key", None, gone=gone, as_json=as_json)


@rotate.command("hand-key")
def hand_key(key: Key = None, gone: Gone = "", as_json: AsJson = False) -> None:
    """Replace the Hand's private key. No request fails meanwhile."""
    if key:
        _try("hand-key", key, as_json=as_json)
    _show("hand-key", None, gone=gone, as_json=as_json)


@rotate.command("encryption-key")
def encryption_key(
    new: New = None, printed: Printed = False, apply: Apply = False, gone: Gone = "", as_json: AsJson = False
) -> None:
    """Replace the key under which sessions are kept. Nobody is signed out."""
    if new or printed:
        _begin("encryption-key", new, as_json=as_json)
    _show("encryption-key", renewing.renew_sessions if apply else None, gone=gone, as_json=as_json)


@rotate.command("digest-key")
def digest_key(
    new: New = None, printed: Printed = False, apply: Apply = False, gone: Gone = "", as_json: AsJson = False
) -> None:
    """Replace the key by which texts are recognised that are not kept. Nobody forgets who changed what."""
    if new or printed:
        _begin("digest-key", new, as_json=as_json)
    _show("digest-key", renewing.renew_digests if apply else None, gone=gone, as_json=as_json)


def _show(kind: Kind, doing: Doing | None, *, gone: str, as_json: bool) -> None:
    async def run(greenroom: Greenroom) -> int:
        try:
            let_go = await renewing.let_go(greenroom, gone) if gone else ""
            did = await doing(greenroom) if doing else ""
            drill = await look(greenroom, kind)
        except (NothingToRotate, HasNoWebhook, renewing.NotGone) as error:
            return stop(str(error), MISUSED)
        if doing and not did:
            say(people, "nothing was done: the next step is not one that this command can do")
        done = "; ".join(filter(None, (let_go, did)))
        show_result(as_json, showing.as_json(drill, done), showing.for_people)
        if drill.cannot_tell:
            return CANNOT_TELL
        return DONE if drill.is_done else FOUND

    with_greenroom(run)


def _begin(kind: Kind, file: Path | None, *, as_json: bool) -> None:
    """Make a new secret. Nothing else changes: whoever stops here has a file too many."""
    settings = read_settings()
    held, now = prints.of_settings(settings).get(kind, ()), SystemClock().now()
    if len(held) > 1:
        raise SystemExit(stop(f"one is under way already: greenroom rotate {kind} says where it stands", MISUSED))
    secret = making.new_secret(kind, settings, now)
    if file:
        try:
            making.keep(secret, file)
        except making.NotMade as error:
            raise SystemExit(stop(str(error), MISUSED)) from None
    shown: Json = showing.begun(kind, file, f"{now + ENDS_AFTER:%Y-%m-%dT00:00Z}")
    show_result(as_json, shown | ({} if file else {"secret": secret}), showing.begun_for_people)
    raise SystemExit(DONE)


def _try(kind: Kind, file: Path, *, as_json: bool) -> None:
    """Does GitHub accept what this key signs? It is put nowhere."""
    do = f"set {SETTING[kind]}_NEXT_FILE={file.absolute()}, restart each instance, then see greenroom rotate {kind}"

    async def run(greenroom: Greenroom) -> int:
        try:
            app_id = greenroom.settings.app_id if kind == "app-key" else greenroom.settings.hand_app_id
            key = AppCredentials(app_id or "", making.read_private(file))
        except making.NotMade as error:
            return stop(str(error), MISUSED)
        answer = await answer_to(greenroom, key)
        told = {"kind": kind, "key": prints.of_app_key(key), "github": answer, "do": do if answer == "accepted" else ""}
        show_result(as_json, told, lambda shown: Text("\n".join(filter(None, map(str, shown.values())))))
        return {"accepted": DONE, "refused": FAILED}.get(answer, CANNOT_TELL)

    with_greenroom(run)
