"""The survey as somebody types it who has nothing but the command and a GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.root import app
from tests.cli.conftest import RunningSandbox

pytestmark = pytest.mark.slow

Run = Callable[..., Result]


@pytest.fixture
def survey(shared_sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`survey("--org", "pypa")`: without an App, without settings, and without a token unless one is named."""
    monkeypatch.chdir(tmp_path)
    for name in shared_sandbox.ready["env"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GREENROOM_GITHUB_URL", shared_sandbox.ready["url"])
    shared_sandbox.do("enable-private-reporting", repository="pypa/pip")
    pushed = {"repository": "pypa/pip", "by": "pip-maintainer-1"}
    files = {".github/SECURITY.md": "Write to us.", "SECURITY.md": None}
    shared_sandbox.do("push-files", **pushed, files=files)

    def run(*arguments: str, **environment: str) -> Result:
        unset = {"GITHUB_TOKEN": None, "GH_TOKEN": None}
        return CliRunner().invoke(app, ["survey", *arguments], env={**unset, **environment})

    yield run
    assert list(tmp_path.glob("*.db")) == []
    shared_sandbox.do("clear-faults")
    shared_sandbox.do("tell-private-reporting", to="everybody")


def test_a_visitor_sees_what_everybody_sees(survey: Run, shared_sandbox: RunningSandbox) -> None:
    """No App, no token, no database: a table on a terminal, and nothing was written."""
    before = len(shared_sandbox.writes)

    done = survey("--org", "pypa", "--org", "PyPA", "--org", "astral-sh")

    assert (done.exit_code, done.stderr) == (0, "")
    assert "By private reporting on GitHub  1\n  pip" in done.stdout
    assert ".github/SECURITY.md" in done.stdout
    assert done.stdout.count("pypa: how a stranger") == 1
    assert "without a token" in done.stdout
    assert len(shared_sandbox.writes) == before
    assert {each["who"] for each in shared_sandbox.look("requests")[-3:]} == {""}


def test_json_is_one_object_and_nothing_else(survey: Run) -> None:
    """For programs; people's words go to standard error."""
    done = survey("--org", "pypa", "--json")
    told = json.loads(done.stdout)

    assert done.stdout.count("\n") == 1
    [pip] = told["organizations"][0]["repositories"]
    assert pip["private_reporting"] == {"state": "known", "value": True}
    assert pip["security_policy"]["value"]["paths"] == [".github/SECURITY.md"]


def test_markdown_can_be_pasted(survey: Run) -> None:
    """Long lines are not broken, as a terminal would."""
    done = survey("--org", "pypa", "--markdown")

    assert done.stdout.startswith("# What an outsider can see")
    assert "| `pypa/pip` | on | .github/SECURITY.md | 0 |" in done.stdout


@pytest.mark.parametrize("way", ["GITHUB_TOKEN", "GH_TOKEN", "file"])
def test_a_token_is_taken_from_where_people_have_it(
    survey: Run, shared_sandbox: RunningSandbox, tmp_path: Path, way: str
) -> None:
    """The environment or a file, never the command line; it is shown nowhere."""
    token = shared_sandbox.do("make-token", login="stranger-1", fine_grained=way == "file")["token"]
    (tmp_path / "token").write_text(f"{token}\n", encoding="utf-8")
    given = ["--token-file", "token"] if way == "file" else []

    done = survey("--org", "pypa", "--json", *given, **({} if given else {way: token}))

    assert (done.exit_code, json.loads(done.stdout)["signed_in"]) == (0, True)
    assert token not in done.stdout + done.stderr
    assert shared_sandbox.look("requests")[-1]["who"] == "stranger-1"


def test_what_could_not_be_told_is_exit_code_4(survey: Run, shared_sandbox: RunningSandbox) -> None:
    """A script must not take a refusal for good news."""
    shared_sandbox.do("tell-private-reporting", to="apps")

    done = survey("--org", "pypa")

    assert done.exit_code == 4
    assert "Could not be told" in done.stdout
    assert "private reporting of 1 repository" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--org", "no-such-org"], "GitHub has no account of this name"),
        (["--org", "uv-maintainer-1"], "account of a person"),
        (["--org", "pypa/pip"], "is no name of an organization"),
        (["--org", "../pypa"], "is no name of an organization"),
        (["--org", "pypa", "--json", "--markdown"], "not both"),
        (["--org", "pypa", "--token-file", "no-such-file"], "cannot be read"),
        (["--org", "pypa", "--token-file", "."], "cannot be read"),
        ([], "--org"),
    ],
)
def test_misuse_says_what_would_be_right(survey: Run, arguments: list[str], words: str) -> None:
    """2, in words."""
    done = survey(*arguments)

    assert (done.exit_code, words in done.output) == (2, True), done.output


@pytest.mark.parametrize("token", ["ghp_" + "0" * 36, "two words", "ghp_\x00", "ghp_é"])
def test_a_token_that_is_none_is_misuse_and_not_repeated(survey: Run, tmp_path: Path, token: str) -> None:
    """What was mistyped may still be most of a secret."""
    (tmp_path / "token").write_text(token, encoding="utf-8")

    done = survey("--org", "pypa", "--token-file", "token")

    assert done.exit_code == 2
    assert token not in done.output


def test_a_token_is_not_sent_in_clear(survey: Run) -> None:
    """Over http only to this machine."""
    done = survey("--org", "pypa", GITHUB_TOKEN="ghp_secret", GREENROOM_GITHUB_URL="http://github.example")

    assert (done.exit_code, "was not sent" in done.stderr, "secret" in done.output) == (2, True, False)


def test_a_github_that_is_not_there_is_cannot_tell(survey: Run) -> None:
    """4, since another time it may be there."""
    done = survey("--org", "pypa", GREENROOM_GITHUB_URL="http://127.0.0.1:1")

    assert (done.exit_code, "could not be reached" in done.stdout) == (4, True)


@pytest.mark.parametrize("url", ["github.com", "ftp://github.example", "https://me:secret@github.example"])
def test_a_github_url_that_is_none_is_misuse(survey: Run, url: str) -> None:
    """By the name of the setting; a password in it would stand in the report."""
    done = survey("--org", "pypa", GREENROOM_GITHUB_URL=url)

    assert (done.exit_code, "GREENROOM_GITHUB_URL" in done.stderr, "secret" in done.output) == (2, True, False)


def test_where_github_is_may_stand_in_a_file_of_settings(
    survey: Run, shared_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """`.env`, as for every other command; the settings of an App in it are not read."""
    text = f"GREENROOM_GITHUB_URL={shared_sandbox.ready['url']}/\nGREENROOM_APP_ID=\nGREENROOM_NONSENSE=1\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")

    done = survey("--org", "pypa", "--json", GREENROOM_GITHUB_URL="")

    assert (done.exit_code, json.loads(done.stdout)["github"]) == (0, shared_sandbox.ready["url"])
