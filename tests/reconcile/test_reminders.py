"""Who is told what on which day?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.ids import SWEEP, AdvisoryKey, PolicyKey, RepoName
from app.domain.records import Digest, Finding, Notice
from app.reconcile.digests import Digests
from app.reconcile.reminders import OPERATORS, Now, digests_for, hour_after, hour_before, readers
from policies.config import PolicyFile
from policies.policy import all_policies
from tests.builders import GHSA, PIP, WHEEL, rules
from tests.reconcile.test_lifecycle import OPEN

DIGESTS = Digests.parse(f"test:{'ab' * 32}")
DAY = timedelta(days=1)
OPENED = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FIRST = datetime(2026, 12, 2, 7, 0, tzinfo=UTC)
COORDINATED = """\
version: 1
coordinators: {users: ["carol:3", "dora:4"]}
report_owners: {maintainers: {takes_reports: github}}
tools:
  pip: {repositories: [pypa/pip], users: ["alice:1", "carol:3"]}
  wheel: {repositories: [pypa/wheel], users: ["bob:2"]}
policies:
  private-reporting: {mode: report}
  coordination-private: {mode: report}
  reports-reach-owner: {mode: report}
"""
NOBODY = f"version: 1\n{COORDINATED[COORDINATED.index('policies:') :]}"
EXEMPT = """\
exemptions:
  - {policy: private-reporting, repository: pypa/wheel, owner: "erin:5", reason: "moving house", until: 2026-12-31}
