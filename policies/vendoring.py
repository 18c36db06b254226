"""Who ships or needs what?

The shipped file says it for packaging tools, from public sources; what was read of a repository's own files since takes
the place of its lines. A walk follows copies through copies: packaging, vendored in pip, embedded in virtualenv. Who
has something installed beside itself is told where that is affected itself, and no further: a fix reaches its users
without it.
"""

from __future__ import annotations

import functools
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib import resources
from typing import Any

import yaml

from app.domain.cases import Vendored, VendoringMode
from app.domain.ids import RepoName
from policies.config import folded

LONGEST_CHAIN = 6  # steps; the longest that is known has three


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Where the bug is in a tool of one of these kinds, others may have it also."""

    of: frozenset[str]
    also: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BugClass:
    """Weaknesses that resemble each other (numbers of the CWE), and the kinds of tools that share their surface.

    `rather_than` are classes that say less exactly what this one says.
    """

    name: str
    cwes: frozenset[int]
    surfaces: tuple[Surface, ...]
    rather_than: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Somebody has what is affected, by these steps: the first is of what is affected itself."""

    consumer: RepoName
    steps: tuple[Vendored, ...]

    @property
    def is_copy(self) -> bool:
        return self.steps[-1].mode != "dependency"


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Who ships or needs what. `as_of` is when people wrote it down; a line that was read since says when.

    `locks`: the lock files of consumers, which say of which version something is that they have.
    """

    as_of: date
    lines: tuple[Vendored, ...]
    locks: Mapping[RepoName, frozenset[str]] = field(default_factory=dict)
    ships: Mapping[RepoName, frozenset[str]] = field(default_factory=dict)
    kinds: Mapping[RepoName, frozenset[str]] = field(default_factory=dict)
    classes: tuple[BugClass, ...] = ()

    @cached_property
    def by_component(self) -> Mapping[str, tuple[Vendored, ...]]:
        found: dict[str, list[Vendored]] = defaultdict(list)
        for line in self.lines:
            found[line.component].append(line)
        return {component: tuple(lines) for component, lines in found.items()}

    def as_read(self, read: Iterable[Vendored]) -> Graph:
        """With what was read of repositories' own files: at each place that was read, that and nothing else."""
        read = tuple(read)
        places = {(line.consumer, line.place) for line in read}
        said = {(line.consumer, line.component, line.mode): line for line in self.lines}
        kept = tuple(line for line in self.lines if (line.consumer, line.place) not in places)
        return replace(self, lines=(*kept, *(_with_note(line, said) for line in read)))


def walk(graph: Graph, affected: Collection[str], ships: Mapping[RepoName, Collection[str]]) -> tuple[Reached, ...]:
    """Everybody whom these components reach, each once, by the shortest way. `ships` adds to what the graph says."""
    found: dict[RepoName, Reached] = {}
    seen = {folded(each) for each in affected}
    waiting: deque[tuple[str, tuple[Vendored, ...]]] = deque((each, ()) for each in sorted(seen))
    while waiting:
        component, before = waiting.popleft()
        for line in sorted(graph.by_component.get(component, ()), key=_first):
            if not _goes_on(line, before):
                continue
            reached = Reached(consumer=line.consumer, steps=(*before, line))
            known = found.get(line.consumer)
            if known is None or (reached.is_copy and not known.is_copy):  # who ships a copy is told of that
                found[line.consumer] = reached
            if line.mode == "dependency":
                continue
            for package in _packages(graph, line.consumer, ships) - seen:
                seen.add(package)
                waiting.append((package, reached.steps))
    return tuple(found.values())


def _goes_on(line: Vendored, before: tuple[Vendored, ...]) -> bool:
    if not before:
        return True
    return line.mode != "dependency" and not line.in_part and len(before) < LONGEST_CHAIN


def _first(line: Vendored) -> tuple[bool, str, str]:
    return line.mode == "dependency", str(line.consumer).lower(), line.place


def _packages(graph: Graph, consumer: RepoName, ships: Mapping[RepoName, Collection[str]]) -> set[str]:
    return {folded(each) for each in (*graph.ships.get(consumer, ()), *ships.get(consumer, ()))}


def _with_note(line: Vendored, said: Mapping[tuple[RepoName, str, VendoringMode], Vendored]) -> Vendored:
    """What people wrote of a copy holds until they write something else: no file says what is reachable in it."""
    known = said.get((line.consumer, line.component, line.mode))
    return replace(line, note=known.note, in_part=known.in_part) if known else line


@functools.cache
def shipped() -> Graph:
    """The graph that comes with Greenroom."""
    text = resources.files("policies").joinpath("vendoring.yml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    consumers = {RepoName.parse(name): said for name, said in read["consumers"].items()}
    kinds: dict[RepoName, set[str]] = defaultdict(set)
    for kind, names in read["kinds"].items():
        for name in names:
            kinds[RepoName.parse(name)].add(kind)
    return Graph(
        as_of=read["as_of"],
        lines=tuple(line for repo, said in consumers.items() for line in _lines(repo, said["has"])),
        locks={repo: frozenset(said.get("locks", ())) for repo, said in consumers.items()},
        ships={repo: frozenset(said.get("ships", ())) for repo, said in consumers.items()},
        kinds={repo: frozenset(found) for repo, found in kinds.items()},
        classes=tuple(_class(name, said) for name, said in read["classes"].items()),
    )


def _lines(repo: RepoName, places: list[dict[str, Any]]) -> Iterator[Vendored]:
    for place in places:
        for component, version in place["components"].items():
            yield Vendored(
                consumer=repo,
                component=folded(component),
                mode=place["mode"],
                place=place["place"],
                version=version,
                note=place.get("notes", {}).get(component),
                in_part=component in place.get("in_part", ()),
            )


def _class(name: str, said: dict[str, Any]) -> BugClass:
    return BugClass(
        name=name,
        cwes=frozenset(said["cwes"]),
        surfaces=tuple(map(_surface, said["surfaces"])),
        rather_than=frozenset(said.get("rather_than", ())),
    )


def _surface(said: list[str] | dict[str, list[str]]) -> Surface:
    if isinstance(said, list):
        return Surface(of=frozenset(said), also=frozenset(said))
    return Surface(of=frozenset(said["of"]), also=frozenset(said["also"]))
