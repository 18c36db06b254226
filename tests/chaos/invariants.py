"""What must be so whenever everything is well again, whatever went wrong before?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.sandbox.pypa import COORDINATION
from app.store import audit
from tests.agreement import disagreements
from tests.chaos.ledger import Ledger, Matter, Mirror, Rules
from tests.chaos.line import Line
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot
from tests.secrecy import leaks

_CASE = re.compile(r'"case": (\d+)')
# Not every fault of a history strikes; and a process that was killed forgets that it was asked to wait, see Line.
_NOT_OURS = ("never happened", "sent though asked to wait")
_CONSENT = re.compile(r"/repos/(pypa/pip|packaging-security/(cases|private-cases))/")


def everywhere(github: FakeGitHub, ledger: Ledger, rules: Rules, told: Mapping[str, Any]) -> Iterator[str]:
    """What can be seen of the world."""
    for place, matter in enumerate(ledger.matters):
        yield from (f"matter {place}: {complaint}" for complaint in _of_matter(matter, ledger, rules, told))
    yield from _of_private_reporting(github)
    yield from _of_writes(github)


def _of_matter(matter: Matter, ledger: Ledger, rules: Rules, told: Mapping[str, Any]) -> Iterator[str]:
    mirrors = ledger.open_mirrors_of(matter)
    if len(mirrors) > 1:
        yield f"has {len(mirrors)} mirrors"
    if mirrors and not matter.is_accepted:
        yield f"is {matter.advisory.now.state} and its mirror is still open"
    if _must_have_mirror(matter, ledger) and not mirrors:
        yield "was accepted, concerns several tools, and has no mirror"
    yield from _of_people(matter.advisory, ledger, _allowed_at_source(matter, rules))
    for mirror in mirrors:
        yield from (f"its mirror {complaint}" for complaint in _of_mirror(matter, mirror, ledger, rules, told))


def _must_have_mirror(matter: Matter, ledger: Ledger) -> bool:
    """A reopened source gets no second case, and a mirror that people closed stays closed: both are known."""
    if not (matter.is_accepted and matter.is_shared) or matter.depends & {"reopened", "packages"}:
        return False
    return not any(mirror.id in ledger.closed_mirrors for mirror in ledger.mirrors_of(matter))


def _of_mirror(matter: Matter, mirror: Mirror, ledger: Ledger, rules: Rules, told: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(mirror, FakeAdvisory):
        inside = set(mirror.now.collaborating_users)
        yield from _of_people(mirror, ledger, set().union(*(rules.ever_named[tool] for tool in matter.tools)))
        wanted = set().union(*(rules.confirmed(tool) for tool in matter.tools))
        if matter.is_accepted and "packages" not in matter.depends and not wanted <= inside:
            yield f"lacks {len(wanted - inside)} of the people whom policy names"
    if matter.is_accepted and _out_of_step(matter, mirror) and not _is_told(mirror, told):
        yield f"is out of step in {', '.join(_out_of_step(matter, mirror))} and nobody is told"
    if any(words not in mirror.body for words in ledger.words[mirror.id]):
        yield "lost words that people wrote into it"


def _out_of_step(matter: Matter, mirror: Mirror) -> list[str]:
    """The fields in which a mirror says something else; of an issue, what its text lacks."""
    source = matter.advisory.now
    if isinstance(mirror, FakeIssue):
        texts = {"summary": source.summary, "description": source.description or "", "cve_id": source.cve_id or ""}
        return [field for field, text in texts.items() if text not in mirror.body]
    fields = ("summary", "severity", "cve_id", "cwe_ids")
    return [
        *(field for field in fields if getattr(source, field) != getattr(mirror.now, field)),
        *(["description"] if (source.description or "") not in mirror.body else []),
    ]


def _is_told(mirror: Mirror, told: Mapping[str, Any]) -> bool:
    """Is there a matter for people under the name of its case?"""
    found = _CASE.search(mirror.body)
    listed = [each["key"] for kind in ("people_must", "blocked", "cannot_tell") for each in told[kind]]
    return found is None or any(key.startswith(f"case/{found[1]}") for key in listed)


def _allowed_at_source(matter: Matter, rules: Rules) -> set[int]:
    return {*rules.ever_named["psrt"]} if matter.own == "pip" else set()


def _of_people(advisory: FakeAdvisory, ledger: Ledger, named: set[int]) -> Iterator[str]:
    inside, guests = set(advisory.now.collaborating_users), ledger.guests[advisory.id]
    if guests - inside:
        yield f"lost {len(guests - inside)} people whom people had added"
    if inside & ledger.strangers:
        yield "let a stranger in who took a free login"
    if inside - guests - named:
        yield f"has {len(inside - guests - named)} people whom nobody named"


def _of_private_reporting(github: FakeGitHub) -> Iterator[str]:
    pip = github.world.repository("pypa/pip")
    guarded = pip.configuration is not None and pip.configuration.guards_private_reporting
    if pip.private_reporting and not guarded:
        yield "private reporting of pip is on"


def _of_writes(github: FakeGitHub) -> Iterator[str]:
    for write in github.writes:
        if not _CONSENT.match(write.path):
            yield f"wrote without consent: {write.method} {write.path}"
    apps = {app.bot.id for app in github.world.registrations.values()}
    for repository in github.world.repositories.values():
        for advisory in repository.advisories.values():
            if advisory.publisher in apps:
                yield f"the app published something in {repository.full_name}"
            if advisory.author in apps and repository.owner.login != COORDINATION:
                yield f"the app made an advisory in {repository.full_name}"


async def of_the_app(bot: Bot, line: Line) -> list[str]:
    """What the app knows of itself: at rest, with a whole audit, and never impatient."""
    complaints = [f"asked inside a ban: {request}" for request in line.inside_a_ban]
    before = len(bot.github.writes)
    bot.clock.advance(minutes=20)
    last_sweep = bot.clock.now()
    await bot.sweep()
    await bot.settle()
    complaints += [f"a further sweep wrote {each.method} {each.path}" for each in bot.github.writes[before:]]
    complaints += [f"still to be done: {key.partition('/')[0]}" for key in await bot.waiting()]
    complaints += await disagreements(bot, last_sweep)
    if (broken := (await bot.parts.database.read(audit.inspect)).broken) is not None:
        complaints.append(f"the audit is broken at row {broken}")
    try:
        bot.github.verify()
    except AssertionError as error:
        complaints += [line for line in str(error).splitlines() if not line.startswith(_NOT_OURS)]
    return complaints


def of_the_log(github: FakeGitHub, folder: Path, log: str) -> list[str]:
    """Nothing failed that nobody expected, and nothing leaked into a log or a file."""
    lines = [json.loads(line) for line in log.splitlines()]
    failed = [f"{each['event']}: {each.get('error')} at {each.get('at')}" for each in lines if _is_accident(each)]
    return [*dict.fromkeys(failed), *leaks(github, folder, log)]


def _is_accident(line: Mapping[str, Any]) -> bool:
    return line["event"] in {"failed", "worker"}
