"""How does a world come about in which every policy finds something in each of thirty repositories, for months?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from app.sandbox.registering import WATCHER
from app.sandbox.state.accounts import User
from app.store import embargoes
from policies.policy import all_policies
from tests.e2e.many import ORG, only_pypa
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

REPOSITORIES = 30
ONLY_ONCE = frozenset({"coordination-private", "embargo-kept"})  # where mirrors are kept, and where a case is
EVERYWHERE = frozenset(policy.name for policy in all_policies()) - ONLY_ONCE
_ROUTE = "# Security policy\n\nPlease report vulnerabilities [privately on GitHub](../../security/advisories/new).\n"
_LATER = "2027-12-31"  # no exemption may end so late, so it is not in force


async def everything_fails(github: FakeGitHub, bot: Bot) -> None:
    """Thirty repositories of PyPA in which all is otherwise than policy says, and one case that is late."""
    only_pypa(github, REPOSITORIES)
    names = [each.full_name for each in github.world.repositories.values() if each.owner.login == ORG]
    switched_on = github.world.add_configuration("Recommended", private_reporting="enabled", enforced=True)
    for repo in map(github.repo, names):
        _neglect(repo.attach(switched_on))
    github.repo("pypa/wheel").draft("Of two tools", affects=["wheel", "rust:uv"])
    github.coordination.state.has_wiki = True
    github.world.app(WATCHER).webhook_url = None
    del github.installation(WATCHER, "pypa").state.permissions["members"]
    github.delivery_log.line("ping", None, outcome=202)  # what was wrong from the first is not found a second time
    await edit_policy(bot, _demanding(github, names))
    await bot.later(minutes=10)
    now = bot.clock.now()
    hour = partial(embargoes.agree, number=1, until=now + timedelta(days=1), by="coordinator-1", at=now)
    await bot.parts.database.write(hour)


def person_of(repo: str) -> str:
    """Who hears of it."""
    return f"{repo.partition('/')[2]}-person"


def _neglect(repo: FakeRepo) -> None:
    """Reports that nobody decides, drafts that say too little, and what was published before it was ready."""
    name = repo.state.name
    stranger = repo.world.add_person(f"{name}-stranger").login
    repo.state.private_reporting = True
    repo.write_file("SECURITY.md", _ROUTE)
    repo.report("A matter", affects=[name], collaborating_users=[stranger])
    repo.draft("Another", affects=[name])
    repo.draft("One more", affects=[name]).publish()


def _demanding(github: FakeGitHub, names: list[str]) -> Callable[[dict[str, Any]], None]:
    """Each repository is a tool with one person, and with an owner who takes reports by mail and is in a hurry."""
    people = {name: _account(github.world.add_person(person_of(name))) for name in names}
    owner = {
        "takes_reports": "email",
        "contact": "security@python.org",
        "publishes_on_github": False,
        "clocks": {"coordinator": "1d", "triage": "2d", "finish": "9d"},
        "users": [_account(github.person("psrt-member-1"))],
    }

    def change(content: dict[str, Any]) -> None:
        content["coordination"]["mode"] = "report"
        content["policies"] = {policy.name: {"mode": "report"} for policy in all_policies()}
        content["report_owners"]["psrt"] = owner
        content["tools"] = {"uv": {"repositories": ["astral-sh/uv"], "packages": ["rust:uv"]}}
        for name, person in people.items():
            short = name.partition("/")[2]
            content["tools"][short] = {
                "repositories": [name],
                "packages": [f"pip:{short}"],
                "report_owner": [{"from": "2024-01-01", "owner": "psrt"}],
                "users": [person],
            }
        content["exemptions"] = [_too_long(name, person) for name, person in people.items()]

    return change


def _too_long(repo: str, person: str) -> dict[str, str]:
    said = {"reason": "moving house", "until": _LATER}
    return {"policy": "ready-to-publish", "repository": repo, "owner": person, **said}


def _account(user: User) -> str:
    return f"{user.login}:{user.id}"
