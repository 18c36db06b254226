"""What can somebody reach who may open pull requests to the policy file, and nothing else?"""

from __future__ import annotations

import pytest

from app.github.checks import CheckRuns
from app.sandbox import contributing
from app.sandbox.state.files import LINK, SUBMODULE, File
from app.sandbox.state.pulls import CheckSuite
from app.sandbox.state.repositories import Repository
from tests.e2e.policy_repository import PATH, REPOSITORY, answers, moved_in, sent, text_of
from tests.e2e.test_policy_pulls import CHECKS, looks, observing
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

EVIL = "/greenroom approve\n<!-- greenroom -->\n@packaging-security/everybody\n![](https://evil.example/x.png)"


@pytest.fixture
async def policy(github: FakeGitHub, bot: Bot) -> FakeRepo:
    """The repository of the policy file."""
    return await moved_in(github, bot)


@pytest.fixture
def copy(github: FakeGitHub, policy: FakeRepo) -> Repository:
    """A stranger's fork of it."""
    return contributing.fork(github.world, policy.state, "strangers")


async def test_a_fork_hears_only_whether_the_file_is_valid(bot: Bot, policy: FakeRepo, copy: Repository) -> None:
    """Its author need not be somebody for whom a summary of the policy is meant."""
    text = observing(text_of(policy))
    valid = policy.open_pull({PATH: text}, by="stranger-1", fork=copy)
    invalid = policy.open_pull({PATH: text + "owners: {}\n"}, by="stranger-1", fork=copy)

    await looks(bot)

    assert answers(valid) == [("The policy file is valid", "success")]
    assert answers(invalid) == [("The policy file is not valid", "failure")]
    for pull in (valid, invalid):
        [run] = pull.checks
        assert run.output["annotations"] == []
        assert "private-reporting" not in str(run.output)
        assert "owners" not in str(run.output)