"""


def found(repo: RepoName = PIP, policy: str = "private-reporting", **said: object) -> Finding:
    return replace(OPEN, **({"repo": repo, "policy": policy, "since": OPENED, "observed_at": OPENED} | said))  # type: ignore[arg-type]


def notice(kind: str = "cannot-see", about: str = "pypa/pip", text: str = "told", since: datetime = OPENED) -> Notice:
    return Notice(kind=kind, about=about, severity="warning", text=text, since=since)  # type: ignore[arg-type]


def made(
    *findings: Finding,
    file: PolicyFile | None = None,
    notices: tuple[Notice, ...] = (),
    at: datetime = FIRST,
    last: datetime | None = None,
) -> dict[str, str]:
    """Who is told what at that hour."""
    now = Now(findings=findings, notices=notices, rules=file or rules(NOBODY), last=last or at - DAY, at=at)
    return {each.recipient: each.text for each in digests_for(now, DIGESTS, at)}


def days_of_mention(since: datetime, hours: Iterable[datetime]) -> list[int]:
    """On which days, counted from the first digest after it, a finding that stays open is mentioned."""
    mentioned, last = [], hour_before(since)
    for at in hours:
        if "pypa/pip" in made(found(since=since), at=at, last=last).get(OPERATORS, ""):
            mentioned.append((at - hour_after(since)) // DAY)
        last = at
    return mentioned


def hours(first: datetime, days: int) -> Iterator[datetime]:
    yield from (first + number * DAY for number in range(days))


def test_where_nothing_is_open_nobody_is_told_anything() -> None:
    """An empty message each morning would be read by nobody after a week, and nor would the one that matters."""
    assert made() == {}
    assert made(found(state="resolved"), found(state="accepted")) == {}


def test_what_policy_only_observes_by_now_is_told_no_more_but_for_what_pages() -> None:
    """Where GitHub does not answer, no look could close it yet."""
    observing = rules("version: 1\n")

    assert made(found(mode="report"), file=observing) == {}
    assert "pypa/pip (new)" in made(found(mode="observe", pages=True), file=observing)[OPERATORS]


def test_a_finding_is_mentioned_after_0_1_3_7_and_14_days_and_then_weekly() -> None:
    """More is noise; less is forgotten."""
    assert days_of_mention(OPENED, hours(FIRST, 90)) == [0, 1, 3, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70, 77, 84]


def test_what_is_opened_at_the_very_hour_is_news_the_next_day() -> None:
    """The digests of that hour may have been made already."""
    [said] = made(found(since=FIRST), at=FIRST + DAY).values()

    assert "pypa/pip (new" in said


def test_days_on_which_nobody_worked_are_made_up_for_once() -> None:
    """Three days without Greenroom cost three days, not a reminder, and nothing is said twice."""
    every = list(hours(FIRST, 20))
    assert days_of_mention(OPENED, every[3:]) == [3, 7, 14]
    assert days_of_mention(OPENED, [every[0], every[5], every[6], every[19]]) == [0, 5, 19]
    assert days_of_mention(OPENED, [every[0], every[0], every[1]]) == [0, 1]


@pytest.mark.parametrize(
    ("since", "first"),
    [
        ("2026-12-01T06:59:59", "2026-12-01T07:00"),
        ("2026-12-01T07:00:00", "2026-12-02T07:00"),
        ("2026-12-01T07:00:01", "2026-12-02T07:00"),
        ("2028-02-28T09:00:00", "2028-02-29T07:00"),  # a leap day
        ("2027-03-28T00:59:00", "2027-03-28T07:00"),  # Europe's clocks go forward
        ("2027-10-31T01:30:00", "2027-10-31T07:00"),  # and back
    ],
)
def test_the_hour_is_one_of_utc_whatever_clocks_people_have(since: str, first: str) -> None:
    """Each day has exactly one such hour, also those with 23 and with 25 hours."""
    moment = datetime.fromisoformat(since).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(first).replace(tzinfo=UTC)

    assert hour_after(moment) == expected
    assert hour_after(moment.astimezone(ZoneInfo("Europe/Berlin"))) == expected
    assert hour_before(moment) == expected - DAY


@pytest.mark.parametrize("first", ["2027-03-20T07:00", "2027-10-24T07:00", "2028-02-20T07:00"])
def test_reminders_keep_their_days_where_clocks_change_and_in_a_leap_year(first: str) -> None:
    """A day that is counted twice, or not at all, would be a reminder twice, or not at all."""
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)

    assert days_of_mention(start, hours(start + DAY, 30)) == [0, 1, 3, 7, 14, 21, 28]


def test_sixty_repositories_that_fail_every_policy_for_ninety_days_are_one_digest_a_day_at_most() -> None:
    """Sixty repositories under every policy, opened over three days, and five people. The budget holds for each."""
    repos = [RepoName("pypa", f"project-{number}") for number in range(60)]
    names = ", ".join(map(str, repos))
    report = ", ".join(f"{policy.name}: {{mode: report}}" for policy in all_policies())
    tools, _, _ = COORDINATED.replace("[pypa/pip]", f"[{names}]").partition("policies:")
    file = rules(f"{tools}policies: {{{report}}}\n")
    findings = [
        found(repo, policy.name, since=OPENED + timedelta(hours=number))
        for number, repo in enumerate(repos)
        for policy in all_policies()
    ]
    inbox: Counter[tuple[str, object]] = Counter()
    digests: list[Digest] = []
    for at in hours(FIRST, 90):
        open_now = tuple(each for each in findings if each.since <= at)
        now = Now(findings=open_now, notices=(), rules=file, last=at - DAY, at=at)
        digests += digests_for(now, DIGESTS, at)
    for each in digests:
        inbox[each.recipient, each.day] += 1

    assert set(inbox.values()) == {1}
    assert {who for who, _ in inbox} == {"carol:3", "dora:4", "alice:1"}
    per_person = Counter(each.recipient for each in digests)
    assert max(per_person.values()) <= 3 * 15, "findings of three days, each mentioned fifteen times"
    assert max(len(each.text) for each in digests) < 200 * len(all_policies()) * 10


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


def test_where_policy_names_nobody_the_operators_are_told() -> None:
    """Somebody must hear it."""
    assert [each.recipient for each in readers(rules(NOBODY))] == [OPERATORS]
    assert list(made(found())) == [OPERATORS]


def test_a_person_who_was_renamed_is_still_one_person() -> None:
    """Whoever they are is their id; two logins of one account would be two digests."""
    text = COORDINATED.replace('"alice:1", "carol:3"', '"alice:1", "carol-before:3"')

    assert sorted(each.recipient for each in readers(rules(text))) == ["alice:1", "bob:2", "carol:3", "dora:4"]


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


def test_notices_are_told_to_those_who_look_after_greenroom() -> None:
    """A tool's people can do nothing about its policy file; and it has the same days as a finding."""
    trouble = (notice("policy-invalid", "greenroom.yml", "line 3 is wrong"),)

    assert sorted(made(notices=trouble, file=rules(COORDINATED))) == ["carol:3", "dora:4"]
    told_on = [day for day, at in enumerate(hours(FIRST, 10)) if made(notices=trouble, at=at)]
    assert told_on == [0, 1, 3, 7]


def test_the_end_of_an_exemption_is_told_14_and_3_days_before_and_when_it_has_come() -> None:
    """To the coordinators, to the people of the tool, and to whoever answers for it; once each."""
    file = rules(COORDINATED + EXEMPT)
    told = {at.date().isoformat(): made(file=file, at=at) for at in hours(FIRST, 60)}

    assert {day: sorted(each) for day, each in told.items() if each} == {
        day: ["bob:2", "carol:3", "dora:4", "erin:5"] for day in ("2026-12-17", "2026-12-28", "2027-01-01")
    }
    assert (
        "private-reporting of pypa/wheel, accepted by erin, ends with 2026-12-31: 14 days left"
        in (told["2026-12-17"]["erin:5"])
    )
    assert "ended with 2026-12-31; if it is still so, it is a finding again" in told["2027-01-01"]["erin:5"]
    assert "moving house" not in str(told), "the reason is a person's own words"


def test_an_announcement_that_fell_into_days_on_which_nobody_worked_comes_late_and_once() -> None:
    """The days that are left are counted from when it is read."""
    file, late = rules(COORDINATED + EXEMPT), datetime(2026, 12, 20, 7, tzinfo=UTC)

    assert "11 days left" in made(file=file, at=late, last=late - 4 * DAY)["erin:5"]
    assert made(file=file, at=late + DAY) == {}


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
