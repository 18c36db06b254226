"""Can people ask from a terminal who ships what, and answer who else takes part?"""

from __future__ import annotations

import json

from tests.cli.conftest import Run, RunningSandbox

BY = ("--by", "coordinator-1")
CARGO = '[workspace.dependencies]\nastral-tokio-tar = "0.6"\n'
CARGO_LOCK = """\
version = 4
[[package]]
name = "astral-tokio-tar"
version = "0.6.3"
source = "registry+https://index.example/crates"
[[package]]
name = "serde"
version = "1.0.0"
source = "registry+https://index.example/crates"
"""


def test_who_ships_what_is_shown_with_its_age(greenroom: Run) -> None:
    """As people wrote it, until the repositories' own files were read."""
    shown = json.loads(greenroom("vendoring", "--json").stdout)

    [pipenv] = [each for each in shown["lines"] if (each["consumer"], each["component"]) == ("pypa/pipenv", "pip:pip")]
    assert (pipenv["mode"], pipenv["read_at"], shown["as_of"]) == ("patched", None, "2026-11-22")
    assert "as of 2026-11-22" in " ".join(greenroom("vendoring").stdout.split())


def test_a_version_of_a_lock_file_is_shown(greenroom: Run, sandbox: RunningSandbox) -> None:
    """With the file that says it, and when it was read; what else is in that file is nobody's business."""
    files = {"Cargo.toml": CARGO, "Cargo.lock": CARGO_LOCK}
    sandbox.do("push-files", repository="astral-sh/uv", files=files, by="uv-owner-1")
    shown = json.loads(greenroom("vendoring", "--read", "--json").stdout)

    of_uv = {each["place"]: each for each in shown["lines"] if each["consumer"] == "astral-sh/uv"}
    said = {place: (each["component"], each["mode"], each["version"]) for place, each in of_uv.items()}
    assert said == {
        "Cargo.toml": ("rust:astral-tokio-tar", "bundled", "0.6"),
        "Cargo.lock": ("rust:astral-tokio-tar", "bundled", "0.6.3"),
    }
    assert all(each["read_at"] for each in of_uv.values())


def test_what_was_not_suggested_cannot_be_answered(greenroom: Run) -> None:
    """Exit code 2, with what would be right."""
    greenroom("case", "open", "--tool", "pip", *BY)
    for words, right in (
        (("1", "uv", "yes", *BY), "uv is no suggestion of case 1"),
        (("1", "uv", "no", *BY), "a no needs a reason; say one of not-affected-version"),
        (("1", "uv", "yes", "other", *BY), "a yes needs no reason"),
        (("7", "uv", "yes", *BY), "there is no case 7"),
    ):
        refused = greenroom("case", "suggest", *words)
        assert (refused.exit_code, right in " ".join(refused.output.split())) == (2, True), refused.output
