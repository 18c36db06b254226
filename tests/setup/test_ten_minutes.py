"""Does what install.md says of the sandbox happen, typed as it stands there, from nothing to the one write?

What is typed, what is clicked on and what is said to be shown are read from the page, so that it cannot drift.
`pytest -s` shows how it went, and how long each step took.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.setup.person import Person
from tests.setup.terminals import Shown, Terminal, Typed, terminal, transcript

PAGE = Path(__file__).parents[2] / "docs" / "install.md"
LONGEST = 600.0  # seconds from the first word typed to the last: what the page promises
UNDER_EMBARGO = "canary-of-ten-minutes-embargoed"
CREDENTIALS = ("PRIVATE KEY", "ghs_", "ghu_", "ghr_")
WHERE = "http://127.0.0.1:{}"


def _section() -> str:
    _, _, rest = PAGE.read_text(encoding="utf-8").partition("## In ten minutes, against the sandbox")
    return rest.partition("\n## ")[0]


def _blocks(section: str) -> list[list[str]]:
    return [block.splitlines() for block in re.findall(r"(?ms)^```\n(.*?)^```$", section)]


def _free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


class Walk:
    """A newcomer, the page in front of them, two terminals and a browser."""

    def __init__(self, folder: Path, first: Terminal, second: Terminal, ports: tuple[str, str]) -> None:
        self.github, self.ours = ports
        self._prose = " ".join(re.sub(r"(?ms)^```\n.*?^```$", "", _section()).split())
        self.blocks = [[self._at_our_ports(line) for line in block] for block in _blocks(_section())]
        self._folder, self.first, self.second = folder, first, second
        self.person = Person()

    def _at_our_ports(self, line: str) -> str:
        """Others may run on those that the page names."""
        return line.replace("9000", self.github).replace("8000", self.ours)

    @property
    def home(self) -> Path:
        """The empty folder, of which the page does not say where it is."""
        [made] = (each for each in (self._folder / "made").iterdir() if each.is_dir())
        return made

    def type_all(self, block: list[str], plan: str = "") -> list[Typed]:
        """Each line; what stands behind it on the page has to be what it shows."""
        typed = []
        for line in block:
            command, _, told = (line.replace("f64ab515276c", plan) if plan else line).partition("  #")
            typed.append(self.second.run(command.strip()))
            assert typed[-1].code in {0, 3}, typed[-1]
            for words in () if command.rstrip().endswith("&") else told.split(" … "):
                assert words.strip() in typed[-1].told, typed[-1]
        return typed

    def click(self, words: str, on_page: str = "", **typed: str) -> None:
        assert f"*{on_page or words}*" in self._prose, words
        self.person.click(words, **typed)

    def install(self, app: str, *places: tuple[str, str]) -> None:
        """On GitHub, by way of the wizard's page and back to it."""
        back = str(self.person.page.url)
        assert f"*Install {app}*" in self._prose
        for account, repositories in places:
            assert f"`{account}`" in self._prose
            self.person.open(back)
            self.person.follow(f"Install {app}")
            if repositories:
                self.person.click(f"Install on these of {account}", repositories=repositories)
            else:
                self.person.click(f"Install on all repositories of {account}")
        self.person.open(back)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """The program is installed in this folder, and nothing else is there."""
    if not (Path(sys.prefix) / "bin" / "activate").exists() or shutil.which("curl") is None:
        missing = "this Python is in no virtual environment, or there is no curl"
        if os.environ.get("GREENROOM_CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "made").mkdir()
    github, ours = _free_port(), _free_port()
    with ExitStack() as terminals:
        first = terminals.enter_context(terminal(tmp_path))
        # `serve` listens where GREENROOM_PORT says; without, at 8000, as the page does.
        second = terminals.enter_context(terminal(tmp_path, GREENROOM_PORT=ours, TMPDIR=str(tmp_path / "made")))
        walk = Walk(tmp_path, first, second, (github, ours))
        yield walk
        walk.person.http.close()
        _say(transcript({"first terminal": first, "second terminal": second}))


@pytest.mark.parametrize("page", ["install.md", "operations.md"])
def test_where_the_database_will_be_is_said_again_without_harm(tmp_path: Path, page: str) -> None:
    """Whoever begins again types it after the wizard wrote into the file, and may have another place by then."""
    lines = (PAGE.parent / page).read_text(encoding="utf-8").splitlines()
    [typed] = [line.strip() for line in lines if "GREENROOM_DATABASE_URL=sqlite:////" in line and "> .env" in line]
    env = tmp_path / ".env"

    def type_it() -> str:
        subprocess.run(["/bin/sh", "-c", typed], cwd=tmp_path, check=True)  # noqa: S603 - as the page has it
        return env.read_text(encoding="utf-8")

    first = type_it()
    assert first.startswith("GREENROOM_DATABASE_URL=sqlite:////")
    assert type_it() == first
    with env.open("a", encoding="utf-8") as file:
        file.write("GREENROOM_APP_ID=7\n")
    assert type_it() == f"{first}GREENROOM_APP_ID=7\n"


@pytest.mark.slow
def test_the_ten_minutes_of_the_page_go_as_it_says(walk: Walk) -> None:
    """A newcomer types what stands there and nothing else, and clicks on what it names: one write, by the Hand."""
    began = time.monotonic()
    sandbox, set_up, told, observe, would, enforce, after, again = walk.blocks
    _begin(walk, sandbox, began)
    shown = _set_up(walk, set_up)
    assert [line for line in told if line not in shown] == []
    person = walk.person.http
    _do(person, walk.github, "draft", repository="pypa/pip", summary=UNDER_EMBARGO, description=UNDER_EMBARGO)

    log = walk.home / "serve.log"
    os.mkfifo(log)  # so that whoever waits for a line of it is told, and need not look again and again
    serving = Shown(lambda: log.open(encoding="utf-8"))
    *_, plan, _ = walk.type_all(observe)
    assert [line for line in would if " ".join(re.sub(" …$", "", line).split()) not in plan.told] == []
    serving.until('"event": "listening"')
    assert _writes(person, walk.github) == []

    _enforce(walk.home)
    [number] = set(re.findall(r"Plan (\w{12})", walk.type_all(enforce[:1], plan="")[0].shown))
    asked = time.monotonic()
    walk.type_all(enforce[1:], plan=number)
    serving.until('"action": "set-private-reporting", "outcome": "done"')
    _say(f"the write came {time.monotonic() - asked:.1f} s after the yes was typed, at the latest")

    walk.type_all(after)
    [write] = json.loads(walk.type_all(again)[-1].shown)
    assert (write["method"], write["path"], write["who"], write["status"]) == (
        "DELETE",
        "/repos/pypa/pip/private-vulnerability-reporting",
        "greenroom-hand",
        204,
    )
    took = time.monotonic() - began
    _say(f"all of it took {took:.0f} s")
    assert took < LONGEST
    assert _got_out(walk, serving) == []


def _begin(walk: Walk, block: list[str], began: float) -> None:
    activate, sandbox = block
    walk.first.run(activate)
    walk.first.send(sandbox)
    walk.first.shown.until(WHERE.format(walk.github))
    _say(f"the sandbox was there after {time.monotonic() - began:.1f} s")


def _set_up(walk: Walk, block: list[str]) -> str:
    """What is typed and clicked until the wizard's page closes. Says what the terminal showed."""

    def in_the_browser() -> None:
        at = walk.second.shown.until("token=", after=started)
        walk.person.open(walk.second.shown.lines[at - 1].strip())
        for name in ("Greenroom", "Greenroom Hand"):
            walk.click(f"Register {name} on GitHub")
            walk.click("Create GitHub App for", on_page="Create GitHub App")
        walk.install("Greenroom", ("pypa", ""), ("packaging-security", ""))
        walk.install("Greenroom Hand", ("packaging-security", "cases"), ("pypa", "pip"))
        assert "installed</span> on packaging-security, pypa" in walk.person.page.text
        assert "packaging-security (selected repositories), pypa (selected repositories)" in walk.person.page.text
        walk.click("Look at everything")
        assert "GitHub accepts it" in walk.person.page.text
        walk.click("Finish")

    for line in block[:-1]:
        assert walk.second.run(line).code == 0
    started = len(walk.second.shown.lines)
    typed = walk.second.run(block[-1].replace("greenroom setup", "greenroom setup --port 0"), in_the_browser)
    assert typed.code == 0
    return typed.shown.replace(str(walk.home), "…") + "…\n"


def _do(person: httpx.Client, github: str, verb: str, **arguments: str) -> None:
    person.post(f"{WHERE.format(github)}/_sandbox/{verb}", json=arguments).raise_for_status()


def _writes(person: httpx.Client, github: str) -> list[dict[str, object]]:
    return list(person.get(f"{WHERE.format(github)}/_sandbox/requests", params={"write": "1"}).json())


def _enforce(home: Path) -> None:
    """What a person does with an editor."""
    policy = home / "greenroom.yml"
    text = policy.read_text(encoding="utf-8")
    changed = re.sub(r"(private-reporting:\s*mode: )observe", r"\1enforce", text)
    assert changed != text
    policy.write_text(changed, encoding="utf-8")


def _got_out(walk: Walk, serving: Shown) -> list[str]:
    """What should be nowhere but in the files of secrets, and on GitHub."""
    secrets = [each.read_text(encoding="utf-8").strip() for each in (walk.home / "secrets").iterdir()]
    assert len(secrets) == len(set(secrets)) == 6
    shown = [walk.first.shown.text, walk.second.shown.text, serving.text]
    kept = [each.read_bytes() for each in walk.home.glob("greenroom.db*")]
    told = [words for words in (*secrets, *CREDENTIALS, UNDER_EMBARGO) for text in shown if words in text]
    return [*told, *(words for words in (*secrets, UNDER_EMBARGO) for text in kept if words.encode() in text)]
