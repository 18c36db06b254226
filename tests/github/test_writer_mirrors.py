"""What is sent to open, change and close a mirror that is an advisory?"""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.actions import MirrorFields
from app.domain.ids import Ghsa
from app.github.errors import Ambiguous, Held, Refused
from app.github.writer import Writer
from tests.builders import CASES
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.github.conftest import Held as Lease
from tests.github.conftest import Recorder
from tests.github.written import FIELDS

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


async def test_a_mirror_is_opened_as_a_draft_without_credits(writer: Writer, github: FakeGitHub, lease: Lease) -> None:
    """Credits notify people, so a copy carries none."""
    ghsa = await writer.open_mirror(CASES, "advisory", FIELDS, lease=lease)
    [mirror] = github.coordination.drafts
    assert (mirror.now.ghsa, mirror.now.state, mirror.now.summary, mirror.now.severity) == (
        str(ghsa),
        "draft",
        "s",
        "high",
    )
    assert mirror.now.credits == []


@pytest.mark.parametrize("fields", [MirrorFields(), MirrorFields(summary="s", description="d", vulnerabilities=())])
async def test_a_mirror_that_github_would_refuse_is_held(
    writer: Writer, github: FakeGitHub, lease: Lease, fields: MirrorFields
) -> None:
    """GitHub: "Advisory must have at least one vulnerability"."""
    with pytest.raises(Held):
        await writer.open_mirror(CASES, "advisory", fields, lease=lease)
    assert github.requests == []


@pytest.mark.parametrize("how", ["502", "timeout", "reset"])
async def test_a_lost_answer_makes_no_second_mirror(writer: Writer, github: FakeGitHub, lease: Lease, how: Any) -> None:
    """It was opened and nobody told us: to be looked up, not repeated."""
    github.lose_answer("POST", f"/repos/{CASES}/security-advisories", how)
    with pytest.raises(Ambiguous):
        await writer.open_mirror(CASES, "advisory", FIELDS, lease=lease)
    assert len(github.coordination.mirrors) == 1


async def test_an_answer_without_an_id_is_ambiguous(writer: Writer, github: FakeGitHub, lease: Lease) -> None:
    """A 201 that we cannot read still opened something."""
    github.garbage("POST", f"/repos/{CASES}/security-advisories")
    with pytest.raises(Ambiguous):
        await writer.open_mirror(CASES, "advisory", FIELDS, lease=lease)


@pytest.mark.parametrize(
    ("fields", "bodies"),
    [
        (MirrorFields(), []),
        (MirrorFields(summary="t"), [{"summary": "t"}]),
        (MirrorFields(clears_cve=True), [{"cve_id": None}]),
        (MirrorFields(cve_id="CVE-2026-1234"), [{"cve_id": "CVE-2026-1234"}]),
        (MirrorFields(cwe_ids=()), [{"cwe_ids": []}]),
        (MirrorFields(severity="low"), [{"severity": "low"}]),
        (MirrorFields(severity="low", cvss_vector=VECTOR), [{"cvss_vector_string": VECTOR}]),
        (MirrorFields(clears_cvss=True), [{"cvss_vector_string": None}]),
        (
            MirrorFields(clears_cvss=True, severity="low", summary="t"),  # the severity is what is left
            [{"summary": "t", "cvss_vector_string": None}],
        ),
    ],
)
async def test_only_what_changes_is_sent(
    *,
    writer: Writer,
    recorder: Recorder,
    mirror: FakeAdvisory,
    lease: Lease,
    fields: MirrorFields,
    bodies: list[Any],
) -> None:
    """What people wrote into other fields stays, and a severity never goes with a vector."""
    await writer.update_mirror(CASES, Ghsa(mirror.now.ghsa), fields, lease=lease)
    assert recorder.bodies == bodies


async def test_a_mirror_is_closed(writer: Writer, mirror: FakeAdvisory, lease: Lease) -> None:
    """Closing is all that can be done with it: GitHub has no way to delete."""
    await writer.close_mirror(CASES, Ghsa(mirror.now.ghsa), lease=lease)
    assert mirror.now.state == "closed"


async def test_a_refusal_is_told(writer: Writer, mirror: FakeAdvisory, lease: Lease) -> None:
    """GitHub's 422 stays one until somebody changes something."""
    mirror.publish()
    with pytest.raises(Refused) as caught:
        await writer.close_mirror(CASES, Ghsa(mirror.now.ghsa), lease=lease)
    assert caught.value.status == 422
    assert mirror.now.ghsa not in str(caught.value)
