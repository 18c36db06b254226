"""What is typed about policy files: it works without settings, without GitHub, and says what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.root import app
from policies.config import commit_of
from tests.cli.conftest import Run, RunningSandbox

DONE, MISUSED, CANNOT_TELL = 0, 2, 4
BROKEN = "version: 1\ntolls: {}\ncoordinators: {users: [alice]}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a policy file is written. There are no settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "greenroom.yml"


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={})


def test_a_valid_file_is_said_to_be(file: Path) -> None:
    """0, and the name of exactly this version of it."""
    file.write_text("version: 1\n", encoding="utf-8")

    result = typed("policy", "check", str(file))

    assert result.exit_code == DONE
    assert result.stdout == f"greenroom.yml is valid ({commit_of('version: 1' + chr(10))}).\n"


def test_every_mistake_is_named_with_its_line(file: Path) -> None:
    """2; the same words as in a notice, which editors turn into links."""
    file.write_text(BROKEN, encoding="utf-8")

    result = typed("policy", "check", str(file))

    assert result.exit_code == MISUSED
    assert result.stdout == (
        'greenroom.yml line 2: tolls: there is no such key; did you mean "tools"?\n'
        'greenroom.yml line 3: coordinators.users.0: this is not a person; write LOGIN:NUMERIC_ID, as in "some-login:12345"\n'  # noqa: E501 - one line
    )


def test_programs_get_every_mistake_in_parts(file: Path) -> None:
    """All of them, also where a notice would tell the first twenty."""
    file.write_text(BROKEN + "".join(f"key{number}: 1\n" for number in range(50)), encoding="utf-8")

    result = typed("policy", "check", str(file), "--json")

    shown = json.loads(result.stdout)
    assert (result.exit_code, shown["valid"], shown["file"], shown["commit"]) == (MISUSED, False, "greenroom.yml", None)
    assert shown["mistakes"][0] == {
        "line": 2,
        "where": "tolls",
        "message": 'there is no such key; did you mean "tools"?',
        "meant": "tools",
    }
    assert len(shown["mistakes"]) == 52


def test_a_file_that_is_no_text_is_a_mistake_too(file: Path) -> None:
    """One object on standard output, whatever is wrong."""
    file.write_bytes(b"\xff")

    result = typed("policy", "check", str(file), "--json")

    [mistake] = json.loads(result.stdout)["mistakes"]
    assert result.exit_code == MISUSED
    assert (mistake["line"], "not text in UTF-8" in mistake["message"]) == (1, True)


@pytest.mark.parametrize(("path", "why"), [("nothere.yml", "No such file or directory"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_told_by_its_whole_path(
    path: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it was looked for is what was wrong; it has no line, and the system says why in words."""
    monkeypatch.chdir(tmp_path)

    result = typed("policy", "check", path)
    shown = typed("policy", "check", path, "--json")

    said = f"{(tmp_path / path).absolute()} cannot be read: {why}"
    assert (result.exit_code, result.stdout) == (MISUSED, f"{said}\n")
    assert json.loads(shown.stdout)["mistakes"] == [{"line": None, "where": "", "message": said, "meant": None}]


def test_the_schema_is_printed_as_json(file: Path) -> None:
    """To be kept beside the file."""
    del file

    result = typed("policy", "schema")

    assert result.exit_code == DONE
    assert json.loads(result.stdout)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.slow
@pytest.mark.parametrize("command", [("plan", "--json"), ("sweep", "--json"), ("explain", "pypa/pip")])
def test_without_any_policy_nothing_can_be_told(
    greenroom: Run, sandbox: RunningSandbox, command: tuple[str, ...]
) -> None:
    """“Nothing to do” would look like peace. The file is to lie in a repository where there is none yet."""
    result = greenroom(*command, policy="packaging-security/cases:greenroom.yml")

    assert result.exit_code == CANNOT_TELL
    assert "cases is public" in " ".join(result.stderr.split())
    assert result.stdout == ""
    assert sandbox.writes == []
