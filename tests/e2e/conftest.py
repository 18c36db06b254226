"""Fixtures of the stories about what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.answers import Twisted
from tests.fake_github import FakeGitHub


@pytest.fixture
def twisted_github(github: FakeGitHub) -> FakeGitHub:
    """A GitHub whose answers may also be well-formed nonsense. Ask for it before `bot`, which connects to it."""
    github.transport = Twisted(github.transport)
    return github


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What was written to both outputs since it was last asked for. It stays there for the look at leaks."""

    def read() -> str:
        captured = capfd.readouterr()
        text = captured.out + captured.err
        before.append(text)
        return text

    before: list[str] = []
    yield read
    print("".join(before))  # noqa: T201
