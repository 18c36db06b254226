"""How is a survey told to people and to programs? Texts are snapshots."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from app.domain.facts import CannotTell, Known, NotApplicable
from app.domain.ids import RepoName
from app.survey.found import NotSurveyed, Report, SecurityPolicy, Seen, Surveyed
from app.survey.machine import as_json
from app.survey.markdown import as_markdown
from app.survey.terminal import on_a_terminal
from tests.clock import START

LIMIT = CannotTell("GitHub's limit; try with a token")


def known(value: Any) -> Known[Any]:
    return Known(value=value, observed_at=START)


def policy(*paths: str) -> Known[Any]:
    return known(SecurityPolicy(paths=paths))


def repo(name: str = "tool", **more: Any) -> Seen:
    boring: dict[str, Any] = {
        "name": RepoName("acme", name),
        "archived": False,
        "fork": False,
        "private_reporting": known(False),
        "security_policy": known(None),
        "published_advisories": known(0),
    }
    return Seen(**(boring | more))


def on() -> Known[Any]:
    return known(True)


UNKNOWN = CannotTell("why")


@pytest.mark.parametrize(
    ("changes", "way"),
    [
        ({}, "none"),
        ({"private_reporting": on()}, "private reporting"),
        ({"private_reporting": on(), "security_policy": UNKNOWN}, "private reporting"),
        ({"security_policy": policy("SECURITY.md")}, "security policy"),
        ({"private_reporting": UNKNOWN, "security_policy": policy("SECURITY.md")}, "security policy"),
        ({"security_policy": UNKNOWN, "has_default": True}, "security policy"),
        ({"private_reporting": UNKNOWN}, "cannot tell"),
        ({"security_policy": UNKNOWN}, "cannot tell"),
        ({"private_reporting": UNKNOWN, "security_policy": UNKNOWN}, "cannot tell"),
        ({"fork": True}, "fork"),
        ({"archived": True, "fork": True}, "archived"),
    ],
)
def test_nobody_is_said_to_have_no_private_way_unless_both_are_known(changes: dict[str, Any], way: str) -> None:
    """The report is read by those whom it names."""
    assert repo(**changes).way == way


@pytest.fixture
def report() -> Report:
    gone = NotApplicable("it is archived, and takes no reports")
    return Report(
        github="https://api.github.com",
        signed_in=False,
        asked_at=START,
        ended_at=START + timedelta(seconds=12),
        requests=57,
        organizations=(
            Surveyed(
                login="acme",
                repositories=(
                    repo("zipper", private_reporting=on(), security_policy=LIMIT, published_advisories=LIMIT),
                    repo("abacus", private_reporting=on(), security_policy=policy("docs/SECURITY.md")),
                    repo("lonely"),
                    repo("mailer", security_policy=policy("SECURITY.md"), published_advisories=known(12)),
                    repo("default", security_policy=known(SecurityPolicy(paths=("SECURITY.md",), source=DEFAULT))),
                    repo("riddle", private_reporting=CannotTell("GitHub answered 404"), published_advisories=LIMIT),
                    repo("theirs", fork=True),
                    repo("former", archived=True, private_reporting=gone, security_policy=gone),
                ),
            ),
            Surveyed(login="nobody", repositories=()),
            NotSurveyed(login="acmee", kind="no such account", reason="GitHub has no account of this name"),
        ),
    )


DEFAULT: Any = "organization default"

TERMINAL = """\
acmee: GitHub has no account of this name

acme: how a stranger can report a vulnerability to 8 public repositories

  repository   private reporting   SECURITY.md              published advisories

No private way  1
  lonely       off                 none                     0

Cannot tell whether there is a private way  1
  riddle       ? (1)               none                     ? (2)

By SECURITY.md  2
  default      off                 organization's default   0
  mailer       off                 SECURITY.md              12

By private reporting on GitHub  2
  abacus       on                  docs/SECURITY.md         0
  zipper       on                  ? (2)                    ? (2)

Forks  1
  theirs       off                 none                     0

Archived  1
  former

nobody: no public repositories

Could not be told
  (1)  GitHub answered 404               private reporting of 1 repository
  (2)  GitHub's limit; try with a token  published advisories of 2 repositories, SECURITY.md of 1 repository

