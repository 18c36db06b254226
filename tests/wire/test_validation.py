import json
from pathlib import Path

import httpx
import pytest

from tests.wire.specification import specification
from tests.wire.validation import breaks, violations

HEADERS = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}
PVR = "https://api.github.com/repos/pypa/pip/private-vulnerability-reporting"
ADVISORIES = "https://api.github.com/repos/pypa/pip/security-advisories"


def exchange(
    method: str = "GET",
    url: str = PVR,
    *,
    headers: dict[str, str] | None = None,
    sent: object = None,
    status: int = 200,
    received: object = None,
) -> tuple[str, ...]:
    """What is wrong with it; boring unless a test says otherwise."""
    request = httpx.Request(method, url, headers=HEADERS if headers is None else headers, json=sent)
    return violations(request, httpx.Response(status, json={"enabled": True} if received is None else received))


def test_a_right_exchange_has_nothing_wrong() -> None:
    """The case where nothing is to be said."""
    assert exchange() == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"headers": {"x-github-api-version": "2022-11-28", "accept": "*/*"}}, "Accept"),
        ({"headers": {"accept": "application/vnd.github+json"}}, "X-GitHub-Api-Version"),
        ({"url": "https://api.github.com/repos/pypa/pip/pvr"}, "GitHub has no such route"),
        ({"method": "POST"}, "GitHub has no such route"),
        ({"url": f"{PVR}?page=2"}, "GitHub knows no 'page' in the query"),
        ({"received": {"enabled": "yes"}}, "enabled: breaks type"),
        ({"received": {}}, "'enabled' is a required property"),
        ({"received": {"enabled": True, "since": 1}}, "'since' was unexpected"),
        ({"status": 418, "received": {"message": "no"}}, "418"),
        ({"status": 404, "received": {"words": "no"}}, "'words' was unexpected"),
        ({"method": "POST", "url": ADVISORIES, "sent": {"summary": "x"}, "status": 403, "received": {}}, "required"),
        (
            {"method": "PATCH", "url": f"{ADVISORIES}/GHSA-x", "sent": {"state": "triage"}, "status": 403},
            "state: breaks enum",
        ),
    ],
)
def test_what_github_would_not_say_or_take_is_told(wrong: dict[str, object], words: str) -> None:
    """Each in words without the value, which may be long."""
    assert words in " ".join(exchange(**wrong))  # type: ignore[arg-type] # a table of different arguments


@pytest.mark.parametrize("status", [401, 403, 404, 429, 451, 500, 502, 503])
def test_errors_have_githubs_shape_everywhere(status: int) -> None:
    """Its description leaves most of them out."""
    assert exchange(status=status, received={"message": "no", "documentation_url": "https://docs.github.com"}) == ()


def test_what_may_be_null_may_be_null_though_it_has_an_enum() -> None:
    """`severity` of an advisory is one of four words, or not known."""
    severity = specification()["components"]["schemas"]["repository-advisory"]["properties"]["severity"]

    assert severity["enum"] == ["critical", "high", "medium", "low", None]


def test_objects_are_closed_but_those_that_are_put_together() -> None:
    """A field of our own invention would otherwise pass unseen."""
    schemas = specification()["components"]["schemas"]

    assert schemas["full-repository"]["additionalProperties"] is False
    assert breaks("simple-user", {}) != ()
    assert breaks("basic-error", {"message": "no", "hint": "none"}) != ()


def test_the_overlay_names_a_source_and_how_sure_it_is_of_each_entry() -> None:
    """Whoever reads it can check it."""
    overlay = json.loads((Path(__file__).parent / "overlay.json").read_text(encoding="utf-8"))

    for entry in (each for entries in overlay.values() for each in entries):
        assert entry["label"] in {"PROVEN", "LIKELY"}
        assert len(entry["source"]) > 20


@pytest.mark.parametrize("moment", ["2026-13-01T10:00:00Z", "2026-12-01", 1764579600, None])
def test_what_is_no_moment_is_not_taken_for_one(moment: object) -> None:
    """Moments and tokens of the right form are all alike to us; others are looked at as they are."""
    url = "https://api.github.com/app/installations/7/access_tokens"
    answer = {"token": "ghs_another", "expires_at": "2027-01-31T23:59:59Z", "permissions": {}}
    assert exchange("POST", url, sent={}, status=201, received=answer) == ()

    complaints = exchange("POST", url, sent={}, status=201, received=answer | {"expires_at": moment})

    assert (complaints != ()) == (not isinstance(moment, str)), "GitHub's own description calls it a mere string"
