"""How is an organization surveyed from the command line? Without an App, a database or a policy file."""

from __future__ import annotations

import json
import os
import re
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer
from dotenv import dotenv_values

from app.cli.command import CANNOT_TELL, DONE, MISUSED, AsJson, out, people, progress, run_to_exit, stop
from app.clock import SystemClock
from app.settings import PREFIX, Settings
from app.survey.asking import BadToken, Outsider
from app.survey.found import Report
from app.survey.looking import Advance, Looking
from app.survey.machine import as_json as for_machines
from app.survey.markdown import as_markdown
from app.survey.questions import Questions
from app.survey.terminal import on_a_terminal

TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")
_HERE = {"localhost", "127.0.0.1", "::1"}


class Misused(ValueError):
    """It was called in a way that cannot work. The message says what would be right."""


def survey(
    org: Annotated[list[str], typer.Option(help="An organization, as in pypa; may be given several times.")],
    token_file: Annotated[
        Path | None, typer.Option(help="Where a GitHub token is, if not in GITHUB_TOKEN or GH_TOKEN. None is needed.")
    ] = None,
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a report that can be pasted.")] = False,
) -> None:
    """Show what an outsider can see of who takes reports of vulnerabilities. Only reads, with any token or none."""

    async def run() -> int:
        if as_json and markdown:
            return stop("take --json or --markdown, not both", MISUSED)
        try:
            report = await _report(_logins(org), _root(), _token(token_file))
        except (Misused, BadToken) as error:
            return stop(str(error), MISUSED)
        _show(report, as_json=as_json, markdown=markdown)
        return _code(report)

    run_to_exit(run())


async def _report(logins: list[str], root: str, token: str | None) -> Report:
    if token and not _is_safe(httpx.URL(root)):
        raise Misused(f"{root} is neither https nor this machine, so the token was not sent there")
    clock = SystemClock()
    asked_at = _now(clock)
    async with Outsider(root=root, token=token, clock=clock) as outsider:
        with _progress() as advance:
            organizations = await Looking(Questions(outsider, clock), advance).at(logins)
        return Report(
            github=root,
            signed_in=outsider.signed_in,
            asked_at=asked_at,
            ended_at=_now(clock),
            requests=outsider.requests,
            organizations=organizations,
        )


def _progress() -> AbstractContextManager[Advance]:
    """Shown to people on a terminal, and to nobody else."""
    return progress("asking GitHub as an outsider") if people.is_terminal else nullcontext(lambda _done, _known: None)


def _show(report: Report, *, as_json: bool, markdown: bool) -> None:
    if as_json:
        print(json.dumps(for_machines(report), ensure_ascii=False))
    elif markdown:
        print(as_markdown(report))
    else:
        out.print(on_a_terminal(report))


def _code(report: Report) -> int:
    kinds = {each.kind for each in report.not_surveyed}
    if kinds - {"cannot tell"}:
        return MISUSED
    return DONE if not kinds and all(each.all_told for each in report.surveyed) else CANNOT_TELL


def _logins(given: list[str]) -> list[str]:
    """Each organization once; GitHub ignores case."""
    found: dict[str, str] = {}
    for login in given:
        if not _LOGIN.fullmatch(login):
            raise Misused(f'"{login}" is no name of an organization; write it as in https://github.com/pypa: pypa')
        found.setdefault(login.lower(), login)
    return list(found.values())


def _root() -> str:
    """Where GitHub is: the one setting that is read, since all others are about an App."""
    name = f"{PREFIX}GITHUB_URL"
    root = os.environ.get(name) or dotenv_values(".env").get(name) or str(Settings.model_fields["github_url"].default)
    if not root.startswith(("https://", "http://")) or "@" in root:  # a report names it, and is shown to everybody
        raise Misused(
            f"{name}: write a URL that begins with https://, or http:// on this machine, without a user or a password"
        )
    return root.rstrip("/")


def _token(file: Path | None) -> str | None:
    """From the file, else from the environment. No message repeats it."""
    if file is None:
        name = next((each for each in TOKENS if os.environ.get(each, "").strip()), None)
        return _checked(os.environ[name], f"what is in {name}") if name else None
    try:
        return _checked(file.read_text(encoding="utf-8"), "what is in the file of --token-file")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Misused(f"the file of --token-file cannot be read: {reason}") from None


def _checked(text: str, where: str) -> str:
    token = text.strip()
    if not re.fullmatch(r"[!-~]{1,4096}", token):
        raise Misused(f"{where} is no token: it is empty, or has blanks or other letters in it")
    return token


def _is_safe(root: httpx.URL) -> bool:
    return root.scheme == "https" or root.host in _HERE


def _now(clock: SystemClock) -> datetime:
    return clock.now().replace(microsecond=0)
