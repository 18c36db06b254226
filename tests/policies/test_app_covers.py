"""Greenroom sees every repository that policy names, and may do there what it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.delivery import Silence
from app.domain.facts import CannotTell, Coverage, NotApplicable, Presence, RepositoryFacts, Webhook
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.app_covers import check
from policies.permissions import HAND, WATCHER, both
from tests.builders import CASES, HIDDEN, NOW, PIP, POLICY, WHEEL, facts, known, rules

GRANTED = tuple(WATCHER.items())
SEES = Presence(suspended=False, selected=False, permissions=GRANTED, sees=True)
WRITES = Presence(suspended=False, selected=True, permissions=tuple(HAND.items()), sees=None)
NO_HAND = NotApplicable("no Hand: it observes")
HERE = Webhook(url="https://greenroom.example/webhooks/github", verifies=True)
ALL = Coverage(watcher=SEES, hand=known(WRITES), webhook=known(HERE))


def says(state: Any, message: str, *kinds: str) -> Verdict:
    return Verdict(state=state, message=message, kinds=kinds)


def seen(repo: RepoName = PIP, **said: Any) -> RepositoryFacts:
    """All is well, but for what is said."""
    return facts(repo, coverage=known(replace(ALL, **said)))


def watched(**said: Any) -> RepositoryFacts:
    return seen(watcher=replace(SEES, **said))


def mirrors(**said: Any) -> RepositoryFacts:
    return seen(CASES, **said)


def hook(url: str | None, *, verifies: bool = True) -> RepositoryFacts:
    return mirrors(webhook=known(Webhook(url=url, verifies=verifies)))


ELSEWHERE = says(
    "finding", "Greenroom's webhook does not point to /webhooks/github of an https address", "webhook-elsewhere"
)
LESS = tuple((name, level) for name, level in HAND.items() if name not in {"issues", "administration"})
TABLE = {
    "nothing to do": (seen(), says("pass", "visible")),
    "repositories are selected one by one": (
        watched(selected=True),
        says("pass", "visible in pypa, where repositories are selected one by one"),
    ),
    "more is granted than asked for": (
        watched(permissions=(*GRANTED, ("issues", "write"), ("members", "admin"))),
        says("pass", "visible"),
    ),
    "not installed": (
        seen(watcher=None),
        says("finding", "Greenroom is not installed in pypa", "not-installed"),
    ),
    "suspended": (
        watched(suspended=True, sees=None),
        says("finding", "the installation of Greenroom in pypa is suspended", "suspended"),
    ),
    "installed, and the repository is not in its list": (
        watched(sees=False),
        says("finding", "Greenroom does not see pypa/pip", "not-visible"),
    ),
    "not selected": (
        watched(sees=False, selected=True),
        says("finding", "Greenroom does not see pypa/pip, where repositories are selected one by one", "not-visible"),
    ),
    "permissions were not accepted": (
        watched(permissions=(("metadata", "read"), ("members", "none"))),
        says(
            "finding",
            "Greenroom was not granted administration: read, members: read, repository_advisories: read in pypa",
            "permissions",
        ),
    ),
    "not visible, and permissions are missing": (
        watched(sees=False, permissions=GRANTED[1:]),
        says(
            "finding",
            "Greenroom does not see pypa/pip; Greenroom was not granted administration: read in pypa",
            "not-visible",
            "permissions",
        ),
    ),
    "the Hand is not where policy enforces": (
        seen(hand=known(None)),
        says("pass", "visible; Greenroom Hand may not write in pypa"),
    ),
    "the Hand is where policy enforces, and was not granted what it writes with": (
        seen(hand=known(replace(WRITES, permissions=LESS))),
        says("pass", "visible; Greenroom Hand may not write in pypa"),
    ),
    "the Hand is suspended where policy enforces": (
        seen(hand=known(replace(WRITES, suspended=True))),
        says("pass", "visible; Greenroom Hand may not write in pypa"),
    ),
    "where the Hand is cannot be told: a project's repository is seen all the same": (
        seen(hand=HIDDEN),
        says("pass", "visible"),
    ),
    "no Hand, and nobody declared anything that could be enforced": (
        seen(WHEEL, hand=known(None)),
        says("pass", "visible"),
    ),
    "the webhook is judged where mirrors are kept": (
        seen(webhook=known(Webhook(url=None, verifies=False))),
        says("pass", "visible"),
    ),
    "where the Apps are cannot be told": (facts(coverage=HIDDEN), says("cannot tell", "GitHub did not say")),
    "nobody asked": (facts(coverage=NotApplicable("not asked")), says("not applicable", "not asked")),
    "policy does not name it": (
        seen(RepoName("pypa", "nowhere"), watcher=None),
        says("not applicable", "policy does not name pypa/nowhere"),
    ),
    "mirrors: nothing to do": (mirrors(), says("pass", "visible")),
    "mirrors: the Hand is not there": (
        mirrors(hand=known(None)),
        says(
            "finding",
            "Greenroom Hand is not installed in packaging-security, where mirrors are kept",
            "hand-not-installed",
        ),
    ),
    "mirrors: the Hand is suspended and lacks permissions": (
        mirrors(hand=known(replace(WRITES, suspended=True, permissions=LESS))),
        says(
            "finding",
            "the installation of Greenroom Hand in packaging-security is suspended; "
            "Greenroom Hand was not granted administration: write, issues: write in packaging-security",
            "hand-suspended",
            "hand-permissions",
        ),
    ),
    "mirrors: read is not write": (
        mirrors(hand=known(replace(WRITES, permissions=tuple({**HAND, "issues": "read"}.items())))),
        says("finding", "Greenroom Hand was not granted issues: write in packaging-security", "hand-permissions"),
    ),
    "mirrors: where the Hand is cannot be told": (mirrors(hand=HIDDEN), says("cannot tell", "GitHub did not say")),
    "mirrors: there is no Hand, and they are to be kept": (
        mirrors(hand=NO_HAND),
        says(
            "finding",
            "mirrors are to be kept here, and there is no Greenroom Hand that could: it only observes",
            "no-hand",
        ),
    ),
    "there is no Hand where policy enforces": (
        seen(hand=NO_HAND),
        says("pass", "visible; no Hand: it observes, and what policy enforces is not mended"),
    ),
    "there is no Hand, and nobody declared anything that could be enforced": (
        seen(WHEEL, hand=NO_HAND),
        says("pass", "visible"),
    ),
    "mirrors: one App does both, and lacks what only the Watcher asks for": (
        mirrors(is_one_app=True, hand=known(WRITES)),
        says("finding", "Greenroom Hand was not granted members: read in packaging-security", "hand-permissions"),
    ),
    "mirrors: one App does both": (
        mirrors(is_one_app=True, hand=known(replace(WRITES, permissions=tuple(both().items())))),
        says("pass", "visible"),
    ),
    "a webhook without address": (
        hook(None),
        says("finding", "Greenroom's webhook has no address", "webhook-missing"),
    ),
    "a webhook in the clear": (hook("http://greenroom.example/webhooks/github"), ELSEWHERE),
    "a webhook to another path": (hook("https://greenroom.example/"), ELSEWHERE),
    "a webhook to a longer path": (hook("https://greenroom.example/webhooks/github/old"), ELSEWHERE),
    "a webhook to nowhere": (hook("https:///webhooks/github"), ELSEWHERE),
    "a webhook that is no address": (hook("https://[/webhooks/github"), ELSEWHERE),
    "a webhook whose certificate nobody verifies": (
        hook(HERE.url, verifies=False),
        says("finding", "GitHub does not verify the certificate of Greenroom's webhook", "webhook-unverified"),
    ),
    "github sends nothing": (
        mirrors(silence=Silence(changes=2, since=NOW)),
        says(
            "finding",
            f"GitHub sent nothing for 2 changes that it sends deliveries for, since {NOW:%Y-%m-%d %H:%M} UTC: "
            "is the App's webhook switched off?",
            "webhook-silent",
        ),
    ),
    "github sends nothing, told of another repository": (
        seen(silence=Silence(changes=2, since=NOW)),
        says("pass", "visible"),
    ),
    "how the webhook is set up cannot be told": (
        mirrors(webhook=HIDDEN),
        says("cannot tell", "GitHub did not say"),
    ),
    "how the webhook is set up cannot be told, and something is wrong": (
        mirrors(webhook=HIDDEN, watcher=None),
        says("finding", "Greenroom is not installed in packaging-security", "not-installed"),
    ),
}


@pytest.mark.parametrize(("world", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(world: RepositoryFacts, verdict: Verdict) -> None:
    """What is not seen looks like peace, so that it is not seen is a finding of its own."""
    assert check(world, rules(), NOW) == verdict


NO_MIRRORS = POLICY.replace("coordination: {repository: packaging-security/cases, mode: enforce}\n", "")
WITHOUT_MIRRORS = {
    "nothing to do": (seen(), says("pass", "visible")),
    "a webhook without address": (
        seen(webhook=known(Webhook(url=None, verifies=True))),
        says("finding", "Greenroom's webhook has no address", "webhook-missing"),
    ),
    "how the webhook is set up cannot be told": (seen(webhook=HIDDEN), says("cannot tell", "GitHub did not say")),
    "where the Hand is cannot be told: there is nothing that it keeps": (seen(hand=HIDDEN), says("pass", "visible")),
}


@pytest.mark.parametrize(("world", "verdict"), WITHOUT_MIRRORS.values(), ids=WITHOUT_MIRRORS)
def test_where_nobody_keeps_mirrors_every_repository_tells_of_the_webhook(
    world: RepositoryFacts, verdict: Verdict
) -> None:
    """Somebody has to, also that it cannot be told."""
    assert check(world, rules(NO_MIRRORS), NOW) == verdict


def test_where_nothing_is_enforced_nobody_misses_the_hand() -> None:
    """It is installed by who consents to enforcement."""
    file = rules(POLICY.replace("private-reporting: {mode: enforce}", "private-reporting: {mode: report}"))

    assert check(seen(hand=known(None)), file, NOW).message == "visible"


def test_the_address_of_the_webhook_stays_unsaid() -> None:
    """Whoever set it may have put a password into it."""
    verdict = check(hook("http://user:s3cret@greenroom.example/?token=s3cret"), rules(), NOW)

    assert "s3cret" not in verdict.message
    assert "s3cret" not in repr(Webhook(url="http://s3cret@greenroom.example", verifies=True))


def test_repositories_that_nobody_sees_are_a_finding_while_all_else_is_unknown() -> None:
    """No other policy can tell anything of them, so this one has to."""
    blind: dict[str, Any] = dict.fromkeys(
        ("private_reporting", "configuration", "advisories", "owners_people"), CannotTell("no installation")
    )

    assert check(replace(watched(sees=False), **blind), rules(), NOW).kinds == ("not-visible",)


@pytest.mark.parametrize(
    ("ours", "state"),
    [
        (None, "pass"),
        ("https://greenroom.example", "pass"),
        ("https://GREENROOM.example", "pass"),
        ("https://greenroom.example:8443", "finding"),
        ("https://other.example", "finding"),
    ],
)
def test_deliveries_that_go_to_another_host_never_come_here(ours: str | None, state: str) -> None:
    """A webhook left behind by a move looks as it should, and nothing is ever delivered."""
    verdict = check(mirrors(webhook=known(replace(HERE, ours=ours))), rules(POLICY), NOW)

    assert verdict.state == state
    assert verdict.kinds == (("webhook-other-host",) if state == "finding" else ())
