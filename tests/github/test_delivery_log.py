"""GitHub's log of deliveries, as GitHub may write it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.github.delivery_log import NotShown, page
from app.github.errors import RetryLater
from app.github.registration import Registration
from tests.github.conftest import API, Script

PATH = "/app/hook/deliveries"


def line(**more: Any) -> dict[str, Any]:
    usual = {"id": 1, "guid": "a-guid", "delivered_at": "2026-12-01T08:00:00Z", "redelivery": False, "duration": 0.1}
    ids = {"installation_id": 7, "repository_id": 1, "throttled_at": None}
    said = {"status": "OK", "status_code": 202, "event": "repository", "action": "archived"}
    return usual | ids | said | more


def answer(*lines: object, link: str | None = None) -> httpx.Response:
    return httpx.Response(200, json=list(lines), headers={"link": f'<{link}>; rel="next"'} if link else {})


@pytest.mark.parametrize(
    ("status", "is_ok"),
    [
        ("OK", True),
        ("ok", True),
        ("failed to connect to host", False),
        ("timed out", False),
        ("Invalid HTTP Response: 503", False),
        ("of next year", False),
    ],
)
async def test_what_github_does_not_call_ok_failed(
    registration: Registration,
    script: Script,
    status: str,
    is_ok: bool,  # noqa: FBT001 - a column of a table
) -> None:
    """So its own scripts read it; the codes beside it are made up where nobody answered."""
    script.on("GET", PATH, answer(line(status=status)))
    [found] = (await page(registration, None)).lines
    assert found.is_ok is is_ok


@pytest.mark.parametrize(
    "broken",
    [
        "text",
        None,
        {},
        line(guid=""),
        line(guid=7),
        line(delivered_at="yesterday"),
        line(delivered_at=None),
        line(event=None),
        line(repository_id="pypa/pip"),
        line(guid="x" * 101),
    ],
)
async def test_a_line_that_cannot_be_read_hides_no_other(
    registration: Registration, script: Script, broken: object
) -> None:
    """It is counted."""
    script.on("GET", PATH, answer(broken, line()))
    found = await page(registration, None)
    assert [each.guid for each in found.lines] == ["a-guid"]
    assert found.unreadable == 1


@pytest.mark.parametrize("number", [0, -1, 2**63, None])
async def test_an_id_that_is_none_is_nobodys(registration: Registration, script: Script, number: int | None) -> None:
    """A number that no database holds names nothing."""
    script.on("GET", PATH, answer(line(repository_id=number, installation_id=number)))
    [found] = (await page(registration, None)).lines
    assert (found.repository, found.installation) == (None, None)


async def test_a_list_of_which_nothing_can_be_read_is_no_empty_list(registration: Registration, script: Script) -> None:
    """Then nothing is known of any delivery, which is not peace."""
    script.on("GET", PATH, answer({"of": "next year"}, "and more"))
    with pytest.raises(RetryLater):
        await page(registration, None)


@pytest.mark.parametrize("body", [b'{"deliveries": []}', b"null", b"<html>", b'"text"'])
async def test_what_is_no_list_is_asked_for_again(registration: Registration, script: Script, body: bytes) -> None:
    """Nothing is known."""
    script.on("GET", PATH, httpx.Response(200, content=body))
    with pytest.raises(RetryLater):
        await page(registration, None)


@pytest.mark.parametrize("status", [400, 403, 404, 422])
async def test_a_refusal_is_told_by_its_status(registration: Registration, script: Script, status: int) -> None:
    """A cursor may be too old, and an App without a webhook may have no log."""
    script.on("GET", PATH, httpx.Response(status, json={"message": "canary"}))
    with pytest.raises(NotShown, match=str(status)) as refused:
        await page(registration, "v1_7")
    assert "canary" not in str(refused.value)


async def test_of_the_next_link_only_the_cursor_is_taken(registration: Registration, script: Script) -> None:
    """Our credentials would follow it anywhere."""
    script.on("GET", PATH, answer(line(), link="https://elsewhere.example/app?per_page=1&cursor=v1_%26x%3D7"))
    first = await page(registration, None)
    assert first.older == "v1_&x=7"
    script.on("GET", PATH, answer(line()))

    assert (await page(registration, first.older)).older is None

    asked = script.sent("GET", PATH)[-1].url
    assert str(asked).startswith(API)
    assert dict(asked.params) == {"per_page": "100", "cursor": "v1_&x=7"}


@pytest.mark.parametrize("link", [f"{API}{PATH}", f"{API}{PATH}?cursor=v1_7", f"{API}{PATH}?cursor={'x' * 501}"])
async def test_a_link_that_leads_nowhere_new_is_no_end(registration: Registration, script: Script, link: str) -> None:
    """Half a log is none."""
    script.on("GET", PATH, answer(line(), link=link))
    with pytest.raises(RetryLater):
        await page(registration, "v1_7")
