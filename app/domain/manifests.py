"""What do the files say in which a repository writes down what it ships or needs?

They are anybody's text: read up to a size, never run, and whatever is not plainly a name is left out. A lock file says
which version of something is meant; that it is needed the other files say.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LARGEST = 512 * 1024  # characters; uv's Cargo.toml has a tenth of it
MOST = 1_000  # components of one file
MOST_LOCKED = 5_000  # of a lock file, where what is needed by what is needed stands, too; pixi's Cargo.lock has a fifth
LONGEST_LINE = 8_192  # characters of TOML; a marker in a lock file has a tenth
MOST_DOTS = 32  # in a key of TOML: the time that tomllib takes grows with their square

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?"
_VERSION = r"[A-Za-z0-9][A-Za-z0-9.!+_-]{0,60}"
# PEP 508: a name, extras, and what is asked of the version; only == says which one it is.
_REQUIREMENT = re.compile(rf"({_NAME})\s*(?:\[[^\]]*\])?\s*(?:\(?\s*(==|===)\s*({_VERSION}))?(?=[\s;,)<>=!~@#]|$)")
_DIST_INFO = re.compile(rf"({_NAME})-({_VERSION})\.dist-info")
# PEP 427: in the name of a wheel a hyphen separates, so it occurs in neither part.
_WHEEL = re.compile(r"([A-Za-z0-9][A-Za-z0-9._]{0,98})-([A-Za-z0-9][A-Za-z0-9._!+]{0,60})-[A-Za-z0-9._-]{1,200}\.whl")


_FILES = (".txt", ".in", ".toml", ".lock")


class NotReadable(ValueError):
    """A file does not say what is asked. The message never repeats what is in it."""


def can_be_read(place: str) -> bool:
    """Is there a parser for what stands at a place? A name without an ending is a folder."""
    last = place.rsplit("/", 1)[-1]
    return last.endswith((*_FILES, "*.dist-info")) or "." not in last


def is_folder(place: str) -> bool:
    return not place.endswith(_FILES)


def path_of(place: str) -> str:
    """The path of the file, or of the folder whose names say it."""
    return place.removesuffix("/*.dist-info")


def of_text(place: str, text: str) -> Mapping[str, str | None]:
    """Components of a file, ECOSYSTEM:NAME → version where one is pinned. Raises NotReadable."""
    if len(text) > LARGEST:
        raise NotReadable(f"it has more than {LARGEST // 1024} KiB")
    if lock := _lock_at(place):
        return _bounded(_of_lock(lock, _toml(text)), lock.ecosystem, MOST_LOCKED)
    if place.endswith(".lock"):
        raise NotReadable("its format is not known")
    if place.endswith("Cargo.toml"):
        return _bounded(_of_cargo(_toml(text)))
    if place.endswith(".toml"):
        return _bounded(_of_pyproject(_toml(text)))
    return _bounded(_of_requirements(text.splitlines()))


def of_names(names: Iterable[str]) -> Mapping[str, str | None]:
    """Components of a folder that holds wheels, or what installing leaves. Raises NotReadable."""
    return _bounded(
        (match[1], match[2]) for name in names if (match := _DIST_INFO.fullmatch(name) or _WHEEL.fullmatch(name))
    )


def _bounded(
    found: Iterable[tuple[str, str | None]], ecosystem: str = "pip", most: int = MOST
) -> Mapping[str, str | None]:
    """Several versions of one component stand together, as virtualenv has two of pip."""
    said: dict[str, list[str]] = {}
    for name, version in found:
        key = name if ":" in name else f"{ecosystem}:{name}"
        versions = said.setdefault(re.sub(r"[-_.]+", "-", key).lower(), [])
        if version and version not in versions:
            versions.append(version)
        if len(said) > most:
            raise NotReadable(f"it names more than {most} components")
    if not said:
        raise NotReadable("it names nothing")
    return {key: ", ".join(sorted(versions)) or None for key, versions in said.items()}


def _of_requirements(lines: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Options, links and comments are no names, nor is what continues a line, as hashes do."""
    continues = False
    for line in lines:
        if not continues and (match := _REQUIREMENT.match(line.strip())):
            yield match[1], match[3]
        continues = line.rstrip().endswith("\\")


