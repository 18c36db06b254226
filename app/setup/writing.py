"""Where do credentials go? Into files that only their owner reads, and a `.env` that names them.

Nothing is ever written over: files are made, and lines are added. It is all or nothing, whatever fails in between. What
others could have put in the way, such as a link, is refused.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from app.settings import PREFIX
from app.setup.credentials import Entry

ENV, SECRETS = ".env", "secrets"
_NEEDED = 64 * 1024  # bytes on the disk; all of it takes a tenth
_LONGEST = 1024 * 1024  # bytes of a `.env`
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class CannotWrite(Exception):
    """Nothing was written. The message says why, and what to do."""


def check(folder: Path, files: Collection[str]) -> None:
    """Could these files be written there? Makes the folders, and leaves nothing else. Raises CannotWrite."""
    with _inside(folder) as (top, inside):
        for name in files:
            if _is_there(name, inside):
                raise CannotWrite(_in_the_way(folder / SECRETS / name))
        _written(top)
        room = os.fstatvfs(inside)
        if room.f_bavail * room.f_frsize < _NEEDED:
            raise CannotWrite(f"the disk of {folder} is full: make room")
        probe = f".probe-{secrets.token_hex(8)}"
        _create(inside, probe, "")
        os.unlink(probe, dir_fd=inside)


def write(folder: Path, entries: Collection[Entry]) -> list[Path]:
    """Each secret into its file, the rest and where those files are into `.env`. Raises CannotWrite."""
    made: list[str] = []
    with _inside(folder) as (top, inside):
        try:
            for entry in entries:
                if entry.file:
                    _create(inside, entry.file, f"{entry.value.strip()}\n")
                    made.append(entry.file)
            os.fsync(inside)
            _add(top, "".join(_line(folder, entry) for entry in entries))
        except BaseException:
            for name in made:
                with suppress(OSError):
                    os.unlink(name, dir_fd=inside)
            raise
    return [folder / ENV, *(folder / SECRETS / name for name in made)]


def held_in(folder: Path) -> dict[str, str]:
    """What a `.env` there says of us already. Raises CannotWrite where it is no file of text."""
    if not folder.is_dir():
        return {}
    with _opened(folder) as top:
        said = dotenv_values(stream=StringIO(_written(top)))
    return {name: value or "" for name, value in said.items() if name.startswith(PREFIX)}


@contextmanager
def _inside(folder: Path) -> Iterator[tuple[int, int]]:
    """Both folders, held open, so that nobody swaps them meanwhile."""
    try:
        if not folder.exists() and not folder.is_symlink():
            folder.mkdir(mode=0o700, parents=True)
        with _opened(folder) as top:
            with suppress(FileExistsError):
                os.mkdir(SECRETS, 0o700, dir_fd=top)
            if not stat.S_ISDIR(os.stat(SECRETS, dir_fd=top, follow_symlinks=False).st_mode):
                raise CannotWrite(_in_the_way(folder / SECRETS))
            inside = os.open(SECRETS, _FOLDER, dir_fd=top)
            try:
                _check_whose(folder / SECRETS, inside, stat.S_IWGRP | stat.S_IWOTH)
                yield top, inside
            finally:
                os.close(inside)
    except FileExistsError as error:
        raise CannotWrite(_in_the_way(folder / str(error.filename))) from None
    except OSError as error:
        raise CannotWrite(f"nothing could be written into {folder}: {error.strerror}") from None


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    if folder.is_symlink():
        raise CannotWrite(f"{folder} is a link: name the folder itself")
    try:
        top = os.open(folder, _FOLDER)
    except NotADirectoryError:
        raise CannotWrite(f"{folder} is no folder") from None
    try:
        _check_whose(folder, top, stat.S_IWOTH)
        yield top
    finally:
        os.close(top)


def _check_whose(folder: Path, opened: int, may_not: int) -> None:
    found = os.fstat(opened)
    if found.st_uid not in {os.geteuid(), 0}:
        raise CannotWrite(f"{folder} belongs to somebody else")
    if found.st_mode & may_not and not found.st_mode & stat.S_ISVTX:
        raise CannotWrite(f"others may write into {folder}: chmod go-w {folder}")


def _is_there(name: str, folder: int) -> bool:
    with suppress(FileNotFoundError):
        os.stat(name, dir_fd=folder, follow_symlinks=False)
        return True
    return False


def _in_the_way(path: Path) -> str:
    return (
        f"{path} is there already, and nothing is written over. If it is of an App that is in use, this Greenroom is "
        "set up; if it is left from an attempt that failed, move it away and try again"
    )


def _create(folder: int, name: str, text: str) -> None:
    """0600, whatever the umask says, and on the disk."""
    opened = os.open(name, _NEW, 0o600, dir_fd=folder)
    try:
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            os.fchmod(opened, 0o600)
            file.write(text)
            file.flush()
            os.fsync(opened)
    except BaseException:
        os.unlink(name, dir_fd=folder)
        raise


def _written(folder: int) -> str:
    """What `.env` says; nothing where there is none."""
    if not _is_there(ENV, folder):
        return ""
    if not stat.S_ISREG(os.stat(ENV, dir_fd=folder, follow_symlinks=False).st_mode):
        raise CannotWrite(f"{ENV} is a link or no file: name a folder with --out in which there is none")
    opened = os.open(ENV, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(opened, "rb") as file:
        text = file.read(_LONGEST + 1)
    if len(text) > _LONGEST:
        raise CannotWrite(f"{ENV} is larger than {_LONGEST} bytes: move it away, or name another folder with --out")
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise CannotWrite(f"{ENV} is no text: move it away, or name another folder with --out") from None


def _add(folder: int, lines: str) -> None:
    """A new `.env` takes the place of the one before in one step, with everything that was in it."""
    before = _written(folder)
    if both := _names(before) & _names(lines):
        raise CannotWrite(f"{ENV} says {min(both)} already, and nothing is written over")
    gap = "" if not before or before.endswith("\n") else "\n"
    new = f"{ENV}.{secrets.token_hex(8)}"
    _create(folder, new, f"{before}{gap}{lines}")
    try:
        if before:
            os.rename(new, ENV, src_dir_fd=folder, dst_dir_fd=folder)
        else:
            os.link(new, ENV, src_dir_fd=folder, dst_dir_fd=folder)  # not rename: it would write over
    finally:
        with suppress(FileNotFoundError):
            os.unlink(new, dir_fd=folder)
    os.fsync(folder)


def _names(text: str) -> set[str]:
    return set(dotenv_values(stream=StringIO(text)))


def _line(folder: Path, entry: Entry) -> str:
    if entry.file:
        return f"{entry.name}_FILE={_quoted(str((folder / SECRETS / entry.file).absolute()))}\n"
    return f"{entry.name}={_quoted(entry.value)}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def as_text(entries: Collection[Entry]) -> str:
    """As a `.env` has them, secrets included, for whoever keeps them elsewhere."""
    return "".join(f"{each.name}={_printed(each.value)}\n" for each in entries)


def _printed(text: str) -> str:
    escaped = text.strip().replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
    return f'"{escaped}"' if escaped != text else text
