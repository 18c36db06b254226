"""What do the files say in which a repository writes down what it ships or needs?

They are anybody's text: read up to a size, never run, and whatever is not plainly a name is left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LARGEST = 512 * 1024  # characters; uv's Cargo.toml has a tenth of it
MOST = 1_000  # components of one file

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?"
_VERSION = r"[A-Za-z0-9][A-Za-z0-9.!+_-]{0,60}"
# PEP 508: a name, extras, and what is asked of the version; only == says which one it is.
_REQUIREMENT = re.compile(rf"({_NAME})\s*(?:\[[^\]]*\])?\s*(?:\(?\s*(==|===)\s*({_VERSION}))?(?=[\s;,)<>=!~@#]|$)")
_DIST_INFO = re.compile(rf"({_NAME})-({_VERSION})\.dist-info")
# PEP 427: in the name of a wheel a hyphen separates, so it occurs in neither part.
_WHEEL = re.compile(r"([A-Za-z0-9][A-Za-z0-9._]{0,98})-([A-Za-z0-9][A-Za-z0-9._!+]{0,60})-[A-Za-z0-9._-]{1,200}\.whl")


class NotReadable(ValueError):
    """A file does not say what is asked. The message never repeats what is in it."""


def can_be_read(place: str) -> bool:
    """Is there a parser for what stands at a place? A name without an ending is a folder."""
    last = place.rsplit("/", 1)[-1]
    return last.endswith((".txt", ".in", ".toml", "*.dist-info")) or "." not in last


def is_folder(place: str) -> bool:
    return not place.endswith((".txt", ".in", ".toml"))


def path_of(place: str) -> str:
    """The path of the file, or of the folder whose names say it."""
    return place.removesuffix("/*.dist-info")


def of_text(place: str, text: str) -> Mapping[str, str | None]:
    """Components of a file, ECOSYSTEM:NAME → version where one is pinned. Raises NotReadable."""
    if len(text) > LARGEST:
        raise NotReadable(f"it has more than {LARGEST // 1024} KiB")
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


def _bounded(found: Iterable[tuple[str, str | None]], ecosystem: str = "pip") -> Mapping[str, str | None]:
    """Several versions of one component stand together, as virtualenv has two of pip."""
    said: dict[str, list[str]] = {}
    for name, version in found:
        key = name if ":" in name else f"{ecosystem}:{name}"
        versions = said.setdefault(re.sub(r"[-_.]+", "-", key).lower(), [])
        if version and version not in versions:
            versions.append(version)
        if len(said) > MOST:
            raise NotReadable(f"it names more than {MOST} components")
    if not said:
        raise NotReadable("it names nothing")
    return {key: ", ".join(sorted(versions)) or None for key, versions in said.items()}


def _of_requirements(lines: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Options, links and comments are no names."""
    for line in lines:
        if match := _REQUIREMENT.match(line.strip()):
            yield match[1], match[3]


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
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
            if isinstance(package, str) and re.fullmatch(_NAME, package) and "path" not in inside:
                yield f"rust:{package}", _cargo_version(inside.get("version"))


def _cargo_version(said: Any) -> str | None:
    return said if isinstance(said, str) and re.fullmatch(_VERSION, said) else None
