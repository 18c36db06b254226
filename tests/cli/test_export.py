"""What can be taken out of a case from a terminal, and when?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from app.exports.documents import FORMATS, OF_STATUS
from tests.cli.conftest import Run, RunningSandbox

BY = ("--by", "coordinator-1")
TEXT = {"summary": "canary-of-the-summary", "description": "canary-of-the-description"}
AFFECTED = [
    {
        "package": {"ecosystem": "pip", "name": "pip"},
        "vulnerable_version_range": "< 26.1",
        "patched_versions": "26.1",
        "vulnerable_functions": [],
    }
]


def drafted(sandbox: RunningSandbox) -> str:
    told = sandbox.do("draft", repository="pypa/pip", fields={"vulnerabilities": AFFECTED}, **TEXT)
    return str(told["advisory"]["ghsa_id"])


def opened(greenroom: Run, ghsa: str) -> None:
    tied = ("--link", f"pypa/pip/{ghsa}", "--agreed-by", "pip-maintainer-1")
    answer = greenroom("case", "open", "--tool", "pip", "--tool", "uv", *tied, *BY)
    assert answer.exit_code == 0, answer.output
    assert greenroom("case", "status", "1", "pip", "fixed", *BY).exit_code == 0
    assert greenroom("case", "status", "1", "uv", "not-affected", "component-not-present", *BY).exit_code == 0


def said(result: Result) -> str:
    return " ".join(result.output.split())


def only_document(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    [document] = json.loads(result.stdout)["documents"]
    content: dict[str, Any] = document["content"]
    return content


@pytest.mark.slow
def test_nothing_leaves_a_draft_but_answers_and_ids_and_those_by_a_coordinators_word(
    greenroom: Run, sandbox: RunningSandbox
) -> None:
    """A document goes anywhere. Who can let it go is said, and it is in the timeline who did."""
    ghsa = drafted(sandbox)
    opened(greenroom, ghsa)
    log = {"log_level": "debug"}

    refused = [greenroom("export", "case/1", form, "--json", **log) for form in FORMATS]
    refused.append(greenroom("export", "1", "openvex", "--confirm", "--by", "uv-maintainer-1", **log))
    refused += [greenroom("export", "1", form, "--confirm", *BY, **log) for form in FORMATS if form not in OF_STATUS]

    for each in refused:
        assert (each.exit_code, each.stdout) == (2, ""), each.output
        assert "canary" not in each.output
        assert ghsa not in each.output
    assert "1 of 1 advisories of case 1 are not published; a coordinator can (coordinator-1)" in said(refused[0])
    assert "uv-maintainer-1 is no coordinator; policy names coordinator-1" in said(refused[len(FORMATS)])
    assert _exports(greenroom) == []

    for form in OF_STATUS:
        result = greenroom("export", "1", form, "--confirm", *BY, "--json")
        assert ghsa in json.dumps(only_document(result))
        assert "canary" not in result.output
        assert "26.1" not in result.output  # versions are the draft's words
    assert _exports(greenroom) == [("openvex", "coordinator-1"), ("csaf-vex", "coordinator-1")]
    assert "csaf-vex leaves the case" in greenroom("audit", "list", "--json").stdout
    sandbox.do("close", repository="pypa/pip", ghsa=ghsa)


@pytest.mark.slow
def test_what_was_published_leaves_in_every_format(greenroom: Run, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Whoever asks whether uv is affected gets a file, without anybody's yes: all of it is public."""
    ghsa = drafted(sandbox)
    opened(greenroom, ghsa)
    sandbox.do("publish", repository="pypa/pip", ghsa=ghsa)

    made = {form: greenroom("export", "1", form, "--json") for form in FORMATS}
    assert {form: result.exit_code for form, result in made.items()} == dict.fromkeys(FORMATS, 0)

    vex = only_document(made["openvex"])
    assert [(each["status"], each["products"][0]["@id"]) for each in vex["statements"]] == [
        ("fixed", "pkg:pypi/pip@26.1"),
        ("not_affected", "pkg:cargo/uv"),
    ]
    assert only_document(made["csaf-vex"])["document"]["category"] == "csaf_vex"
    assert only_document(made["csaf-advisory"])["document"]["title"] == TEXT["summary"]
    assert only_document(made["osv"])["details"] == TEXT["description"]
    [page] = json.loads(made["retrospective"].stdout)["documents"]
    assert f"{ghsa} of pypa/pip was published" in page["content"]

    plain = greenroom("export", "case/1", "openvex")
    assert json.loads(plain.stdout) == vex  # the same matter makes the same document
    assert greenroom("export", "1", "osv", "--into", str(tmp_path)).exit_code == 0
    assert json.loads((tmp_path / f"{ghsa}.json").read_text(encoding="utf-8"))["id"] == ghsa
    assert _exports(greenroom) == []  # what is public needs no entry


@pytest.mark.slow
def test_what_is_mistyped_or_cannot_be_told_is_said(greenroom: Run, sandbox: RunningSandbox) -> None:
    """2 where a person can put it right, 4 where GitHub does not answer: then nothing is taken for published."""
    ghsa = drafted(sandbox)
    opened(greenroom, ghsa)
    for words, right in (
        (("7", "osv"), "there is no case 7"),
        (("pypa/pip", "osv"), "write case/N"),
        (("1", "pdf"), "openvex, csaf-vex, csaf-advisory, osv, retrospective"),
    ):
        answer = greenroom("export", *words)
        assert (answer.exit_code, right in said(answer)) == (2, True), answer.output

    sandbox.do("fail", method="GET", path=f"/repos/pypa/pip/security-advisories/{ghsa}", status=403, times=50)
    unclear = greenroom("export", "1", "openvex", "--confirm", *BY)
    assert (unclear.exit_code, unclear.stdout) == (4, "")
    assert ghsa not in unclear.output
    sandbox.do("clear-faults")
    sandbox.do("close", repository="pypa/pip", ghsa=ghsa)


def _exports(greenroom: Run) -> list[tuple[str, str]]:
    history = json.loads(greenroom("case", "show", "1", "--json").stdout)["history"]
    return [(each["detail"], each["by"]) for each in history if each["what"] == "exported"]
