"""greenroom policy diff, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, RunningSandbox


@pytest.fixture
def files(settings: dict[str, str], tmp_path: Path) -> tuple[str, str]:
    """The file in force, and one in which the maintainers of uv take pip's reports from next year on."""
    old = Path(settings["GREENROOM_POLICY"])
    new = tmp_path / "new.yml"
    changed = old.read_text(encoding="utf-8")
    changed = changed.replace("tools:\n", "  uv-team: {takes_reports: github}\ntools:\n")
    changed = changed.replace("owner: psrt}]", "owner: psrt}, {from: 2031-01-01, owner: uv-team}]")
    new.write_text(changed, encoding="utf-8")
    return str(old), str(new)


def test_the_same_file_is_no_difference(greenroom: Run, files: tuple[str, str]) -> None:
    """Exit code 0: nothing would follow from it."""
    done = greenroom("policy", "diff", files[0], files[0])

    assert done.exit_code == 0
    assert "Nothing would be different." in done.stdout


def test_a_difference_is_one_json_object(greenroom: Run, sandbox: RunningSandbox, files: tuple[str, str]) -> None:
    """Exit code 3; and nothing was written, on GitHub or as a policy in force."""
    before = len(sandbox.writes)

    done = greenroom("policy", "diff", *files, "--json")

    assert done.exit_code == 3
    shown = json.loads(done.stdout)
    assert "From 2031-01-01 on `uv-team` takes the reports of `pip`." in shown["changes"]
    assert shown["would_do"] == []
    assert len(sandbox.writes) == before


def test_another_day_shows_what_begins_on_it(greenroom: Run, files: tuple[str, str]) -> None:
    """A tenure of the future has its effects then."""
    done = greenroom("policy", "diff", *files, "--at", "2031-01-01", "--json")

    shown = json.loads(done.stdout)
    assert shown["at"] == "2031-01-01T00:00:00+00:00"
    assert [(each["key"], each["when"]) for each in shown["would_do"]] == [
        ("pypa/pip#private-reporting", "once a coordinator approves “private-reporting: on”")
    ]


def test_people_read_it_too(greenroom: Run, files: tuple[str, str]) -> None:
    """The same under headings."""
    done = greenroom("policy", "diff", *files, "--at", "2031-01-01")

    assert done.exit_code == 3
    assert "Would be done" in done.stdout
    assert "Would stand otherwise" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("OLD", "BROKEN"), "broken.yml line 2"),
        (("BROKEN", "NEW"), "broken.yml line 2"),
        (("OLD", "nowhere.yml"), "nowhere.yml"),
        (("OLD", "NEW", "--at", "tomorrow"), "write it as in 2027-01-01"),
        (("OLD", "NEW", "--at", "2027-13-01"), "write it as in 2027-01-01"),
    ],
)
def test_what_cannot_be_used_says_why(
    arguments: tuple[str, ...], words: str, greenroom: Run, files: tuple[str, str], tmp_path: Path
) -> None:
    """Exit code 2, with the line where it is a mistake of the file."""
    broken = tmp_path / "broken.yml"
    broken.write_text("version: 1\nowners: {}\n", encoding="utf-8")
    places = {"OLD": files[0], "NEW": files[1], "BROKEN": str(broken)}

    done = greenroom("policy", "diff", *(places.get(each, each) for each in arguments))

    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.slow
def test_no_answer_is_no_difference_and_no_peace(
    greenroom: Run, sandbox: RunningSandbox, files: tuple[str, str]
) -> None:
    """Exit code 4: what cannot be seen may be different."""
    sandbox.do("fail", method="GET", path="/repos/astral-sh/uv/security-advisories", times=50)

    done = greenroom("policy", "diff", files[0], files[0], "--json")

    assert done.exit_code == 4
    assert [each["key"] for each in json.loads(done.stdout)["cannot_tell"]] == ["astral-sh/uv"]
