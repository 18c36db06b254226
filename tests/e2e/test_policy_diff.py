"""What would follow from another policy file, in the world as it is?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import yaml

from app.policy_file.diff import difference, differs
from app.policy_file.foreseeing import foresee
from app.store import findings
from policies.loading import load_policies
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

TEAM = "packaging-security/responders"


@pytest.fixture
def team(github: FakeGitHub) -> None:
    """Those who could take over pip's reports. One of them is in the PSRT, too."""
    world = github.world
    world.add_team(world.organization("packaging-security"), "responders", ["responder-1", "psrt-member-1"])


async def at_rest(bot: Bot) -> None:
    """Everything is as the policy in force wants it."""
    await bot.sweep()
    await bot.settle()


async def diff(bot: Bot, new: str, at: datetime | None = None, old: str | None = None) -> dict[str, Any]:
    """What `greenroom policy diff OLD NEW --json` prints; OLD is what is in force."""
    before = load_policies(old or bot.policy.read_text(encoding="utf-8"), "old.yml")
    after = load_policies(new, "new.yml")
    sides = await foresee(bot.parts, before, after, at or bot.clock.now(), lambda *_: None)
    gauge = bot.parts.reconciler.gauge
    watched, open_cases = await gauge.watched("private-reporting"), await gauge.open_cases()
    return difference(*sides, watched=watched, open_cases=open_cases)


def changed(bot: Bot, **parts: Any) -> str:
    """The file in force with these parts replaced; of a mapping only the keys that are named."""
    data = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    for name, part in parts.items():
        data[name] = {**data.get(name, {}), **part} if isinstance(part, dict) else part
    return yaml.safe_dump(data, sort_keys=False)


def moved(bot: Bot, day: str) -> str:
    """Have reports of pip go to the team from that day on."""
    data = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    data["report_owners"]["responders"] = {"takes_reports": "github", "teams": [TEAM]}
    data["tools"]["pip"]["report_owner"].append({"from": day, "owner": "responders"})
    return yaml.safe_dump(data, sort_keys=False)


