"""Whatever goes wrong, no text under embargo, no unpublished id, no token and no key gets out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx
import pytest

from app.github.errors import RetryLater
from app.logs import redact
from tests.e2e.answers import ANSWERS, Answer, Twisted, recover
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import DIGEST_KEYS, Bot
from tests.secrecy import leaks

pytestmark = pytest.mark.slow

CASES = "/repos/packaging-security/cases/security-advisories"


async def _a_busy_world(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """A candidate, a report that slipped in, and a case with its mirror."""
    await bot.approve_everything()
    github.repo("pypa/wheel").report("A candidate", affects=["wheel", "pip"])
    github.repo("pypa/pip").report("A report that slipped in")
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.later(minutes=1)
    assert len(github.coordination.drafts) == 1
    return advisory


async def _told(bot: Bot) -> str:
    """All that a coordinator is shown. Ids may be in it, text never."""
    shown = []
    try:
        shown.append(await bot.plan())
        keys = ("case/1", "pypa/pip", "pypa/pip#private-reporting", "packaging-security/cases")
        shown += [await bot.explain(key) for key in keys]
    except RetryLater as error:
        shown.append({"error": str(error)})
    return json.dumps(shown)


def _texts_in(github: FakeGitHub, *outputs: str) -> list[str]:
    return [canary for canary in github.canaries for output in outputs if canary in output]


FEW = {"404", "wrong shape"}


@pytest.mark.parametrize(
    ("method", "chosen"),
    [
        pytest.param("GET", [each for each in ANSWERS if each.name in FEW], id="GET, a few"),
        pytest.param("GET", ANSWERS, id="GET", marks=pytest.mark.slow),
        pytest.param("PATCH", ANSWERS, id="PATCH", marks=pytest.mark.slow),
    ],
)
async def test_no_failure_makes_anything_leak(
    twisted_github: FakeGitHub, bot: Bot, method: str, chosen: Iterable[Answer]
) -> None:
    """Each of the fourteen answers, to everything that is asked or written, with a canary in every field."""
    github = twisted_github
    advisory = await _a_busy_world(github, bot)
    mirror = github.coordination.drafts[0].ghsa

    for number, answer in enumerate(chosen):
        answer.to(github, "/repos/*" if method == "GET" else f"{CASES}/{mirror}", method)
        advisory.edit(summary=f"A secret title of revision {number}", description=f"The secret text of it: {number}")
        await bot.sweep()
        await bot.later(minutes=4)
        assert _texts_in(github, await _told(bot)) == []
        recover(github)
        await bot.later(minutes=20)

    advisory.edit(summary="The last secret title of all")
    await bot.later(minutes=4)
    assert github.coordination.drafts[0].summary == "The last secret title of all"
    assert _secrets_in(bot.folder, github.webhook_secret, "PRIVATE KEY", "ghs_", DIGEST_KEYS.partition(":")[2]) == []


def _secrets_in(folder: Path, *secrets: str) -> list[str]:
    """The files in which a credential stands."""
    contents = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [name for name, content in contents.items() for secret in secrets if secret.encode() in content]


class Exploding(httpx.AsyncBaseTransport):
    """A connection whose failures say everything: a bug of ours, or of a library."""

    def __init__(self, inner: httpx.AsyncBaseTransport, say: Callable[[], str]) -> None:
        self._inner, self._say = inner, say
        self.armed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.armed and request.url.path.startswith("/repos/"):
            credentials = request.headers["authorization"]
            raise RuntimeError(f"{request.url} {credentials} {self._say()}")
        return await self._inner.handle_async_request(request)


@pytest.fixture
def exploding(github: FakeGitHub) -> Exploding:
    transport = Exploding(github.transport, lambda: " ".join(sorted(github.canaries)))
    github.transport = transport
    return transport


@pytest.mark.looks_fail
async def test_an_exception_that_says_everything_is_told_by_its_kind_only(
    exploding: Exploding, github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """It ends the work item, not the process; its message and values are told to nobody."""
    await _a_busy_world(github, bot)

    exploding.armed = True
    await bot.sweep()
    await bot.later(minutes=4)
    exploding.armed = False
    told = said()
    await bot.later(minutes=40)

    assert "RuntimeError" in told
    assert leaks(github, bot.folder, told) == []
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"


RARER = ("ghsa_id", "severity", "cwe_ids", "collaborating_users")


@pytest.mark.parametrize("field", ["state", "url", *(pytest.param(name, marks=pytest.mark.slow) for name in RARER)])
async def test_an_advisory_with_a_field_that_is_not_as_it_should_be_is_told_without_it(
    twisted_github: FakeGitHub, bot: Bot, said: Callable[[], str], field: str
) -> None:
    """A parser's complaint quotes what it complains of, unless somebody took care that it does not."""
    github = twisted_github
    await _a_busy_world(github, bot)
    text = "the-embargoed-text-that-stands-in-a-wrong-place"
    github.canaries.add(text)
    wrong = {"state": "triage", "url": text, "ghsa_id": "GHSA-2222-3333-4444", "summary": text, field: {text: text}}
    assert isinstance(github.transport, Twisted)
    github.transport.twist("GET", "/repos/pypa/*/security-advisories*", json.dumps([wrong]).encode())

    await bot.sweep()
    await bot.later(minutes=4)

    assert text not in said() + await _told(bot)
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "cannot tell"
    recover(github)
    await bot.later(minutes=20)


@pytest.mark.parametrize(
    "secret",
    [
        "ghs_" + "a" * 36,
        "ghs_" + "b" * 500,
        "github_pat_11AAAAAAA0aaaaaaaaaaaa_bbbbbbbb",
        "ghu_" + "c" * 36,
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----",
        "GHSA-2222-3333-4444",
        "ghsa-2222-3333-4444",
        "user:password@",
    ],
)
def test_a_net_below_the_rule_catches_what_looks_like_a_secret(secret: str) -> None:
    """Nobody logs these on purpose. If a library's message holds one, it is cut out."""
    caught = redact(None, "error", {"event": "failed", "reason": f"it was https://{secret}github.example/"})

    assert secret not in caught["reason"]
    assert caught["event"] == "failed"
