"""No enforced code security configuration fights what policy says of a repository."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import Configuration, NotApplicable, RepositoryFacts
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.configuration_agrees import check
from tests.builders import CASES, HIDDEN, NOW, POLICY, WHEEL, configuration, facts, known, rules

UV = RepoName("astral-sh", "uv")
HOLDS = "the enforced configuration “PyPA baseline” holds private vulnerability reporting"
AGREES = "the enforced configuration “PyPA baseline” agrees"
RECOMMENDED = Configuration(id=17, name="GitHub recommended", enforced=True, private_vulnerability_reporting="enabled")


def says(state: Any, message: str, *kinds: str) -> Verdict:
    return Verdict(state=state, message=message, kinds=kinds)


def under(attached: Configuration | None, repo: RepoName | None = None) -> RepositoryFacts:
    said = known(attached)
    return facts(repo, configuration=said) if repo else facts(configuration=said)


TABLE = {
    "nothing to do": (facts(), says("pass", "no configuration is attached")),
    "it says the same": (under(configuration("disabled")), says("pass", AGREES)),
    "it leaves the switch alone": (under(configuration("not_set")), says("pass", AGREES)),
    "it says otherwise, and does not enforce": (
        under(configuration("enabled", enforced=False)),
        says("pass", "the configuration “PyPA baseline” is attached and not enforced"),
    ),
    "it holds it on, and reports go elsewhere": (
        under(configuration("enabled")),
        says("finding", f"{HOLDS} on, but psrt takes the reports of pypa/pip by security@python.org", "forces-on"),
    ),
    "GitHub's own, enforced": (
        under(RECOMMENDED),
        says(
            "finding",
            "the enforced configuration “GitHub recommended” holds private vulnerability reporting on, but psrt takes "
            "the reports of pypa/pip by security@python.org",
            "forces-on",
        ),
    ),
    "GitHub's own, where reports are taken on GitHub": (
        under(RECOMMENDED, UV),
        says("pass", "the enforced configuration “GitHub recommended” agrees"),
    ),
    "it holds it off, and reports go there": (
        under(configuration("disabled"), UV),
        says("finding", f"{HOLDS} off, but maintainers takes the reports of astral-sh/uv by GitHub", "forces-off"),
    ),
    "the switch is wrong as well": (
        facts(private_reporting=known(True), configuration=known(configuration("enabled"))),
        says("finding", f"{HOLDS} on, but psrt takes the reports of pypa/pip by security@python.org", "forces-on"),
    ),
    "what the switch says is unknown and no matter": (
        facts(private_reporting=HIDDEN, configuration=known(configuration("disabled"))),
        says("pass", AGREES),
    ),
    "it cannot be told": (facts(configuration=HIDDEN), says("cannot tell", "GitHub did not say")),
    "it was not its turn yet": (
        facts(configuration=NotApplicable("not asked yet")),
        says("not applicable", "not asked yet"),
    ),
    "a private or archived repository": (
        facts(configuration=NotApplicable("it is private")),
        says("not applicable", "it is private"),
    ),
    "nobody declared who takes the reports": (
        under(configuration("enabled"), WHEEL),
        says("unmanaged", "nobody declared who takes the reports of pypa/wheel"),
    ),
    "the coordination repository": (
        under(configuration("enabled"), CASES),
        says("unmanaged", "nobody declared who takes the reports of packaging-security/cases"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """A configuration that fights policy is named, and a person has to end it."""
    assert check(seen, rules(), NOW) == verdict


def test_an_owner_without_an_address_takes_reports_by_mail() -> None:
    """The message has to say something even where policy gives no contact."""
    file = rules(POLICY.replace("contact: security@python.org, ", ""))

    assert check(under(configuration("enabled")), file, NOW).message.endswith("of pypa/pip by mail")
