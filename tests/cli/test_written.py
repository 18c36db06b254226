"""What Greenroom wrote down, as people read it: notices and the audit. Neither needs GitHub."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, RunningSandbox
from tests.places import change, place_in

pytestmark = pytest.mark.slow

DONE, FAILED, MISUSED, FOUND = 0, 1, 2, 3
UNREACHABLE = {"github_url": "http://127.0.0.1:1"}


def _mended(greenroom: Run, sandbox: RunningSandbox) -> None:
    """Something was found, approved and mended, so that there is something in the audit."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")
    plan = json.loads(greenroom("plan", "--json").stdout)
    assert greenroom("approve", plan["plan_id"], "--by", "coordinator-1").exit_code == DONE
    assert greenroom("sweep").exit_code == DONE


def _verified(greenroom: Run, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = greenroom("audit", "verify", "--json", *arguments, **UNREACHABLE)
    return result.exit_code, json.loads(result.stdout)


def _change(folder: Path, statement: str) -> None:
    change(place_in(folder), statement)


def test_an_untouched_audit_is_whole_and_tells_its_latest_hash(
    greenroom: Run, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """0: the yes, the announcement and the outcome are in it, and the hash is what to keep elsewhere."""
    _mended(greenroom, sandbox)

    code, shown = _verified(greenroom)

    assert (code, shown["whole"], shown["rows"], shown["broken"], shown["holds"]) == (DONE, True, 3, None, None)
    assert len(shown["head"]) == 64
    said = greenroom("audit", "verify", **UNREACHABLE).stdout
    assert shown["head"] in said
    assert "Every row is as it was written." in said
    assert place_in(tmp_path).exists()


def test_an_altered_row_is_named_with_its_time_and_place(
    greenroom: Run, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """1: whoever rewrites an outcome is found, and people are told until it is whole again."""
    _mended(greenroom, sandbox)
    _change(tmp_path, "UPDATE audit SET outcome = 'refused' WHERE phase = 'conclude'")

    code, shown = _verified(greenroom)

    assert (code, shown["whole"]) == (FAILED, False)
    assert (shown["broken"]["row"], shown["broken"]["key"]) == (3, "pypa/pip#private-reporting")
    assert shown["broken"]["at"].startswith("20")
    assert "Row 3 is not as it was written" in greenroom("audit", "verify", **UNREACHABLE).stdout
    told = greenroom("notices", "--json", **UNREACHABLE)
    assert [each["kind"] for each in json.loads(told.stdout)["notices"]] == ["audit-broken"]
    _change(tmp_path, "UPDATE audit SET outcome = 'done' WHERE phase = 'conclude'")
    assert _verified(greenroom)[0] == DONE
    assert greenroom("notices", **UNREACHABLE).exit_code == DONE


def test_rows_that_were_cut_off_are_noticed_with_a_hash_that_was_kept(
    greenroom: Run, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """1 with --head, where the chain alone would look whole; a daily look without the hash does not unsay it."""
    _mended(greenroom, sandbox)
    head = _verified(greenroom)[1]["head"]
    assert _verified(greenroom, "--head", head)[1]["holds"] is True
    _change(tmp_path, "DELETE FROM audit WHERE phase = 'conclude'")

    assert _verified(greenroom)[0] == DONE
    code, shown = _verified(greenroom, "--head", head)

    assert (code, shown["whole"], shown["holds"], shown["broken"]) == (FAILED, False, False, None)
    assert _verified(greenroom)[0] == DONE
    assert greenroom("notices", **UNREACHABLE).exit_code == FOUND


@pytest.mark.parametrize("head", ["abc", "g" * 64])
def test_a_hash_that_is_none_is_misuse(greenroom: Run, head: str) -> None:
    """2: nothing was checked, so nothing may look whole."""
    result = greenroom("audit", "verify", "--head", head, "--json")

    assert (result.exit_code, result.stdout) == (MISUSED, "")
    assert "64 hexadecimal digits" in result.stderr


def test_who_allowed_what_and_what_became_of_it_is_one_list(greenroom: Run, sandbox: RunningSandbox) -> None:
    """Newest rows last, as they happened; a yes that is taken back is in it too."""
    _mended(greenroom, sandbox)
    greenroom("withdraw", "private-reporting: off", "--by", "coordinator-2")

    rows = json.loads(greenroom("audit", "list", "--json", **UNREACHABLE).stdout)["rows"]
    last = json.loads(greenroom("audit", "list", "--limit", "1", "--json", **UNREACHABLE).stdout)["rows"]
    said = " ".join(greenroom("audit", "list", **UNREACHABLE).stdout.split())

    assert [(row["phase"], row["actor"], row["outcome"]) for row in rows] == [
        ("approve", "coordinator-1", None),
        ("intend", None, None),
        ("conclude", None, "done"),
        ("withdraw", f"operator {getpass.getuser()} as coordinator-2", None),
    ]
    assert last == rows[-1:]
    assert "coordinator-1 approved “private-reporting: off”" in said
    assert f"operator {getpass.getuser()} as coordinator-2 took the approval of “private-reporting: off” back" in said


def test_what_people_have_to_know_is_a_list_even_while_the_policy_file_is_invalid(
    greenroom: Run, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """3 while anything is open. It is asked when things are wrong, so it needs neither GitHub nor a valid policy."""
    assert "Nothing to tell." in greenroom("notices").stdout
    sandbox.do("fail", method="GET", path="/repos/pypa/pip/private-vulnerability-reporting", status=403, times=50)
    for _ in range(3):
        greenroom("explain", "pypa/pip")
    (tmp_path / "greenroom.yml").write_text("tolls: {}", encoding="utf-8")

    shown, said = greenroom("notices", "--json", **UNREACHABLE), greenroom("notices", **UNREACHABLE)

    [notice] = json.loads(shown.stdout)["notices"]
    assert (notice["kind"], notice["about"], notice["severity"]) == ("cannot-see", "pypa/pip", "warning")
    assert set(notice) == {"since", "severity", "kind", "about", "text"}
    assert shown.exit_code == said.exit_code == FOUND
    assert "pypa/pip cannot be seen" in " ".join(said.stdout.split())
