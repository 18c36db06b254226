"""Exemptions have an owner, a reason and an end within 90 days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain.findings import Verdict
from policies.exemptions_fresh import check
from tests.builders import CASES, HIDDEN, NOW, PIP, POLICY, WHEEL, facts, rules

FRESH = Verdict(state="pass", message="exemptions: 1, with an end within 90 days")
NONE = Verdict(state="not applicable", message="no exemption names pypa/pip")


def exempt(*until: str, repo: str = "pypa/pip") -> str:
    """A file with exemptions of a repository, one for each of these ends."""
    about = ("private-reporting", "reports-reach-owner")
    lines = [
        f'  - {{policy: {policy}, repository: {repo}, owner: "carol:3", reason: moving, until: {end}}}\n'
        for policy, end in zip(about, until, strict=False)
    ]
    return f"{POLICY}exemptions:\n{''.join(lines)}"


def too_long(*said: str) -> Verdict:
    ends = "; ".join(said)
    message = f"exemptions end within 90 days, and {ends}: not in force yet"
    return Verdict(state="finding", message=message, kinds=("too-long",))


TABLE = {
    "nothing to do": (POLICY, NONE),
    "one that ends soon": (exempt("2026-12-02"), FRESH),
    "one whose last day is the ninetieth": (exempt("2027-03-01"), FRESH),
    "one that ends a day later": (
        exempt("2027-03-02"),
        too_long("that from private-reporting ends on 2027-03-02"),
    ),
    "one that ends in years, beside a fresh one": (
        exempt("2026-12-31", "2036-12-31"),
        too_long("that from reports-reach-owner ends on 2036-12-31"),
    ),
    "two that end in years": (
        exempt("2030-12-31", "2036-12-31"),
        too_long("that from private-reporting ends on 2030-12-31", "that from reports-reach-owner ends on 2036-12-31"),
    ),
    "one that is over": (exempt("2020-12-31"), FRESH),
    "one of another repository": (exempt("2036-12-31", repo="pypa/wheel"), NONE),
    "one of the same repository, written otherwise": (
        exempt("2036-12-31", repo="PyPA/PIP"),
        too_long("that from private-reporting ends on 2036-12-31"),
    ),
}


@pytest.mark.parametrize(("text", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(text: str, verdict: Verdict) -> None:
    """What is accepted for long is looked at again, or not accepted."""
    assert check(facts(PIP), rules(text), NOW) == verdict


def test_it_is_told_of_any_repository_and_whatever_github_says() -> None:
    """It is about the policy file alone, so an outage hides nothing of it."""
    blind = facts(PIP, private_reporting=HIDDEN, configuration=HIDDEN, advisories=HIDDEN, owners_people=HIDDEN)

    assert check(blind, rules(exempt("2036-12-31")), NOW).state == "finding"
    assert check(facts(WHEEL), rules(exempt("2036-12-31", repo="pypa/wheel")), NOW).state == "finding"
    assert check(facts(CASES), rules(exempt("2036-12-31", repo=str(CASES))), NOW).state == "finding"


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (datetime(2026, 12, 1, tzinfo=UTC), "finding"),
        (datetime(2026, 12, 1, 23, 59, tzinfo=UTC), "finding"),
        (datetime(2026, 12, 2, tzinfo=UTC), "pass"),
        (datetime(2026, 12, 2, tzinfo=UTC).astimezone(timezone(timedelta(hours=-12))), "pass"),
        (datetime(2026, 12, 2, 9, tzinfo=timezone(timedelta(hours=14))), "finding"),
    ],
)
def test_it_comes_into_force_ninety_days_before_its_end(now: datetime, state: str) -> None:
    """By the days of UTC, and with nobody doing anything."""
    file = rules(exempt("2027-03-02"))

    assert check(facts(PIP), file, now).state == state
    assert (file.exemption("private-reporting", PIP, now) is not None) == (state == "pass")
