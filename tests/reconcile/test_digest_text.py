"""What does a digest say, and to whom?"""

from __future__ import annotations

from dataclasses import replace

from app.domain.ids import SWEEP, AdvisoryKey, PolicyKey
from app.domain.records import Finding, Notice
from app.reconcile.reminders import OPERATORS, Now, digests_for, readers
from tests.builders import CASES, GHSA, PIP, WHEEL, rules
from tests.reconcile.mornings import (
    COORDINATED,
    DAY,
    DIGESTS,
    EXEMPT,
    FIRST,
    NOBODY,
    OPENED,
    found,
    made,
    notice,
)


def test_coordinators_hear_of_everything_and_a_tools_people_of_its_repositories() -> None:
    """Each person is one reader, whatever they are named for."""
    told = made(found(PIP), found(WHEEL), file=rules(COORDINATED))

    heard = {who: {str(repo) for repo in (PIP, WHEEL) if f"{repo} (" in text} for who, text in told.items()}
    assert heard == {
        "carol:3": {"pypa/pip", "pypa/wheel"},
        "dora:4": {"pypa/pip", "pypa/wheel"},
        "alice:1": {"pypa/pip"},
        "bob:2": {"pypa/wheel"},
    }


OWNED = COORDINATED.replace(
    "report_owners: {maintainers: {takes_reports: github}}",
    """report_owners:
  psrt: {takes_reports: email, contact: security@pypa.example, users: ["paul:6", "alice:1"]}
  team: {takes_reports: github, users: ["tina:7"]}""",
).replace(
    "repositories: [pypa/pip],",
    "repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}, {from: 2026-12-04, owner: team}],",
)


def test_whoever_takes_the_reports_of_a_tool_hears_of_its_repositories_from_their_first_day_to_their_last() -> None:
    """The PSRT answers for pip until its last day; then it is another's business, and no longer theirs."""
    file = rules(OWNED)

    told = {at.date().isoformat(): made(found(PIP), found(WHEEL), file=file, at=at) for at in (FIRST, FIRST + 3 * DAY)}

    assert {day: sorted(each) for day, each in told.items()} == {
        "2026-12-02": ["alice:1", "bob:2", "carol:3", "dora:4", "paul:6"],
        "2026-12-05": ["alice:1", "bob:2", "carol:3", "dora:4", "tina:7"],
    }
    assert "pypa/pip (new)" in told["2026-12-02"]["paul:6"]
    assert "pypa/wheel" not in told["2026-12-02"]["paul:6"]


def test_whoever_takes_reports_is_told_of_none() -> None:
    """Not even a pseudonym: to somebody who has to do with one repository it would say whose advisory it is."""
    hidden = DIGESTS.hidden(PolicyKey(PIP, "reports-reach-owner"))
    trouble = (
        notice("blocked", hidden, f"{hidden}: in vain"),
        notice("people-must", "case/1", "case/1 waits"),
        notice(),
    )
    under_embargo = (found(policy="reports-reach-owner", verdict="contested"), found(embargoed=True, pages=True))

    told = made(*under_embargo, file=rules(OWNED), notices=trouble)

    assert sorted(told) == ["carol:3", "dora:4"]


