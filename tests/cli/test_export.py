"""What can be taken out of a case from a terminal, and when?"""

from __future__ import annotations

import json
import os
import stat
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
def test_what_leaves_before_it_is_public_is_written_for_its_owner_alone_and_over_nothing(
    greenroom: Run, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """It is under embargo, and a shared folder may hold a link that somebody else put there."""
    ghsa, folder, shared = drafted(sandbox), tmp_path / "mine", tmp_path / "shared"
    folder.mkdir()
    shared.mkdir()
    opened(greenroom, ghsa)
    typed = ("export", "1", "openvex", "--confirm", *BY, "--into")
    before = os.umask(0)
    try:
        assert greenroom(*typed, str(folder)).exit_code == 0
    finally:
        os.umask(before)
    [file] = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ghsa in file.read_text(encoding="utf-8")

    file.write_text("mine", encoding="utf-8")
    again = greenroom(*typed, str(folder))
    assert (again.exit_code, "is there already" in said(again)) == (2, True), again.output
    assert file.read_text(encoding="utf-8") == "mine"

    (shared / file.name).symlink_to(tmp_path / "elsewhere")
    linked = greenroom(*typed, str(shared))
    assert linked.exit_code == 2
    assert not (tmp_path / "elsewhere").exists()

    nowhere = greenroom(*typed, str(tmp_path / "nowhere"))
    assert (nowhere.exit_code, "cannot be written: No such file" in said(nowhere)) == (2, True), nowhere.output
    sandbox.do("close", repository="pypa/pip", ghsa=ghsa)


@pytest.mark.slow
def test_of_several_files_all_are_written_or_none(greenroom: Run, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Half of them would be in the way of the next try."""
    links = [f"pypa/pip/{drafted(sandbox)}" for _ in range(2)]
    tied = [word for link in links for word in ("--link", link)]
    assert greenroom("case", "open", *tied, "--agreed-by", "pip-maintainer-1", "--tool", "uv", *BY).exit_code == 0
    for link in links:
        sandbox.do("publish", repository="pypa/pip", ghsa=link.rpartition("/")[2])
    documents = json.loads(greenroom("export", "1", "osv", "--json").stdout)["documents"]
    assert len(documents) == 2
    folder = tmp_path / "mine"
    folder.mkdir()
    last = folder / documents[-1]["file"]
    last.write_text("mine", encoding="utf-8")

    assert greenroom("export", "1", "osv", "--into", str(folder)).exit_code == 2

    assert list(folder.iterdir()) == [last]
    assert last.read_text(encoding="utf-8") == "mine"


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
