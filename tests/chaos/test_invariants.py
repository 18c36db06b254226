"""Would a campaign notice? Each thing that must never be so is brought about by hand, and has to be complained of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.sandbox.registering import HAND
from tests.chaos import campaign
from tests.chaos.history import Event, history, without_trouble
from tests.chaos.invariants import everywhere, of_the_log
from tests.chaos.ledger import Ledger, Matter, Rules
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub

NOTHING_TOLD: dict[str, list[dict[str, str]]] = {"people_must": [], "blocked": [], "cannot_tell": []}


@pytest.fixture
def ledger(github: FakeGitHub) -> Ledger:
    """One accepted matter of two tools, with a mirror as it should be."""
    ledger = Ledger(github)
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    ledger.matters.append(Matter(advisory, "wheel", frozenset({"wheel", "uv"})))
    _mirror(github, advisory)
    return ledger


def _mirror(github: FakeGitHub, advisory: FakeAdvisory) -> FakeAdvisory:
    mirror = github.coordination.draft("of it", affects=["wheel", "rust:uv"])
    people = [f"{tool}-maintainer-{number}" for tool in ("wheel", "uv") for number in (1, 2)]
    record = f'<!-- greenroom:record {{"case": 1, "links": ["pypa/wheel/{advisory.ghsa}"]}} -->'
    description = f"{advisory.now.description}\n{record}"
    mirror.edit(summary=advisory.now.summary, description=description, collaborating_users=people)
    return mirror


def _complaints(github: FakeGitHub, ledger: Ledger, folder: Path) -> list[str]:
    return [*everywhere(github, ledger, Rules(github, folder / "greenroom.yml"), NOTHING_TOLD)]


def test_of_a_world_in_order_nothing_is_complained(github: FakeGitHub, ledger: Ledger, tmp_path: Path) -> None:
    """The case in which nothing is to be done."""
    assert _complaints(github, ledger, tmp_path) == []


def _double(github: FakeGitHub, ledger: Ledger) -> None:
    _mirror(github, ledger.matters[0].advisory)


def _close_it(github: FakeGitHub, ledger: Ledger) -> None:
    github.coordination.drafts[0].close()
    assert ledger.closed_mirrors == set()


def _forget_to_close(github: FakeGitHub, ledger: Ledger) -> None:
    assert github.coordination.drafts
    ledger.matters[0].advisory.close()


def _edit_the_source(github: FakeGitHub, ledger: Ledger) -> None:
    assert github.coordination.drafts
    ledger.matters[0].advisory.edit(severity="critical")


def _forget_a_participant(github: FakeGitHub, ledger: Ledger) -> None:
    assert ledger.matters
    mirror = github.coordination.drafts[0]
    mirror.edit(collaborating_users=mirror.collaborators[1:])


def _lose_a_guest(github: FakeGitHub, ledger: Ledger) -> None:
    ledger.guests[ledger.matters[0].ghsa].add(github.add_person("guest").id)


def _add_somebody(github: FakeGitHub, ledger: Ledger) -> None:
    ledger.matters[0].advisory.edit(collaborating_users=[github.add_person("somebody").login])


def _let_a_stranger_in(github: FakeGitHub, ledger: Ledger) -> None:
    stranger = github.add_person("wheel-maintainer-9")
    ledger.strangers.add(stranger.id)
    mirror = github.coordination.drafts[0]
    mirror.edit(collaborating_users=[*mirror.collaborators, stranger.login])


def _lose_words(github: FakeGitHub, ledger: Ledger) -> None:
    ledger.words[github.coordination.drafts[0].id].append("what people wrote")


def _leave_reporting_on(github: FakeGitHub, ledger: Ledger) -> None:
    assert ledger.matters
    github.repo("pypa/pip").enable_private_reporting()


def _publish_as_the_app(github: FakeGitHub, ledger: Ledger) -> None:
    advisory = ledger.matters[0].advisory.publish()
    advisory.now.publisher = github.world.app(HAND).bot.id


@pytest.mark.parametrize(
    ("sabotage", "complaint"),
    [
        (_double, "has 2 mirrors"),
        (_close_it, "has no mirror"),
        (_forget_to_close, "its mirror is still open"),
        (_edit_the_source, "out of step in severity"),
        (_forget_a_participant, "lacks 1 of the people"),
        (_lose_a_guest, "lost 1 people"),
        (_add_somebody, "whom nobody named"),
        (_let_a_stranger_in, "let a stranger in"),
        (_lose_words, "lost words"),
        (_leave_reporting_on, "private reporting of pip is on"),
        (_publish_as_the_app, "the app published"),
    ],
)
def test_what_must_never_be_so_is_complained_of(
    github: FakeGitHub, ledger: Ledger, tmp_path: Path, sabotage: Callable[[FakeGitHub, Ledger], None], complaint: str
) -> None:
    """An invariant that cannot fail keeps nobody from anything."""
    sabotage(github, ledger)

    assert any(complaint in each for each in _complaints(github, ledger, tmp_path))


def test_an_accident_and_a_leak_in_a_log_are_complained_of(github: FakeGitHub, tmp_path: Path) -> None:
    """What the worker survives is told in the log only."""
    report = github.repo("pypa/wheel").report("A report")
    log = '{"event": "failed", "error": "KeyError", "at": "somewhere:7"}\n{"event": "sweep"}'

    assert of_the_log(github, tmp_path, log) == ["failed: KeyError at somewhere:7"]
    assert of_the_log(github, tmp_path, f'{{"event": "sweep", "about": "{report.ghsa}"}}') != []


def test_a_seed_is_a_history() -> None:
    """The same seed tells the same history, and another one another."""
    assert history(17, 3) == history(17, 3) != history(18, 3)
    assert [event.verb for event in history(17, 3)].count("heal") == 3
    assert {event.kind for event in without_trouble(history(17, 3))} <= {"people", "heal"}


def test_a_failing_history_is_told_with_the_shortest_one_and_how_to_tell_it_again() -> None:
    """Whoever meets it next year has to see the same."""
    few = (
        Event(number=3, kind="people", verb="draft", seed=1),
        Event(number=8, kind="trouble", verb="crash", seed=2),
    )
    failure = campaign.Failure(seed=17, rounds=6, complaints=("matter 0: has 2 mirrors",), shortest=few)

    assert str(failure).splitlines() == [
        "seed 17 fails:",
        "  matter 0: has 2 mirrors",
        "the shortest history found has 2 events:",
        "  3: draft",
        "  8: crash",
        'again: make chaos ARGS="--seed 17 --rounds 6 --only 3,8"',
    ]