def test_what_pages_comes_first_then_what_is_contested_then_what_is_blocked() -> None:
    """Whoever reads the first lines only has read what waits for them and for nobody else."""
    told = made(
        found(PIP, verdict="blocked"),
        found(WHEEL, verdict="contested", since=OPENED - DAY),
        found(CASES, "coordination-private", pages=True),
        found(PIP, "reports-reach-owner", verdict="contested"),
        found(PIP, "security-policy-routes"),
        file=rules(COORDINATED + "  security-policy-routes: {mode: report}\n"),
        notices=(notice("moved", "pypa/old", "has moved"), _paging("greenroom.yml is public")),
    )

    order = [
        "greenroom.yml is public",
        "At once: coordination-private: ",
        "packaging-security/cases (new)",
        "Contested, others undo it, so it is left alone until a coordinator thaws it: private-reporting: ",
        "pypa/wheel (since 2026-11-30)",
        f"a coordinator thaws it: Under embargo: {DIGESTS.hidden(PolicyKey(PIP, 'reports-reach-owner'))}",
        "Blocked, GitHub refused what would mend it or changed nothing: private-reporting: ",
        "pypa/pip (new)",
        "\n\nsecurity-policy-routes: ",
        "has moved",
    ]
    text = told["carol:3"]
    places = [text.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "Blocked, " in told["alice:1"]
    assert "Contested, " in told["bob:2"]
    assert "At once" not in told["alice:1"] + told["bob:2"]


def _paging(text: str) -> Notice:
    return replace(notice("policy-invalid", "greenroom.yml", text), severity="page")


def test_a_digest_that_mentions_what_pages_is_marked_so() -> None:
    """Whoever sends it on can let it ring."""
    paged, warned = found(CASES, "coordination-private", pages=True), found(PIP)

    assert _severities(paged, warned) == {"alice:1": "warning", "carol:3": "page", "dora:4": "page"}
    assert _severities(warned) == {"alice:1": "warning", "carol:3": "warning", "dora:4": "warning"}
    assert set(_severities(notices=(_paging("it is public"),)).values()) == {"page"}


def _severities(*findings: Finding, notices: tuple[Notice, ...] = ()) -> dict[str, str]:
    now = Now(findings=findings, notices=notices, rules=rules(COORDINATED), last=FIRST - DAY, at=FIRST)
    return {each.recipient: each.severity for each in digests_for(now, DIGESTS, FIRST).digests}


def test_where_policy_names_nobody_the_operators_are_told() -> None:
    """Somebody must hear it."""
    assert [each.recipient for each in readers(rules(NOBODY), FIRST)] == [OPERATORS]
    assert list(made(found())) == [OPERATORS]


def test_a_person_who_was_renamed_is_still_one_person() -> None:
    """Whoever they are is their id; two logins of one account would be two digests."""
    text = COORDINATED.replace('"alice:1", "carol:3"', '"alice:1", "carol-before:3"')

    assert sorted(each.recipient for each in readers(rules(text), FIRST)) == ["alice:1", "bob:2", "carol:3", "dora:4"]


def test_what_is_under_embargo_has_a_pseudonym_and_neither_a_repository_nor_an_age() -> None:
    """That a finding about reports is there tells that there is a report; only those who hear of all tools do."""
    about_reports, slipped_in = found(policy="reports-reach-owner"), found(embargoed=True)
    told = made(about_reports, slipped_in, file=rules(COORDINATED))

    assert sorted(told) == ["carol:3", "dora:4"]
    names = [DIGESTS.hidden(PolicyKey(each.repo, each.policy)) for each in (about_reports, slipped_in)]
    assert all(name in told["carol:3"] for name in names)
    assert "pypa/" not in told["carol:3"]
    assert "2026-12-01" not in told["carol:3"]


def test_a_message_never_gets_into_a_digest() -> None:
    """It may name ids of advisories and logins of people."""
    [text] = made(found(message=f"secret of {GHSA}")).values()

    assert "secret" not in text
    assert "GHSA" not in text


def test_what_was_long_unseen_is_told_as_such() -> None:
    """A finding stays open while nobody can look; nobody may think that it was seen today."""
    [text] = made(found(), at=FIRST + DAY).values()

    assert "pypa/pip (since 2026-12-01, last seen 2026-12-01)" in text


def test_an_outage_of_github_is_said_once_and_not_sixty_times() -> None:
    """Sixty lines about one outage bury the one line that matters."""
    blind = [notice(about=f"pypa/project-{number}") for number in range(60)]
    [text] = made(notices=(*blind, notice(about=str(SWEEP), text="no sweep"))).values()

    assert text.count("pypa/") == 0
    assert "GitHub as a whole does not answer since 2026-12-01 09:00 UTC; 60 of what is watched cannot be seen." in text


def test_repositories_that_cannot_be_seen_are_one_line() -> None:
    """Where it is not all of GitHub, people learn which, as far as a line goes."""
    blind = [notice(about=f"pypa/project-{number}", text="one of many") for number in range(60)]
    [text] = made(notices=tuple(blind)).values()

    assert "one of many" not in text
    assert text.count("pypa/project") == 10
    assert "and 50 more" in text


def test_what_a_finding_says_is_not_said_again_as_a_notice() -> None:
    """One thing to settle is one item, under whichever name it was told."""
    hidden = DIGESTS.hidden(PolicyKey(WHEEL, "private-reporting"))
    repeated = (notice("blocked", "pypa/pip#private-reporting", "in vain"), notice("blocked", hidden, "in vain"))
    [text] = made(found(PIP), found(WHEEL), notices=(*repeated, notice("moved", "pypa/old", "has moved"))).values()

    assert "in vain" not in text
    assert "has moved" in text


def test_a_notice_about_what_nobody_is_told_any_more_is_not_lost() -> None:
    """What policy only observes is no finding in a digest, and that it was left alone still waits for a person."""
    contested = notice("contested", "pypa/pip#private-reporting", "left alone")
    [text] = made(found(verdict="contested"), file=rules("version: 1\n"), notices=(contested,)).values()

    assert "left alone" in text


def test_nothing_about_an_advisory_can_be_in_a_line_of_the_unseen() -> None:
    """Notices about reports carry pseudonyms already, and stay so."""
    hidden = DIGESTS.pseudonym(AdvisoryKey(PIP, GHSA))
    [text] = made(notices=(notice(about=hidden),)).values()

    assert hidden in text
    assert "pypa/pip" not in text


def test_a_digest_reads_like_this() -> None:
    """As people get it."""
    file = rules(COORDINATED + EXEMPT.replace("2026-12-31", "2026-12-16"))
    told = made(
        found(PIP),
        found(WHEEL, since=OPENED - DAY),
        found(WHEEL, "coordination-private", since=OPENED - 5 * DAY),
        found(WHEEL, "reports-reach-owner"),
        file=file,
        notices=(notice("policy-invalid", "greenroom.yml", "greenroom.yml line 3: unknown key"), notice()),
    )

    assert (
        told["carol:3"]
        == f"""\
Greenroom, 2026-12-02: 1 new finding, 1 finding still open, 1 more open, not mentioned today

private-reporting: Private vulnerability reporting is what the repository's report owner declares.
  pypa/pip (new), pypa/wheel (since 2026-11-30)

Under embargo: {DIGESTS.hidden(PolicyKey(WHEEL, "reports-reach-owner"))}

greenroom.yml line 3: unknown key
Cannot be seen, or not all of it, since 2026-12-01 09:00 UTC: pypa/pip

Exemption: private-reporting of pypa/wheel, accepted by erin, ends with 2026-12-16: 14 days left

greenroom findings says what each of them is, and what is next.
"""
    )