@pytest.mark.usefixtures("approved")
async def test_the_same_file_changes_nothing(bot: Bot, github: FakeGitHub) -> None:
    """Whatever is wrong in the world, none of it is because of a change."""
    github.repo("pypa/pip").report("Path traversal", affects=["pip", "uv"])
    await at_rest(bot)

    shown = await diff(bot, bot.policy.read_text(encoding="utf-8"))

    assert not differs(shown)
    assert shown["cannot_tell"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved", "team")
async def test_a_coming_change_does_nothing_yet(bot: Bot, github: FakeGitHub) -> None:
    """Announcing a date is not taking over."""
    github.repo("pypa/pip").draft("Path traversal")
    await at_rest(bot)

    shown = await diff(bot, moved(bot, "2027-01-01"))

    assert "From 2027-01-01 on `responders` takes the reports of `pip`." in shown["changes"]
    assert [shown[name] for name in ("would_do", "no_longer", "states", "gains", "loses")] == [[], [], [], [], []]


@pytest.mark.slow
@pytest.mark.usefixtures("approved", "team")
async def test_who_gains_and_who_loses_access_at_that_date(bot: Bot, github: FakeGitHub) -> None:
    """By login, with the reason, for each open advisory. Nobody is taken off anything."""
    advisory = github.repo("pypa/pip").draft("Path traversal")
    await at_rest(bot)
    assert {"psrt-member-1", "psrt-member-2"} <= set(advisory.collaborators)

    shown = await diff(bot, moved(bot, "2027-01-01"), datetime(2027, 1, 1, tzinfo=UTC))

    key = f"pypa/pip/{advisory.id}"
    [gain] = shown["gains"]
    assert (gain["key"], gain["who"], gain["why"]) == (key, "responder-1", "takes reports as responders")
    assert gain["how"] == "is added at once, as its kind is approved"
    [loss] = shown["loses"]
    assert (loss["key"], loss["who"], loss["why"]) == (key, "psrt-member-2", "no longer takes reports as psrt")
    assert loss["how"] == "goes on reading it until a person takes them off: Greenroom removes nobody"
    assert {(each["key"], each["kind"]) for each in shown["would_do"]} == {
        (key, "set-collaborators"),
        ("pypa/pip#private-reporting", "set-private-reporting"),
        ("pypa/get-pip#private-reporting", "set-private-reporting"),
    }


@pytest.mark.usefixtures("approved", "team")
async def test_what_is_only_wanted_is_told_apart_from_what_is_done(bot: Bot, github: FakeGitHub) -> None:
    """A policy that observes mends nothing, whoever takes the reports."""
    github.repo("pypa/pip").draft("Path traversal")
    both = {"private-reporting": {"mode": "observe"}, "reports-reach-owner": {"mode": "observe"}}
    bot.policy.write_text(changed(bot, policies=both), encoding="utf-8")

    shown = await diff(bot, moved(bot, "2026-01-01"))

    assert shown["would_do"] == []
    assert {each["when"] for each in shown["only_wanted"]} == {"not now: policy says observe"}
    assert {each["how"] for each in shown["gains"]} == {"is not added: policy says observe"}


@pytest.mark.slow
@pytest.mark.usefixtures("team")
async def test_without_a_yes_it_says_which_one_is_missing(bot: Bot, github: FakeGitHub) -> None:
    """The first of each kind waits for a coordinator."""
    await bot.settle()
    github.repo("pypa/pip").draft("Path traversal")

    shown = await diff(bot, moved(bot, "2026-01-01"))

    assert "once a coordinator approves “private-reporting: on”" in {each["when"] for each in shown["would_do"]}


@pytest.mark.usefixtures("approved")
async def test_enforcing_shows_what_would_be_mended(bot: Bot, github: FakeGitHub) -> None:
    """What was only counted up to now is done; and back again."""
    observing = changed(bot, policies={"private-reporting": {"mode": "observe"}})
    pip = github.repo("pypa/pip").enable_private_reporting()

    there = await diff(bot, changed(bot), old=observing)
    back = await diff(bot, observing)

    assert [each["key"] for each in there["would_do"]] == ["pypa/pip#private-reporting"]
    assert [each["key"] for each in back["no_longer"]] == ["pypa/pip#private-reporting"]
    assert back["would_do"] == []
    pip.disable_private_reporting()


@pytest.mark.usefixtures("approved")
async def test_a_new_package_shows_which_advisories_become_cases(bot: Bot, github: FakeGitHub) -> None:
    """And who would be invited, before anybody is."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "installer-ng"])
    data = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    data["tools"]["uv"]["packages"].append("pip:installer-ng")

    shown = await diff(bot, yaml.safe_dump(data))

    key = f"pypa/wheel/{advisory.id}"
    [case] = shown["opens"]
    assert (case["key"], case["tools"]) == (key, ["uv", "wheel"])
    assert ("uv-maintainer-1", key) in {(each["who"], each["key"]) for each in shown["gains"]}


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_person_named_for_a_tool_gains_its_open_cases(bot: Bot, github: FakeGitHub) -> None:
    """Whoever is named later takes part in what is open."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "uv"])
    await at_rest(bot)
    newcomer = github.add_person("uv-newcomer")
    data = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    left = data["tools"]["uv"]["users"].pop()
    data["tools"]["uv"]["users"].append(f"uv-newcomer:{newcomer.id}")

    shown = await diff(bot, yaml.safe_dump(data))

    assert [(each["who"], each["key"], each["how"]) for each in shown["gains"]] == [
        ("uv-newcomer", "case/1", "is added at once, as its kind is approved")
    ]
    assert [(each["who"], each["key"]) for each in shown["loses"]] == [(left.split(":")[0], "case/1")]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_reader_of_every_case_is_listed_and_let_in_by_nobody(bot: Bot, github: FakeGitHub) -> None:
    """Policy says whom GitHub lets in; it lets nobody in."""
    data = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    newcomer = f"psrt-member-1:{github.person('psrt-member-1').id}"
    data["coordination"]["always_readers"]["users"].append(newcomer)

    shown = await diff(bot, yaml.safe_dump(data))

    [gain] = [each for each in shown["gains"] if each["who"] == "psrt-member-1"]
    assert (gain["key"], gain["how"]) == ("every case", "policy only says so: whoever owns the repository lets them in")


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_another_account_under_the_same_login_is_somebody_else(bot: Bot) -> None:
    """One reader goes and another comes, though the file names them alike but for the number."""
    await edit_policy(bot, lambda content: content["coordination"]["always_readers"].update(users=["a-reader:4001"]))
    data = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    data["coordination"]["always_readers"]["users"] = ["a-reader:4002"]

    shown = await diff(bot, yaml.safe_dump(data))

    for name in ("gains", "loses"):
        assert [each["who"] for each in shown[name] if each["key"] == "every case"] == ["a-reader"]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_account_that_is_another_one_by_now_cannot_be_told(bot: Bot, github: FakeGitHub) -> None:
    """A stranger with a known login gains nothing."""
    github.repo("pypa/pip").draft("Path traversal")
    await at_rest(bot)
    data = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    data["report_owners"]["psrt"]["users"].append("reporter-1:999999")

    shown = await diff(bot, yaml.safe_dump(data))

    assert "reporter-1" not in {each["who"] for each in shown["gains"]}
    assert "reporter-1" in str(shown["cannot_tell"])


@pytest.mark.usefixtures("approved")
async def test_what_cannot_be_read_is_told_and_stops_nothing(bot: Bot, github: FakeGitHub) -> None:
    """No answer is no difference, and no reason to say that there is none."""
    github.fail("GET", "/repos/pypa/wheel/security-advisories", times=None)

    shown = await diff(bot, changed(bot))

    assert not differs(shown)
    assert "pypa/wheel" in {each["key"] for each in shown["cannot_tell"]}
    github.clear_faults()


@pytest.mark.usefixtures("approved", "team")
async def test_it_changes_nothing_and_remembers_nothing(bot: Bot, github: FakeGitHub) -> None:
    """A question about tomorrow must not become today's policy."""
    github.repo("pypa/pip").draft("Path traversal")
    await at_rest(bot)
    before = await bot.parts.database.read(findings.standings)
    requests = len(github.writes)

    await diff(bot, moved(bot, "2026-01-01"), bot.clock.now() + timedelta(days=90))

    assert await bot.parts.database.read(partial(findings.standings)) == before
    assert len(github.writes) == requests
