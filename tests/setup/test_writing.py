"""Where do credentials land, and what is never done to what was there before?"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values

from app.setup.credentials import Entry
from app.setup.writing import CannotWrite, as_text, check, held_in, write

SECRET = "a secret that is long enough"
ENTRIES = (
    Entry(setting="app_id", value="12"),
    Entry(setting="private_key", value=f"-----BEGIN-----\n{SECRET}\n-----END-----\n", file="watcher.pem"),
    Entry(setting="webhook_secret", value=SECRET, file="webhook_secret"),
)


@pytest.fixture(params=[0o022, 0o000, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_their_owners_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    """0600. A umask can only take rights away, and the owner has to read them still."""
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "secrets").mkdir()
    folder.chmod(0o755)
    (folder / "secrets").chmod(0o700)

    made = write(folder, ENTRIES)

    assert {path.name: _mode(path) for path in made} == {".env": 0o600, "watcher.pem": 0o600, "webhook_secret": 0o600}
    assert (folder / "secrets" / "webhook_secret").read_text() == f"{SECRET}\n"
    assert umask is not None


def test_lines_are_added_to_what_was_there(tmp_path: Path) -> None:
    """Somebody else's settings stay as they are, to the byte, and the secrets are named and not repeated."""
    before = "OTHER=1\nGREENROOM_PORT=8001"
    (tmp_path / ".env").write_text(before)

    write(tmp_path, ENTRIES)

    text = (tmp_path / ".env").read_text()
    assert text.startswith(f"{before}\nGREENROOM_APP_ID='12'\n")
    assert SECRET not in text
    assert dotenv_values(tmp_path / ".env")["GREENROOM_PRIVATE_KEY_FILE"] == str(tmp_path / "secrets" / "watcher.pem")
    assert held_in(tmp_path)["GREENROOM_PORT"] == "8001"


def _file(folder: Path) -> None:
    (folder / "secrets" / "watcher.pem").write_text("somebody's")


def _link(folder: Path) -> None:
    (folder / "elsewhere").write_text("somebody's")
    (folder / "secrets" / "watcher.pem").symlink_to(folder / "elsewhere")


def _dangling(folder: Path) -> None:
    (folder / "secrets" / "watcher.pem").symlink_to(folder / "nowhere")


def _link_for_secrets(folder: Path) -> None:
    (folder / "secrets").rmdir()
    (folder / "elsewhere").mkdir()
    (folder / "secrets").symlink_to(folder / "elsewhere")


def _env_is_a_link(folder: Path) -> None:
    (folder / "elsewhere").write_text("OTHER=1\n")
    (folder / ".env").symlink_to(folder / "elsewhere")


def _env_is_a_folder(folder: Path) -> None:
    (folder / ".env").mkdir()


def _env_is_no_text(folder: Path) -> None:
    (folder / ".env").write_bytes(b"\xff\xfe")


def _env_is_endless(folder: Path) -> None:
    """What is not read would be gone with the file in whose place the new one comes."""
    (folder / ".env").write_text("# A remark\n" * 2**17)


def _open_secrets(folder: Path) -> None:
    (folder / "secrets").chmod(0o770)


def _open_folder(folder: Path) -> None:
    folder.chmod(0o777)


def _set_up(folder: Path) -> None:
    (folder / ".env").write_text("GREENROOM_APP_ID=7\n")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (_file, "nothing is written over"),
        (_link, "nothing is written over"),
        (_dangling, "nothing is written over"),
        (_link_for_secrets, "is there already"),
        (_env_is_a_link, "is a link or no file"),
        (_env_is_a_folder, "is a link or no file"),
        (_env_is_no_text, "is no text"),
        (_env_is_endless, "is larger than"),
        (_open_secrets, "chmod go-w"),
        (_open_folder, "chmod go-w"),
        (_set_up, "says GREENROOM_APP_ID already"),
    ],
)
def test_what_is_in_the_way_stops_it_and_stays(tmp_path: Path, prepare: Callable[[Path], None], words: str) -> None:
    """Nothing is overwritten, followed or half done: it says what to do, and all is as before."""
    folder = tmp_path / "greenroom"
    (folder / "secrets").mkdir(parents=True, mode=0o700)
    prepare(folder)
    before = _all_of(folder)

    with pytest.raises(CannotWrite, match=words):
        write(folder, ENTRIES)

    assert _all_of(folder) == before


def _all_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("prepare", [_file, _dangling, _link_for_secrets, _env_is_a_link, _open_secrets])
def test_it_is_noticed_before_github_is_asked(tmp_path: Path, prepare: Callable[[Path], None]) -> None:
    """An App whose key has no place is of use to nobody."""
    (tmp_path / "secrets").mkdir(mode=0o700)
    prepare(tmp_path)

    with pytest.raises(CannotWrite):
        check(tmp_path, ["watcher.pem"])


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """With what stands in its place."""
    (tmp_path / "file").write_text("")

    for place in (tmp_path / "file", tmp_path / "file" / "inside", Path("/proc/greenroom")):
        with pytest.raises(CannotWrite, match=str(place)):
            check(place, ["watcher.pem"])


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """Who made the link, and where it leads tomorrow, nobody knows."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    with pytest.raises(CannotWrite, match="is a link"):
        write(tmp_path / "link", ENTRIES)

    assert list((tmp_path / "real").iterdir()) == []


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    """But the folder, which only its owner opens."""
    check(tmp_path / "new", ["watcher.pem"])

    assert [path.name for path in (tmp_path / "new").rglob("*")] == ["secrets"]
    assert (_mode(tmp_path / "new"), _mode(tmp_path / "new" / "secrets")) == (0o700, 0o700)


@pytest.mark.parametrize("value", ["plain", "with 'quotes'", 'and "others"', "back\\slash", "two\nlines"])
def test_what_is_printed_and_what_is_written_reads_as_it_was(tmp_path: Path, value: str) -> None:
    """Whatever is in a value, no line of it becomes another setting."""
    (tmp_path / "printed").write_text(as_text([Entry(setting="client_id", value=value)]))
    write(tmp_path, [Entry(setting="client_id", value=value)])

    assert dotenv_values(tmp_path / "printed") == {"GREENROOM_CLIENT_ID": value}
    assert dotenv_values(tmp_path / ".env") == {"GREENROOM_CLIENT_ID": value}