def _toml(text: str) -> dict[str, Any]:
    for line in text.split("\n"):
        if len(line) > LONGEST_LINE or line.partition("=")[0].count(".") > MOST_DOTS:
            raise NotReadable("its lines are too long to be read")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # a number of too many digits is no TOMLDecodeError
        raise NotReadable("it is not TOML") from None


def _of_pyproject(data: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """PEP 621 and nothing else: what a build or a group of developers needs reaches no user."""
    project = data.get("project")
    needed = project.get("dependencies") if isinstance(project, dict) else None
    lines = needed if isinstance(needed, list) else []
    return _of_requirements(line for line in lines if isinstance(line, str))


def _of_cargo(data: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    workspace = data.get("workspace")
    for table in (data, workspace if isinstance(workspace, dict) else {}):
        needed = table.get("dependencies")
        for name, said in needed.items() if isinstance(needed, dict) else ():
            inside = said if isinstance(said, dict) else {"version": said}
            package = inside.get("package", name)  # Cargo: "Renaming dependencies in Cargo.toml"
            if _only(_NAME, package) and "path" not in inside:
                yield f"rust:{package}", _only(_VERSION, inside.get("version"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lock:
    """Where a format of lock files says which it is, and which of its packages came from an index.

    What was checked out, or stands in the repository itself, has no version that was released.
    """

    format_at: tuple[str, ...]
    formats: tuple[object, ...]  # numbers, the first parts of strings, or None where the oldest says nothing
    is_released: Callable[[Mapping[str, Any]], bool]
    packages: str = "package"
    ecosystem: str = "pip"


def _lacks(*keys: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda package: not any(key in package for key in keys)


def _of_an_index(package: Mapping[str, Any]) -> bool:
    """Poetry names the source of what is not from PyPI; that of another index is of the type "legacy"."""
    source = package.get("source")
    return source is None or (isinstance(source, dict) and source.get("type") in ("legacy", "pypi"))


def _of_a_registry(package: Mapping[str, Any]) -> bool:
    """Both uv and Cargo say of everything where it is from, uv in a table and Cargo in a string; its own has none."""
    source = package.get("source")
    return "registry" in source if isinstance(source, dict) else str(source).startswith(("registry+", "sparse+"))


# Sources: PEP 751 for pylock.toml; "The Cargo Book", Cargo.lock; of the others what the tools themselves write.
_LOCKS: Mapping[str, _Lock] = {
    "poetry.lock": _Lock(format_at=("metadata", "lock-version"), formats=("1", "2"), is_released=_of_an_index),
    "pdm.lock": _Lock(
        format_at=("metadata", "lock_version"), formats=("4",), is_released=_lacks("path", "git", "hg", "svn", "url")
    ),
    "uv.lock": _Lock(format_at=("version",), formats=(1,), is_released=_of_a_registry),
    "Cargo.lock": _Lock(format_at=("version",), formats=(None, 3, 4), is_released=_of_a_registry, ecosystem="rust"),
    "pylock.toml": _Lock(
        format_at=("lock-version",),
        formats=("1",),
        is_released=_lacks("vcs", "directory", "archive"),
        packages="packages",
    ),
}


def _lock_at(place: str) -> _Lock | None:
    last = place.rsplit("/", 1)[-1]
    return _LOCKS["pylock.toml"] if re.fullmatch(r"pylock\.[^.]+\.toml", last) else _LOCKS.get(last)


def _of_lock(lock: _Lock, data: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    said: Any = data
    for key in lock.format_at:
        said = said.get(key) if isinstance(said, dict) else None
    if (said.partition(".")[0] if isinstance(said, str) else said) not in lock.formats:
        raise NotReadable("its format is not known")
    packages = data.get(lock.packages)
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict) and lock.is_released(package):
            name, version = _only(_NAME, package.get("name")), _only(_VERSION, package.get("version"))
            if name and version:
                yield name, version


def _only(pattern: str, said: Any) -> str | None:
    return said if isinstance(said, str) and re.fullmatch(pattern, said) else None
