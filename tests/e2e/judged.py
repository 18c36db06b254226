"""What does a world look like in which every policy is well at one repository and finds something at another?

pip is in order. get-pip, which here belongs to an owner of its own, is wrong in every way there is. Two cases have an
agreed hour: that of wheel is to come, that of get-pip has come and its advisory is still private.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.casework import cve, embargoes
from app.sandbox.registering import HAND
from app.store import cases, findings
from policies.policy import all_policies
from tests.e2e.policy_edits import edit_policy
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP, GET_PIP, WHEEL, CASES = "pypa/pip", "pypa/get-pip", "pypa/wheel", "packaging-security/cases"
ISSUES = "packaging-security/private-cases"  # where mirrors are issues
CLAIMS = frozenset({"pass", "finding", "blocked", "contested", "exempt"})  # what may only be said of what was seen

States = dict[tuple[str, str], str]
_SILENT = {"unmanaged": "nothing is said", "not applicable": "nothing is said"}

_CLOCKS = {"coordinator": "3d", "finish": "90d", "triage": "14d"}
_VECTOR = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N"
_DAY = timedelta(days=1)


async def states(bot: Bot) -> States:
    """How every repository stands with every policy. Why nothing is said of one is no difference."""
    standings = await bot.parts.database.read(findings.standings)
    return {(str(each.repo), each.policy): _SILENT.get(each.state, each.state) for each in standings}


async def well_and_wrong(github: FakeGitHub, bot: Bot) -> None:
    """Build that world around a running app, and let everything have its turn to be looked at."""
    await edit_policy(bot, everything_is_judged)
    _in_order(github)
    _in_disorder(github)
    github.repo(WHEEL).draft("Path traversal", affects=["wheel", "rust:uv"], cve_id="CVE-2026-11112")
    github.delivery_log.line("ping", None, outcome=202)  # else what happened here would say that the webhook is off
    await bot.approve_everything()
    await looks(bot, 2)
    numbers = {str(case.links[0].repo): case.number for case in await bot.parts.database.read(cases.open_cases)}
    now = bot.clock.now()
    await embargoes.agree(bot.parts, numbers[WHEEL], now + 60 * _DAY, by="coordinator-1")
    await embargoes.agree(bot.parts, numbers[GET_PIP], now + timedelta(minutes=5), by="coordinator-1")
    # What is public is asked about by ids that people recorded, not by what a draft shows.
    for number, tool, known_as in (
        (numbers[WHEEL], "wheel", "CVE-2026-11112"),
        (numbers[GET_PIP], "pip", "CVE-2026-11113"),
    ):
        await cve.request(bot.parts, number, tool, by=f"{tool}-maintainer-1")
        await cve.record(bot.parts, number, tool, known_as, by=f"{tool}-maintainer-1")
    await looks(bot, 5)
    assert len(github.coordination.open_mirrors) == len(numbers)


async def looks(bot: Bot, count: int) -> None:
    """Time passes; each time everything is looked at once, and what has to wait for that a little later."""
    for _ in range(count):
        await bot.later(minutes=8)
        await bot.later(minutes=2)


def everything_is_judged(content: dict[str, Any]) -> None:
    """Every policy enforces, everybody can be reached, and get-pip is somebody else's, who can not."""
    owners, tools = content["report_owners"], content["tools"]
    people, coordinator = list(owners["psrt"]["users"]), content["coordinators"]["users"][0]
    owners["psrt"] |= {"clocks": {**_CLOCKS}, "escalation": "the PSF", "teams": ["python/psrt"]}
    owners["one-person"] = {
        "takes_reports": "email",
        "publishes_on_github": False,
        "contact": "one@pypi.example",
        "clocks": {**_CLOCKS},
        "users": people[:1],
        "teams": ["python/psrt"],
    }
    tools["pip"] |= {"repositories": [PIP], "report_owner": [{"from": "2026-11-01", "owner": "psrt"}]}
    tools["get-pip"] = {
        "repositories": [GET_PIP],
        "report_owner": [{"from": "2024-01-01", "owner": "one-person"}],
    }
    content["policies"] = {policy.name: {"mode": "enforce"} for policy in all_policies()}
    accepted = {"owner": coordinator, "reason": "it will be mended", "policy": "ready-to-publish"}
    content["exemptions"] = [
        {**accepted, "repository": WHEEL, "until": "2027-02-15"},
        {**accepted, "repository": GET_PIP, "until": "2028-01-31"},  # too far away to be in force
    ]


def _in_order(github: FakeGitHub) -> None:
    pip = github.repo(PIP)
    draft = pip.draft("Found by a maintainer", **_complete())
    _came_in(draft, 10)
    pip.attach_configuration("Off for pip", private_reporting="disabled")


def _complete() -> dict[str, Any]:
    return {
        "vulnerabilities": [
            {
                "package": {"ecosystem": "pip", "name": "pip"},
                "vulnerable_version_range": "< 30",
                "patched_versions": "30",
            }
        ],
        "cwe_ids": ["CWE-22"],
        "cvss_vector_string": _VECTOR,
        "credits": [{"login": "coordinator-1", "type": "coordinator"}],
        "collaborating_users": ["psrt-member-1", "psrt-member-2"],
        "cve_id": "CVE-2026-11111",
    }


def _in_disorder(github: FakeGitHub) -> None:
    repo = github.repo(GET_PIP)
    github.installation(HAND, "pypa").add(GET_PIP)
    repo.enable_private_reporting()
    repo.attach_configuration("GitHub recommended", private_reporting="enabled")
    repo.write_file(
        "SECURITY.md", "Please report vulnerabilities [privately on GitHub](../../security/advisories/new)."
    )
    github.add_person("Stranger")
    of_a_case = repo.draft(
        "Nothing is done about it",
        affects=["pip", "rust:uv"],
        collaborating_users=["Stranger"],
        cve_id="CVE-2026-11113",
    )
    _came_in(of_a_case, 200)
    _came_in(repo.report("Nobody looks at it", affects=["get-pip"]), 200)
    repo.draft("It was public at once", affects=["get-pip"]).publish()


def _came_in(advisory: FakeAdvisory, days: int) -> None:
    advisory.now.created_at -= days * _DAY
