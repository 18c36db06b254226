"""Which cases are there in a generated world, what would a plan of theirs send, and what was sent to their mirrors?"""

from __future__ import annotations

import random
from dataclasses import dataclass

from app.domain.actions import Action, CloseMirror, InviteToMirror, OpenMirror, UpdateMirror
from app.domain.ids import AdvisoryKey, CaseKey, Ghsa, RepoName
from app.sandbox import people
from app.store import cases
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

WHEEL = "pypa/wheel"
MIRRORS = "/repos/packaging-security/cases/security-advisories"
TOO_MANY = 4  # to be shown to more people at once
# What people saw of a mirror, by the names that a plan gives them.
_FIELDS = {
    "summary": ("summary",),
    "description": ("description",),
    "severity": ("severity", "cvss_vector"),
    "cve": ("cve_id",),
    "cwes": ("cwe_ids",),
    "vulnerabilities": ("vulnerabilities",),
}
Operation = tuple[str, str, frozenset[str]]
Mirrors = dict[str, dict[str, str]]  # by id


class Always:
    """A lease that holds."""

    def check(self) -> None:
        pass


@dataclass(slots=True)
class CaseChance:
    """What people do with advisories of wheel that uv is concerned by, and with their mirrors; from a number alone."""

    github: FakeGitHub
    dice: random.Random

    def world(self) -> None:
        """Some are new, some are edited or done since the world before."""
        match self.dice.choice(("as it was", "one more", "one more", "many", "one")):
            case "many":
                self._close(but=0)
                self._accept(TOO_MANY)
            case "one":
                self._close(but=1)
            case "one more":
                self._close(but=1)
                self._accept(1)
            case _:
                pass
        if not self._sources():
            self._accept(1)
        for _ in range(self.dice.randint(0, 1)):
            self.meanwhile()

    def meanwhile(self) -> None:
        """People do something between plan and apply."""
        sources, drafts = self._sources(), self.github.coordination.drafts
        match self.dice.randrange(5):
            case 0 if sources:
                self.dice.choice(sources).close()
            case 1 if drafts:
                self.dice.choice(drafts).edit(collaborating_users=["wheel-maintainer-1"])
            case 2 if drafts:
                self.dice.choice(drafts).edit(severity=self._severity())
            case 3 if sources:
                self.dice.choice(sources).edit(cwe_ids=[self.dice.choice(("CWE-22", "CWE-59", "CWE-73"))])
            case 4 if sources:
                self.dice.choice(sources).edit(severity=self._severity())
            case _:
                pass  # nobody is there for that

    def _sources(self) -> list[FakeAdvisory]:
        return self.github.repo(WHEEL).drafts

    def _close(self, *, but: int) -> None:
        for source in self._sources()[but:]:
            source.close()

    def _accept(self, count: int) -> None:
        wheel = self.github.repo(WHEEL)
        for _ in range(count):
            fields = {
                "summary": "Path traversal",
                "description": "How it happens.",
                "vulnerabilities": people.affected(["wheel", "rust:uv"]),
            }
            people.draft(wheel.world, wheel.state, by=wheel.owner, fields=fields)

    def _severity(self) -> str:
        return self.dice.choice(("low", "medium", "high", "critical"))


async def forget_what_is_done(github: FakeGitHub, bot: Bot) -> None:
    """Else there were more to list with each world."""
    known = await bot.parts.database.read(cases.open_cases)
    needed = {str(each.mirror) for each in known} | {link.ghsa.id for each in known for link in each.links}
    for repo in (github.repo(WHEEL), github.coordination):
        for ghsa in [each.id for each in repo.advisories if not each.is_open and each.id not in needed]:
            del repo.state.advisories[ghsa]


async def found_cases(github: FakeGitHub, bot: Bot) -> tuple[CaseKey, ...]:
    """Look at what is new, so that it becomes cases. Gives all that are open."""
    known = {link for each in await bot.parts.database.read(cases.open_cases) for link in each.links}
    for source in github.repo(WHEEL).drafts:
        key = AdvisoryKey(RepoName.parse(WHEEL), Ghsa.parse(source.id))
        if key not in known:
            await bot.parts.reconciler.reconcile(key, lease=Always())
    return tuple(CaseKey(each.number) for each in await bot.parts.database.read(cases.open_cases))


def mirrors(github: FakeGitHub) -> Mirrors:
    """Everything that a plan could change there, as it is now."""
    return {
        each.id: {name: repr([getattr(each, part) for part in parts]) for name, parts in _FIELDS.items()}
        | {"state": each.state, "people": " ".join(each.collaborators)}
        for each in github.coordination.advisories
    }


def sent(key: CaseKey, before: Mirrors, after: Mirrors) -> set[Operation]:
    """What was done to mirrors while nobody but Greenroom was at them, and it was at this case."""
    found: set[Operation] = {("POST", MIRRORS, frozenset({str(key.number)})) for _ in after.keys() - before.keys()}
    for ghsa, was in before.items():
        now, path = after[ghsa], f"{MIRRORS}/{ghsa}"
        if changed := frozenset(name for name in _FIELDS if now[name] != was[name]):
            found.add(("PATCH", path, changed))
        if added := frozenset(now["people"].split()) - set(was["people"].split()):
            found.add(("PATCH", path, added))
        if now["state"] != was["state"]:
            found.add(("PATCH", path, frozenset({now["state"]})))
    return found


def kind_of(operation: Operation) -> str:
    """What of it was counted, as in “in so many worlds a mirror was opened”."""
    method, _, what = operation
    if method == "POST":
        return "open"
    if what == {"closed"}:
        return "close"
    return "update" if what <= _FIELDS.keys() else "invite"


def operation(action: Action) -> Operation:
    """What would reach GitHub, if this is done to a mirror."""
    match action:
        case OpenMirror():
            return "POST", MIRRORS, frozenset({str(action.case)})
        case UpdateMirror():
            return "PATCH", f"{MIRRORS}/{action.mirror}", frozenset(action.fields.names())
        case InviteToMirror():
            return "PATCH", f"{MIRRORS}/{action.mirror}", frozenset(person.login for person in action.add)
        case CloseMirror():
            return "PATCH", f"{MIRRORS}/{action.mirror}", frozenset({"closed"})
        case _:
            raise AssertionError(f"{action.kind} is not in these worlds")
