"""What do people do in a history? Every verb changes the world, lasts, and is the same whatever the app did before."""

from __future__ import annotations

import random

from app.sandbox.people import Impossible
from app.sandbox.state.advisories import Unprocessable
from tests.chaos.history import Event
from tests.chaos.ledger import PACKAGES, TOOLS, Ledger, Matter, Mirror, Rules
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub

_SEVERITIES = ("low", "medium", "high", "critical")


class People:
    """Everybody but the app. A verb for which there is no occasion does nothing."""

    def __init__(self, github: FakeGitHub, ledger: Ledger, rules: Rules) -> None:
        self._github, self._ledger, self._rules = github, ledger, rules
        # Once: a repository stays the same whatever it is called later.
        self._repos = {name: github.repo(name) for name in TOOLS}
        self._event: Event
        self._dice: random.Random

    def do(self, event: Event) -> None:
        self._event, self._dice = event, event.dice
        try:
            getattr(self, event.verb)()
        except (Impossible, Unprocessable):
            return  # GitHub does not let them

    # Advisories.

    def report(self) -> None:
        name, tools = self._somewhere()
        affects = [PACKAGES[tool] for tool in sorted(tools)]
        self._add(name, tools, self._repos[name].report(f"Report {self._event.number}", affects=affects))

    def draft(self) -> None:
        name, tools = self._somewhere()
        affects = [PACKAGES[tool] for tool in sorted(tools)]
        self._add(name, tools, self._repos[name].draft(f"Draft {self._event.number}", affects=affects))

    def _somewhere(self) -> tuple[str, frozenset[str]]:
        name = self._dice.choice([*TOOLS])
        others = self._dice.sample([*PACKAGES], self._dice.choice((0, 1, 1, 1, 2)))
        if self._repos[name].state.archived:
            raise Impossible("an archived repository takes nothing new")
        return name, frozenset({TOOLS[name], *others})

    def _add(self, name: str, tools: frozenset[str], advisory: FakeAdvisory) -> None:
        self._ledger.matters.append(Matter(advisory, TOOLS[name], tools))
        if self._dice.random() < 0.3:
            self._add_guest(advisory)

    def accept(self) -> None:
        if (matter := self._some("triage")) is not None:
            matter.advisory.accept()

    def close(self) -> None:
        if (matter := self._some("triage", "draft")) is not None:
            matter.advisory.close()

    def reopen(self) -> None:
        if (matter := self._some("closed")) is not None:
            matter.depends.add("reopened")
            matter.advisory.reopen()

    def publish(self) -> None:
        if (matter := self._some("draft")) is not None:
            matter.advisory.publish()

    def edit_source(self) -> None:
        if (matter := self._some("triage", "draft")) is not None:
            self._edit(matter.advisory, "source")

    def edit_packages(self) -> None:
        """Whoever can edit it names one tool more; whether that counts depends on when it is seen."""
        if (matter := self._some("triage", "draft")) is not None:
            more = self._dice.choice([*PACKAGES])
            matter.depends.add("packages")
            matter.advisory.edit(affects=[PACKAGES[tool] for tool in sorted({*matter.tools, more})])
            matter.tools |= {more}

    def _edit(self, advisory: FakeAdvisory, side: str) -> None:
        match self._dice.choice(("summary", "summary", "description", "severity", "cwe_ids", "cve_id")):
            case "severity":
                advisory.edit(severity=self._dice.choice(_SEVERITIES))
            case "cwe_ids":
                advisory.edit(cwe_ids=[f"CWE-{self._dice.choice((22, 59, 73, 94))}"])
            case "cve_id":
                advisory.edit(cve_id=f"CVE-2026-{20000 + self._event.number}")
            case "description" if side == "source":
                advisory.edit(description=f"The text of {side} in event {self._event.number}, under embargo")
            case _:
                advisory.edit(summary=f"The title of {side} in event {self._event.number}, under embargo")

    def add_to_source(self) -> None:
        if (matter := self._some("triage", "draft")) is not None:
            self._add_guest(matter.advisory)

    # Mirrors, where there is one.

    def edit_mirror(self) -> None:
        matter, mirror = self._some_mirror()
        if matter is not None:
            matter.depends.add("both sides")
        if isinstance(mirror, FakeAdvisory):
            self._edit(mirror, "mirror")

    def write_into_the_mirror(self) -> None:
        _, mirror = self._some_mirror()
        if mirror is not None:
            words = f"Words of people in event {self._event.number}, under embargo"
            self._github.canaries.add(words)
            mirror.rewrite(f"{mirror.body}\n{words}\n")
            self._ledger.words[mirror.id].append(words)

    def add_to_mirror(self) -> None:
        _, mirror = self._some_mirror()
        if isinstance(mirror, FakeAdvisory):
            self._add_guest(mirror)

    def drop_from_mirror(self) -> None:
        """Somebody takes a person out; whom policy names is let in again."""
        _, mirror = self._some_mirror()
        if isinstance(mirror, FakeAdvisory) and mirror.collaborators:
            login = self._dice.choice(mirror.collaborators)
            mirror.edit(collaborating_users=[each for each in mirror.collaborators if each != login])
            self._ledger.guests[mirror.id].discard(self._github.person(login).id)

    def close_mirror(self) -> None:
        matter, mirror = self._some_mirror()
        if matter is not None:
            matter.depends.add("mirror closed by hand")
        if mirror is not None:
            mirror.close()
            self._ledger.closed_mirrors.add(mirror.id)

    def _add_guest(self, advisory: FakeAdvisory) -> None:
        guest = self._github.add_person(f"guest-{self._event.number}")
        inside = advisory.collaborators
        inside.insert(self._dice.randint(0, len(inside)), guest.login)  # nobody promises an order
        advisory.edit(collaborating_users=inside)
        self._ledger.guests[advisory.id].add(guest.id)

    # Repositories, people, policy.

    def switch_private_reporting(self) -> None:
        repo = self._repos[self._dice.choice(("pypa/pip", "pypa/pip", "pypa/wheel", "astral-sh/uv"))]
        if self._dice.random() < 0.8:
            repo.enable_private_reporting()
        else:
            repo.disable_private_reporting()

    def attach_configuration(self) -> None:
        name = f"Configuration {self._event.number}"
        setting, enforced = self._dice.choice(("enabled", "disabled")), self._dice.random() < 0.7
        self._repos["pypa/pip"].attach_configuration(name, private_reporting=setting, enforced=enforced)  # type: ignore[arg-type]

    def detach_configuration(self) -> None:
        self._repos["pypa/pip"].detach_configuration()

    def rename_repository(self) -> None:
        """And policy follows at once."""
        name = self._dice.choice(("pypa/wheel", "astral-sh/uv", "python-poetry/poetry"))
        repo = self._repos[name]
        repo.rename(f"{name.partition('/')[2]}-{self._event.number}")
        self._rules.content["tools"][TOOLS[name]]["repositories"] = [repo.state.full_name]
        self._rules.publish()

    def archive(self) -> None:
        repo = self._repos[self._dice.choice(("pypa/wheel", "astral-sh/uv", "python-poetry/poetry"))]
        if all(matter.advisory.repo is not repo.state for matter in self._ledger.matters):
            repo.archive()

    def rename_person(self) -> None:
        """The old login is taken by a stranger at once."""
        login = self._dice.choice(("wheel-maintainer-1", "uv-maintainer-1", "psrt-member-2", "pip-maintainer-2"))
        person = self._github.world.find_person(login)
        if person is None or person.id in self._ledger.renamed | self._ledger.strangers:
            return
        self._github.rename_user(login, f"{login}-later")
        self._ledger.renamed.add(person.id)
        self._ledger.strangers.add(self._github.add_person(login).id)

    def name_another_maintainer(self) -> None:
        tool = self._dice.choice([*PACKAGES])
        person = self._github.add_person(f"{tool}-maintainer-of-event-{self._event.number}")
        self._rules.content["tools"][tool].setdefault("users", []).append(f"{person.login}:{person.id}")
        self._rules.publish()

    def _some(self, *states: str) -> Matter | None:
        """The dice choose among all matters, so that the choice does not depend on which ones are open."""
        if not self._ledger.matters:
            return None
        matter = self._dice.choice(self._ledger.matters)
        frozen = matter.advisory.repo.archived
        return matter if matter.advisory.now.state in states and not frozen else None

    def _some_mirror(self) -> tuple[Matter | None, Mirror | None]:
        matter = self._some("draft")
        mirrors = self._ledger.open_mirrors_of(matter) if matter else []
        return matter, mirrors[0] if mirrors else None
