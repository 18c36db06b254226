"""Fixtures of the stories about what goes wrong."""

from __future__ import annotations

import pytest

from tests.e2e.answers import Twisted
from tests.fake_github import FakeGitHub


@pytest.fixture
def twisted_github(github: FakeGitHub) -> FakeGitHub:
    """A GitHub whose answers may also be well-formed nonsense. Ask for it before `bot`, which connects to it."""
    github.transport = Twisted(github.transport)
    return github