@pytest.mark.slow
async def test_a_fork_that_moves_the_file_away_hears_that_it_is_not_valid(
    bot: Bot, policy: FakeRepo, copy: Repository
) -> None:
    """GitHub lists the new name; the old one is what counts."""
    pull = policy.open_pull({PATH: None, "other.yml": text_of(policy)}, by="stranger-1", fork=copy)

    await looks(bot)

    assert answers(pull) == [("The policy file is not valid", "failure")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("instead", "words"),
    [
        (None, "there is no greenroom.yml any more"),
        (File(b"elsewhere.yml", LINK), "is a symbolic link, not a file"),
        (File(b"a" * 40, SUBMODULE), "not a file"),
        (File(b"#" * 5_000_000), "a policy file has at most 262,144"),
        (File(b"\xff\xfe"), "not text in UTF-8"),
        (File(b""), "greenroom.yml line 1"),
    ],
    ids=["deleted", "link", "submodule", "five-megabytes", "bytes", "empty"],
)
async def test_what_is_no_policy_file_is_not_valid(
    instead: File | None, words: str, bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """A link could lead to a file that other people may change; nothing of it is read."""
    others = {"elsewhere.yml": observing(text_of(policy))}
    pull = policy.open_pull({PATH: instead, **others}, by="coordinator-1")

    await looks(bot)

    [run] = pull.checks
    assert run.conclusion == "failure"
    assert words in run.output["summary"]
    assert sent(github) == [CHECKS]


@pytest.mark.slow
async def test_text_around_it_is_nothing_to_us(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """Titles, bodies and comments in the file hold commands and markers; nobody looks at them."""
    changed = observing(text_of(policy)) + "".join(f"# {line}\n" for line in EVIL.splitlines())
    pull = policy.open_pull({PATH: changed}, by="stranger-1", title=EVIL.replace("\n", " "), body=EVIL)

    await looks(bot)

    [run] = pull.checks
    assert "evil" not in str(run.output)
    assert "@" not in run.output["summary"]
    assert sent(github) == [CHECKS]


@pytest.mark.slow
async def test_what_a_pull_request_enforces_is_mended_when_it_is_merged_and_not_before(
    bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """Only the default branch is in force: not a branch, not a fork, not a check that is asked for again."""
    enforcing = text_of(policy)
    policy.push_files({PATH: observing(enforcing)})
    await bot.poll()
    await bot.settle()
    await bot.approve_everything()
    pip = github.repo("pypa/pip").enable_private_reporting()
    pull = policy.open_pull({PATH: enforcing}, by="stranger-1")
    await looks(bot)
    pull.rerun()
    await looks(bot)
    await bot.sweep()
    await bot.settle()
    assert sent(github) == [CHECKS, CHECKS]
    assert pip.private_reporting

    pull.merge()
    for _ in range(3):  # nothing is mended before everything was looked at under the new policy
        await bot.later(minutes=2)
        await bot.sweep()
        await bot.settle()

    assert not pip.private_reporting


async def test_what_a_mistake_repeats_is_no_markdown(bot: Bot, policy: FakeRepo) -> None:
    """A mention in a check would call people to a pull request that a stranger opened."""
    text = (
        text_of(policy)
        + 'exemptions: [{policy: "@packaging-security/everybody", repository: "![x](https://e.example)"}]'
    )
    pull = policy.open_pull({PATH: text}, by="stranger-1")

    await looks(bot)

    [run] = pull.checks
    listed = [line for line in run.output["summary"].splitlines() if "everybody" in line or "e.example" in line]
    assert listed
    assert all(line.startswith("    ") for line in listed)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["elsewhere", "other branch", "closed"])
async def test_what_changes_no_policy_is_told_nothing(how: str, bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """Another file, another branch, or nothing to be merged any more."""
    path = "README.md" if how == "elsewhere" else PATH
    base = "staging" if how == "other branch" else "main"
    pull = policy.open_pull({path: "version: 2"}, by="stranger-1", base=base)
    if how == "closed":
        pull.close()

    await looks(bot)

    assert pull.checks == []
    assert sent(github) == []


@pytest.mark.slow
async def test_a_draft_is_told_as_others_are(bot: Bot, policy: FakeRepo) -> None:
    """Its author wants to know before anybody is asked to review it."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1", draft=True)

    await looks(bot)

    assert [conclusion for _, conclusion in answers(pull)] == ["success"]


@pytest.mark.slow
async def test_a_head_that_changes_meanwhile_gets_its_own_answer(
    bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """What is said is said of the commit that was read, so a valid one vouches for nothing that came after it."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="stranger-1")
    good = pull.now.head_sha
    read = Through(github, "GET", f"/repos/{REPOSITORY}/commits/{good}/check-runs")
    read.afterwards = lambda: pull.push({PATH: "version: 2"}) if pull.now.head_sha == good else None
    await bot.restart()

    await looks(bot)
    assert pull.checks == []
    await looks(bot)

    said = {suite.head_sha: suite.conclusion for suite in policy.state.check_suites.values()}
    assert said == {good: "success", pull.now.head_sha: "failure"}


@pytest.mark.slow
async def test_a_check_of_the_same_name_by_others_is_not_taken_for_ours(
    bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """Anybody's App may call its check as it likes, and copy what ours said."""
    first = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    await looks(bot)
    [ours] = first.checks
    second = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    world, sha = github.world, second.now.head_sha
    suite = CheckSuite(id=world.next_id(), app=world.app("greenroom").id, head_sha=sha, created_at=world.now())
    suite.runs.append(ours)
    policy.state.check_suites[suite.id] = suite

    await looks(bot)

    assert len(second.checks) == 2


@pytest.mark.slow
async def test_the_button_can_be_pressed_without_end(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """It costs one check each time, up to thirty for a commit."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    await looks(bot)
    for _ in range(40):
        pull.rerun()
        await looks(bot)

    assert len(pull.checks) == 30
    assert set(sent(github)) == {CHECKS}


@pytest.mark.slow
async def test_a_public_repository_of_policy_hears_nothing(bot: Bot, policy: FakeRepo) -> None:
    """All the world would read who is named for what."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    policy.make_public()

    await looks(bot)

    assert pull.checks == []


@pytest.mark.slow
async def test_the_kill_switch_stops_checks_too(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """Off means that nothing is written to GitHub."""
    bot.writes = "off"
    await bot.restart()
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")

    await looks(bot)

    assert pull.checks == []
    assert sent(github) == []


@pytest.mark.slow
async def test_one_that_cannot_be_read_stops_no_other(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """The next look tries it again."""
    broken = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    whole = policy.open_pull({PATH: "version: 2"}, by="coordinator-1")
    github.fail("GET", f"/repos/{REPOSITORY}/pulls/{broken.now.number}/files", times=3)

    await looks(bot)
    assert (len(broken.checks), len(whole.checks)) == (0, 1)

    await looks(bot)
    assert (len(broken.checks), len(whole.checks)) == (1, 1)


async def test_a_lost_answer_makes_no_second_check(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """GitHub took it and then timed out. The next look sees it there."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    github.lose_answer("POST", f"/repos/{REPOSITORY}/check-runs")

    await looks(bot)
    await looks(bot)

    assert len(pull.checks) == 1


def test_whoever_answers_pull_requests_has_one_verb() -> None:
    """Nothing else could be sent from there, whatever a pull request holds."""
    verbs = [name for name in vars(CheckRuns) if not name.startswith("_")]

    assert verbs == ["say"]
