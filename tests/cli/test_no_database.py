"""Which command makes a database, and what do the others say where there is none?

Whoever types a command in another folder, or without the settings of the service, must not be told that writes are off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.cli.command import CANNOT_TELL, DONE, FOUND, MISUSED
from app.cli.root import app
from tests.cli.conftest import Run, RunningSandbox
from tests.cli.test_secrecy import every_command
from tests.places import Engine, InFile, Place, change, keep_in
from tests.which_database import about_files, about_servers, on_both

BY = ("--by", "coordinator-1")
GHSA = "GHSA-2222-3333-4444"
# A new command takes one of three sides: it makes a database, it has no use for one, or it says that there is none.
MAKES = {"serve", "sweep", "migrate", "restore"}
NEEDS_NONE = {"demo", "sandbox", "setup", "survey", "policy check", "policy schema", "policy docs"}
LOOKS_ELSEWHERE = {"doctor"}
REFUSES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "sweep": (("--plan",),),  # it looks at nothing
    "migrate": (("--back",),),
    "restore": (("--distrust",),),
    "writes": (("off", "--by", "me"), ("on", *BY), ()),
    "plan": ((),),
    "approve": (("0123456789ab", *BY),),
    "withdraw": (("private-reporting: off", *BY),),
    "thaw": (("pypa/pip#private-reporting", *BY),),
    "explain": (("pypa/pip",),),
    "findings": ((),),
    "notices": ((), ("--test", "ops")),
    "vendoring": ((),),
    "audit verify": ((),),
    "audit list": ((),),
    "retention": ((), ("--apply",)),
    "backup": (("BACKUP",),),
    "policy diff": (("POLICY", "POLICY"),),
    "export": (("case/1", "openvex"),),
    "rotate webhook-secret": ((), ("--apply",)),
    "rotate app-key": ((),),
    "rotate hand-key": ((),),
    "rotate encryption-key": ((),),
    "rotate digest-key": ((), ("--apply",)),
    "case open": (("--tool", "pip", *BY),),
    "case list": ((),),
    "case show": (("1",), ("1", "--readers")),
    "case invite": (("1", "uv", *BY),),
    "case leave": (("1", "uv", *BY),),
    "case status": (("1", "uv", "fixed", *BY),),
    "case link": (("1", f"astral-sh/uv/{GHSA}", *BY),),
    "case unlink": (("1", f"astral-sh/uv/{GHSA}", *BY),),
    "case coordinator": (("1", "coordinator-1:1", *BY),),
    "case close": (("1", *BY),),
    "case embargo": (("1", "2031-01-01T14:00Z", *BY),),
    "case disclosed": (("1", *BY),),
    "case suggest": (("1", "uv", "yes", *BY),),
    "case confirm": (("1", *BY),),
    "case decline": (("1", *BY),),
    "case offer": (("1", "severity", "--to-mirror", *BY),),
    "case restore": (("1", *BY),),
    "case relay": (("1", GHSA, "to-mirror", "on", *BY),),
    "case cve": (("1", "request", "uv", *BY),),
}


@pytest.fixture
def nowhere(engine: Engine, tmp_path: Path) -> Iterator[Place]:
    """A folder without a database, or a server's without tables."""
    folder = tmp_path / "nowhere"
    folder.mkdir()
    place = keep_in(engine, folder)
    place.make_bare()
    yield place
    place.lose()


@pytest.fixture
def said(engine: Engine) -> str:
    return "there is no database at" if engine == "sqlite" else "nothing of Greenroom's is in the database"


def _is_empty(place: Place) -> bool:
    """Nothing was made: no file, no table."""
    left = list(place.folder.iterdir()) if isinstance(place, InFile) else []
    return left == [] and not place.exists()


def test_every_command_takes_a_side() -> None:
    """One that is new makes no database by accident, in whichever folder it is typed first."""
    assert MAKES | NEEDS_NONE | LOOKS_ELSEWHERE | {*REFUSES} == every_command(app)
    assert not (NEEDS_NONE | LOOKS_ELSEWHERE) & {*REFUSES}


@pytest.mark.slow
@on_both
def test_no_other_command_makes_a_database(
    greenroom: Run, settings: Mapping[str, str], nowhere: Place, said: str, tmp_path: Path
) -> None:
    """Each ends with 2, names the place that it looked at, and asks whether this is the right one."""
    meant = {"POLICY": settings["GREENROOM_POLICY"], "BACKUP": str(tmp_path / "backup.db")}

    for name, ways in REFUSES.items():
        for typed in ways:
            arguments = [meant.get(each, each) for each in typed]
            result = greenroom(*name.split(), *arguments, database_url=nowhere.url)
            told = " ".join(result.stderr.split())
            assert (result.exit_code, result.stdout) == (MISUSED, ""), f"{name} {typed}"
            assert said in told, f"{name} {typed}"
            assert "is this the folder, and are these the settings, of `greenroom serve`?" in told, name
            assert _is_empty(nowhere), f"{name} {typed}"
    assert not (tmp_path / "backup.db").exists()


