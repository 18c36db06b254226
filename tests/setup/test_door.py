"""Who gets to see the wizard, and what does everybody else learn?"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.setup.conftest import WIZARD, Browser, SetUp


async def _stranger(setup: SetUp, path: str, *, method: str = "GET", **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=setup.site)
    async with httpx.AsyncClient(transport=transport, base_url=WIZARD) as http:
        return await http.request(method, path, headers=headers)


def _token(setup: SetUp) -> str:
    return parse_qs(urlsplit(setup.door.address).query)["token"][0]


@pytest.mark.parametrize("path", ["/", "/setup", "/setup/callback?code=a&state=b", "/setup/begin", "/static/style.css"])
async def test_who_did_not_bring_the_token_learns_nothing(setup: SetUp, path: str) -> None:
    """Neither that a set-up is open, nor what it is, nor which version."""
    answer = await _stranger(setup, path)

    assert (answer.status_code, answer.text) == (404, "Not Found")
    assert "server" not in answer.headers
    assert "greenroom" not in str(answer.headers).lower()


@pytest.mark.parametrize("token", ["", "wrong", "x" * 10_000, "bücher"])
async def test_a_wrong_token_is_as_no_token(setup: SetUp, token: str) -> None:
    """And a wrong one costs nothing: the right one is still good."""
    answer = await _stranger(setup, "/setup/begin", method="GET")
    wrong = await _stranger(setup, f"/setup/begin?token={token}")

    assert (wrong.status_code, wrong.text) == (answer.status_code, answer.text) == (404, "Not Found")
    assert (await _stranger(setup, f"/setup/begin?token={_token(setup)}")).status_code == 303


async def test_the_token_lets_one_browser_in_once(browser: Browser, setup: SetUp) -> None:
    """Whoever finds the address in a history or over a shoulder comes too late."""
    token = _token(setup)
    first = await browser.open()
    again = await _stranger(setup, f"/setup/begin?token={token}")

    assert first.status_code == 200
    assert str(first.url) == f"{WIZARD}/setup"  # the token is in no address that stays
    assert (again.status_code, again.text) == (404, "Not Found")
    [cookie] = list(browser.http.cookies.jar)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert cookie.value != token


async def test_looking_whether_the_address_is_there_does_not_use_it_up(browser: Browser, setup: SetUp) -> None:
    """Terminals and chats that look ahead ask with HEAD."""
    assert (await _stranger(setup, f"/setup/begin?token={_token(setup)}", method="HEAD")).status_code == 404
    assert (await browser.open()).status_code == 200


async def test_the_token_ends_after_a_quarter_of_an_hour(browser: Browser, clock: FakeClock) -> None:
    """Nobody forgets an open door."""
    clock.advance(minutes=15)

    assert (await browser.open()).status_code == 404


@pytest.mark.parametrize(
    "host", ["greenroom.example:8321", "127.0.0.1", "localhost:8321", "127.0.0.1:8321.evil.example"]
)
async def test_a_page_of_the_web_reaches_nothing_under_its_own_name(browser: Browser, setup: SetUp, host: str) -> None:
    """A name that was let lead to this machine is not ours, with the token and with the cookie."""
    stolen = await _stranger(setup, f"/setup/begin?token={_token(setup)}", host=host)
    await browser.open()
    inside = await browser.http.get(f"{WIZARD}/setup", headers={"host": host})

    assert (stolen.status_code, inside.status_code) == (404, 404)


async def test_a_form_of_somebody_else_does_nothing(browser: Browser, setup: SetUp) -> None:
    """Neither from another site, nor without the proof that is in our own forms."""
    await browser.open()
    await browser.register("Greenroom")

    elsewhere = await browser.http.post(
        f"{WIZARD}/setup/observe", data={"csrf": setup.door.csrf}, headers={"origin": "https://evil.example"}
    )
    bare = await browser.http.post(f"{WIZARD}/setup/observe", data={"csrf": "guessed"}, headers={"origin": WIZARD})

    assert (elsewhere.status_code, bare.status_code) == (403, 403)
    assert setup.wizard.step == "hand"


async def test_a_state_is_ours_and_good_once(browser: Browser, github: FakeGitHub, setup: SetUp) -> None:
    """Nobody slips an App of theirs in: what comes back without our state is not even asked about."""
    await browser.open()
    foreign = await browser.go(f"{WIZARD}/setup/callback?code=somebodys&state=guessed")
    await browser.go(f"{WIZARD}/setup")
    await browser.register("Greenroom")
    used = [each for each in browser.page.history if "state=" in str(each.url)][-1].url
    replayed = await browser.go(str(used))

    assert (foreign.status_code, replayed.status_code) == (403, 403)
    asked = [each for each in github.requests if each.path.startswith("/app-manifests/")]
    assert len(asked) == 1
    assert list(setup.wizard.apps) == ["watcher"]


async def test_a_state_is_over_after_an_hour(browser: Browser, github: FakeGitHub, clock: FakeClock) -> None:
    """As GitHub's code is. The page gives a new one."""
    await browser.open()
    await browser.click("Register Greenroom on GitHub")
    clock.advance(minutes=61)

    late = await browser.click("Create GitHub App for")

    assert late.status_code == 403
    assert not [each for each in github.requests if each.path.startswith("/app-manifests/")]


async def test_pages_run_nothing_and_send_forms_to_github_alone(browser: Browser) -> None:
    """As the other pages: no script, no frame, no referrer; the one form that leaves leads to GitHub."""
    page = await browser.open()

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://github.com" in policy
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_it_closes_only_when_something_is_set_up(browser: Browser, setup: SetUp) -> None:
    """Whoever only opened it would have to begin again."""
    await browser.open()
    await browser.http.post(f"{WIZARD}/setup/close", data={"csrf": setup.door.csrf}, headers={"origin": WIZARD})
    assert not setup.closed

    await browser.register("Greenroom")
    await browser.click("Observe only")
    await browser.click("Finish")

    assert setup.closed


async def test_a_browser_that_was_closed_learns_nothing_and_the_terminal_says_what_to_do(
    browser: Browser, setup: SetUp
) -> None:
    """The page may tell strangers nothing; whoever sits at the terminal is told once, and only after it was opened."""
    token = _token(setup)
    await _stranger(setup, "/setup")
    assert [each for each in setup.said if "Ctrl-C" in each] == []

    await browser.open()
    for path in (f"/setup/begin?token={token}", "/setup", "/setup"):
        assert (await _stranger(setup, path)).text == "Not Found"

    assert len([each for each in setup.said if "not let in" in each and "Ctrl-C" in each]) == 1
