"""Can a person rotate a secret with nothing but what the command says, and does it betray none?"""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from app.sandbox.registering import new_private_key
from tests.cli.conftest import Run, RunningSandbox

KINDS = ["webhook-secret", "app-key", "hand-key", "encryption-key", "digest-key"]


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_running_instance_it_cannot_tell_and_says_what_to_do(greenroom: Run, kind: str) -> None:
    """Whether everybody knows a secret is known only of those who say so."""
    result = greenroom("rotate", kind)

    assert result.exit_code == 4
    assert "start greenroom serve" in result.stdout


@pytest.mark.parametrize("kind", ["webhook-secret", "encryption-key", "digest-key"])
@pytest.mark.slow
def test_a_new_secret_goes_into_a_file_that_only_its_owner_reads(greenroom: Run, kind: str, tmp_path: Path) -> None:
    """And nowhere else; what to set is said, and nothing is changed yet."""
    file = tmp_path / "new"

    result = greenroom("rotate", kind, "--new", str(file))

    assert result.exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    secret = file.read_text(encoding="utf-8").strip()
    assert len(secret) >= 44
    assert secret not in result.output
    assert str(file) in result.stdout.replace("\n", "")


def test_a_file_that_is_there_is_not_overwritten(greenroom: Run, tmp_path: Path) -> None:
    """It may be the secret in use. A link is not followed either."""
    there, link = tmp_path / "there", tmp_path / "link"
    there.write_text("the secret in use", encoding="utf-8")
    link.symlink_to(tmp_path / "elsewhere")

    assert greenroom("rotate", "webhook-secret", "--new", str(there)).exit_code == 2
    assert greenroom("rotate", "webhook-secret", "--new", str(link)).exit_code == 2
    assert there.read_text(encoding="utf-8") == "the secret in use"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.slow
def test_a_new_secret_can_be_printed_for_a_secret_manager(greenroom: Run) -> None:
    """Only where that is asked for."""
    found = json.loads(greenroom("rotate", "webhook-secret", "--print", "--json").stdout)

    assert len(found["secret"]) == 64
    assert found["do"][-1].startswith("restart each instance")


def test_the_steps_are_there_for_machines(greenroom: Run) -> None:
    """Whoever rotates hundreds of things has something that reads this."""
    found = json.loads(greenroom("rotate", "app-key", "--json").stdout)

    assert [each["state"] for each in found["steps"]] == ["done", "cannot tell"]
    assert found["done"] is False


def test_an_instance_that_nobody_heard_of_is_not_gone(greenroom: Run) -> None:
    """Whoever mistyped its name is told so, instead of going on."""
    result = greenroom("rotate", "webhook-secret", "--gone", "nobody:1")

    assert result.exit_code == 2
    assert "no instance is called nobody:1" in result.stderr


@pytest.mark.parametrize("kind", ["app-key", "hand-key"])
def test_a_key_is_tried_and_put_nowhere(greenroom: Run, sandbox: RunningSandbox, kind: str, tmp_path: Path) -> None:
    """GitHub's answer decides; one that others may read is not even tried."""
    del sandbox
    file = tmp_path / "another.pem"
    file.write_text(new_private_key(), encoding="utf-8")
    file.chmod(0o644)
    assert "chmod 600" in greenroom("rotate", kind, "--key", str(file)).stderr
    file.chmod(0o600)

    result = greenroom("rotate", kind, "--key", str(file))

    assert result.exit_code == 1
    assert "refused" in result.stdout
    assert "BEGIN" not in result.output