@on_both
def test_the_kill_switch_of_another_folder_stops_nothing_and_says_so(
    greenroom: Run, place: Place, nowhere: Place, said: str
) -> None:
    """Somebody in a hurry types it where no service runs: to be told that writes are off would be the worst answer."""
    lost = greenroom("writes", "off", "--by", "me", database_url=nowhere.url)
    there = json.loads(greenroom("writes", "--json").stdout)

    assert (lost.exit_code, lost.stdout) == (MISUSED, "")
    assert said in " ".join(lost.stderr.split())
    assert "off" not in lost.stderr
    assert _is_empty(nowhere)
    assert (there["writes"], place.exists()) == ("on", True)


@about_files
def test_the_kill_switch_says_where_no_instance_is_heard_of(greenroom: Run, place: Place) -> None:
    """A database may be there and be another one than that of the service. It is switched all the same."""
    unheard = greenroom("writes", "off", "--by", "me", "--json")
    said_at = datetime.now(UTC) - timedelta(minutes=1)
    _one_runs(place, said_at)
    heard = greenroom("writes", "off", "--by", "me", "--json")
    change(place, "UPDATE held_secrets SET at = :at", at=f"{said_at - timedelta(minutes=5):%Y-%m-%d %H:%M:%S.%f}")
    silent = greenroom("writes")

    assert [each.exit_code for each in (unheard, heard, silent)] == [DONE, DONE, DONE]
    assert isinstance(place, InFile)
    for each in (unheard, silent):
        told = "".join(each.stderr.split())
        assert f"Norunninginstanceisheardofin{place.file}" in told
    assert heard.stderr == ""
    shown = json.loads(heard.stdout)
    assert (shown["writes"], shown["database"]) == ("off", str(place.file))
    assert shown["heard_of_instance_at"] == said_at.isoformat()


def _one_runs(place: Place, at: datetime) -> None:
    change(
        place,
        "INSERT INTO held_secrets (instance, kind, prints, at) VALUES ('one:1', 'app-key', 'print', :at)",
        at=f"{at:%Y-%m-%d %H:%M:%S.%f}",
    )


@pytest.mark.slow
def test_a_sweep_and_migrate_begin_an_install(greenroom: Run, tmp_path: Path) -> None:
    """What a fresh install begins with, before anything serves. Whoever meant another folder sees that it is new."""
    swept, made = InFile(tmp_path / "swept"), InFile(tmp_path / "made")
    for each in (swept, made):
        each.folder.mkdir()

    first, second = (greenroom("sweep", database_url=swept.url) for _ in range(2))
    migrated = greenroom("migrate", database_url=made.url)
    planned = greenroom("plan", database_url=made.url)

    assert swept.exists()
    assert f"Therewasnodatabaseat{swept.file};thisisanewone." in "".join(first.stderr.split())
    assert "new one" not in second.stderr
    assert migrated.exit_code == DONE
    assert str(made.file) in "".join(migrated.stderr.split())
    assert planned.exit_code in {DONE, FOUND, CANNOT_TELL}


@pytest.mark.slow
def test_a_backup_begins_an_install_elsewhere(greenroom: Run, tmp_path: Path) -> None:
    """A lost machine is replaced by another one, on which nothing is."""
    new = InFile(tmp_path / "new")
    new.folder.mkdir()
    assert greenroom("backup", str(tmp_path / "backup.db")).exit_code == DONE

    restored = greenroom("restore", str(tmp_path / "backup.db"), database_url=new.url)

    assert restored.exit_code == DONE
    assert json.loads(greenroom("writes", "--json", database_url=new.url).stdout)["writes"] == "off"


@about_servers
def test_a_server_gets_its_tables_by_migrate_alone(greenroom: Run, nowhere: Place) -> None:
    """Whatever starts first on a server that several machines use changes nothing there; it says what to type."""
    swept = greenroom("sweep", database_url=nowhere.url)

    assert swept.exit_code == MISUSED
    assert "In a new install `greenroom migrate` makes one" in " ".join(swept.stderr.split())
    assert _is_empty(nowhere)
    assert greenroom("migrate", database_url=nowhere.url).exit_code == DONE
    assert nowhere.exists()


@pytest.mark.slow
@on_both
def test_the_doctor_has_a_line_for_it_and_looks_at_all_else(
    greenroom: Run, sandbox: RunningSandbox, nowhere: Place, said: str
) -> None:
    """Who sets it up asks it first. It makes nothing, tells nothing that only a database knows, and tries no write."""
    result = greenroom("doctor", "--probe-writes", "--json", database_url=nowhere.url)

    lines = {(each["group"], each["name"]): each for each in json.loads(result.stdout)["lines"]}
    database = lines["This machine", "database"]
    assert (result.exit_code, database["state"]) == (FOUND, "problem")
    assert said in database["says"]
    assert "is this the folder" in database["do"]
    assert "`greenroom migrate` makes one" in database["do"]
    assert not {("This machine", name) for name in ("writes", "disk", "last sweep")} & {*lines}
    assert lines["Greenroom", "GREENROOM_PRIVATE_KEY"]["says"] == "GitHub accepts it"
    assert lines["Probe of writes", "probe"]["state"] == "cannot tell"
    assert [each for each in lines if each[0] == "Probe of writes"] == [("Probe of writes", "probe")]
    assert sandbox.writes == []
    assert _is_empty(nowhere)
