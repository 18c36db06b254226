"""What becomes of a payload that GitHub would not send?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.payloads import ADVISORY
from webhooks.routing import Malformed, hint

NAMED = '{"action": "edited", "repository": {"full_name": %s}}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"{}",
        b"{} {}",
        b"\xff\xfe{\x00}\x00",
        b"[" * 10_000,
        b'{"a":' * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"action": "\\ud800", "repository": {"full_name": "pypa/pip"}}',
        b'{"action": "\xff", "repository": {"full_name": "pypa/pip"}}',
        b'{"action": "edited\\u0000", "repository": {"full_name": "pypa/pip"}}',
        b'{"action": "edited\\n", "repository": {"full_name": "pypa/pip"}}',
        b'{"action": ["edited"], "repository": {"full_name": "pypa/pip"}}',
        b'{"action": "edited", "repository": []}',
        b'{"action": "edited", "repository": null}',
        (NAMED % "9").encode(),
        (NAMED % ("9" * 10_000)).encode(),
        (NAMED % '""').encode(),
        (NAMED % '"pypa"').encode(),
        (NAMED % '"pypa/pip/extra"').encode(),
        (NAMED % '"pypa/pip\\u0000"').encode(),
        (NAMED % '"pypa/pip\\n"').encode(),
        (NAMED % '"../../pip"').encode(),
        (NAMED % '["pypa/pip"]').encode(),
    ],
)
def test_what_github_would_not_send_is_malformed(body: bytes) -> None:
    """Depth, NULs, lone surrogates, arrays and huge numbers are a 400, never an accident."""
    with pytest.raises(Malformed):
        hint("repository", body)


@given(
    event=st.sampled_from(["repository_advisory", "repository", "installation", "ping"]), body=st.binary(max_size=200)
)
def test_no_bytes_are_an_accident(event: str, body: bytes) -> None:
    """Whatever arrives is either read or malformed."""
    try:
        hint(event, body)
    except Malformed:
        return


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(
    event=st.sampled_from(["repository_advisory", "repository", "installation"]),
    payload=st.fixed_dictionaries(
        {"action": _json, "repository": _json | st.fixed_dictionaries({"full_name": _json})},
        optional={"repository_advisory": _json | st.fixed_dictionaries({"ghsa_id": _json})},
    ),
)
def test_no_json_is_an_accident(event: str, payload: dict[str, Any]) -> None:
    """Likewise for JSON of any shape in the places that we read."""
    try:
        hint(event, json.dumps(payload).encode())
    except Malformed:
        return


def test_an_error_repeats_nothing() -> None:
    """A malformed payload may hold the text of a report, and errors reach logs."""
    with pytest.raises(Malformed) as error:
        hint("repository", (NAMED % '"CANARY"').encode())

    assert "CANARY" not in str(error.value)


@pytest.mark.parametrize("about", [{}, {"ghsa_id": "GHSA"}, {"ghsa_id": 1}, {**ADVISORY, "identifiers": "CVE"}, None])
def test_a_global_advisory_that_is_not_as_github_sends_it_is_malformed(about: Any) -> None:
    """Nothing of it is believed."""
    with pytest.raises(Malformed):
        hint("security_advisory", json.dumps({"action": "published", "security_advisory": about}).encode())