Asked 2026-12-01 09:00 UTC of https://api.github.com, without a token, in 57 requests. Nothing was written.
"""

MARKDOWN = """\
# What an outsider can see of who takes reports of vulnerabilities

Asked 2026-12-01 09:00 UTC of https://api.github.com, without a token, in 57 requests. Nothing was written.

## acmee

Not surveyed: GitHub has no account of this name.

## acme

How a stranger can report a vulnerability to 8 public repositories:

* No private way: 1
* Cannot tell whether there is a private way: 1
* By SECURITY.md: 2
* By private reporting on GitHub: 2
* Forks: 1
* Archived: 1

### No private way

| repository | private reporting | SECURITY.md | published advisories |
| --- | --- | --- | --- |
| `acme/lonely` | off | none | 0 |

### Cannot tell whether there is a private way

| repository | private reporting | SECURITY.md | published advisories |
| --- | --- | --- | --- |
| `acme/riddle` | ? (1) | none | ? (2) |
"""


def shown(report: Report, width: int = 130) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(on_a_terminal(report))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def test_what_matters_comes_first(report: Report) -> None:
    """Those to whom nobody can report in private, then those of which that is open; reasons stand once, below."""
    assert shown(report) == TERMINAL


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_narrow_terminal_shows_every_name_whole(report: Report, width: int) -> None:
    """People copy them."""
    text = shown(report, width)

    assert all(name in text for name in ("abacus", "default", "lonely", "former"))


def test_a_document_begins_with_the_counts(report: Report) -> None:
    """It can be pasted as it is."""
    assert as_markdown(report).startswith(MARKDOWN)
    assert "## What could not be told\n\n|  | why | of what |" in as_markdown(report)


def test_advisories_of_which_nothing_is_known_have_no_column(report: Report) -> None:
    """Without a token there is rarely room for them; the reason stands below all the same."""
    only = Surveyed(login="acme", repositories=(repo(published_advisories=LIMIT),))
    unasked = replace(report, organizations=(only,))

    for text in (shown(unasked), as_markdown(unasked)):
        assert "SECURITY.md" in text
        assert "published advisories of 1 repository" in text
        assert text.count("published advisories") == 1


def test_a_list_that_may_be_longer_says_so(report: Report) -> None:
    """Before anything else of the organization, and not everything was told."""
    whole = Surveyed(login="acme", repositories=(repo(),))
    part = replace(whole, unlisted=LIMIT)
    partly = replace(report, organizations=(part,))

    assert (whole.all_told, part.all_told) == (True, False)
    assert f"There may be more: {LIMIT.reason}" in shown(partly)
    assert f"There may be more repositories than these: {LIMIT.reason}." in as_markdown(partly)


def test_programs_get_each_answer_with_its_state(report: Report) -> None:
    """Known, not applicable or cannot tell; never a blank that could be taken for *off*."""
    told = json.loads(json.dumps(as_json(report)))
    acme, nobody, acmee = told["organizations"]
    by_name = {each["repository"]: each for each in acme["repositories"]}

    assert {name: told[name] for name in ("github", "signed_in", "asked_at", "ended_at", "requests")} == {
        "github": "https://api.github.com",
        "signed_in": False,
        "asked_at": "2026-12-01T09:00:00+00:00",
        "ended_at": "2026-12-01T09:00:12+00:00",
        "requests": 57,
    }
    assert by_name["acme/zipper"] == {
        "repository": "acme/zipper",
        "archived": False,
        "fork": False,
        "private_way": "private reporting",
        "private_reporting": {"state": "known", "value": True},
        "security_policy": {"state": "cannot tell", "reason": LIMIT.reason},
        "published_advisories": {"state": "cannot tell", "reason": LIMIT.reason},
    }
    assert by_name["acme/default"]["security_policy"]["value"] == {
        "paths": ["SECURITY.md"],
        "source": "organization default",
    }
    assert by_name["acme/former"]["private_reporting"]["state"] == "not applicable"
    assert (nobody["surveyed"], nobody["repositories"], nobody["unlisted"]) == (True, [], None)
    assert (acmee["surveyed"], acmee["why_not"]["kind"]) == (False, "no such account")


def test_one_request_is_one(report: Report) -> None:
    """An account that does not exist takes no more."""
    assert "in 1 request. Nothing" in shown(replace(report, requests=1))
