"""Whom do copies of copies reach, and by which way?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.domain.cases import Vendored, VendoringMode
from app.domain.ids import RepoName
from policies.loading import load_policies
from policies.vendoring import Graph, shipped, walk
from policies.who_else import Affected, Found, who_else

POLICY = """\
version: 1
tools:
  packaging: {repositories: [pypa/packaging], packages: ["pip:packaging"]}
  pip: {repositories: [pypa/pip], packages: ["pip:pip"]}
  virtualenv: {repositories: [pypa/virtualenv], packages: ["pip:virtualenv"]}
  hatch: {repositories: [pypa/hatch], packages: ["pip:hatch"]}
"""
RULES = load_policies(POLICY, "greenroom.yml").file


def line(consumer: str, component: str, mode: VendoringMode = "vendored", **said: object) -> Vendored:
    repo = RepoName.parse(consumer)
    return replace(Vendored(consumer=repo, component=component, mode=mode, place="a file"), **said)  # type: ignore[arg-type]


def graph(*lines: Vendored) -> Graph:
    return Graph(as_of=date(2026, 11, 22), lines=lines)


def told(found: Graph, *tools: str, packages: tuple[str, ...] = ()) -> dict[str, str]:
    about = Affected(tools=frozenset(tools), packages=frozenset(packages))
    return {each.tool: ", ".join(each.path) for each in who_else(about, RULES, found)}


PIP = line("pypa/pip", "pip:packaging")
VIRTUALENV = line("pypa/virtualenv", "pip:pip", "embedded")
HATCH = line("pypa/hatch", "pip:virtualenv", "dependency")


def test_nobody_ships_it() -> None:
    """Then nobody is told."""
    assert told(graph(), "packaging") == {}
    assert told(graph(PIP), "hatch") == {}


def test_the_way_leads_from_copy_to_copy() -> None:
    """Each step with how it is shipped there, so that a coordinator can judge it."""
    assert told(graph(PIP, VIRTUALENV, HATCH), "packaging") == {
        "pip": "packaging, vendored in pip",
        "virtualenv": "packaging, vendored in pip, embedded in virtualenv",
    }


def test_what_is_needed_is_told_one_step_far() -> None:
    """A fixed virtualenv reaches hatch's users without hatch; what virtualenv ships does so, too."""
    assert told(graph(PIP, VIRTUALENV, HATCH), "virtualenv") == {"hatch": "virtualenv, needed by hatch"}


def test_a_ring_of_copies_ends() -> None:
    """Of tools that ship each other."""
    ring = graph(PIP, VIRTUALENV, line("pypa/packaging", "pip:virtualenv", "bundled"))
    assert set(told(ring, "packaging")) == {"pip", "virtualenv"}
    assert set(told(ring, "pip")) == {"packaging", "virtualenv"}


def test_the_shortest_way_is_told() -> None:
    """It is the one that is seen first in the tree of the tool."""
    both = graph(PIP, VIRTUALENV, line("pypa/virtualenv", "pip:packaging"))
    assert told(both, "packaging")["virtualenv"] == "packaging, vendored in virtualenv"


def test_a_copy_is_told_where_the_same_tool_needs_it_too() -> None:
    """A dependency is mended without a release, the copy is not."""
    both = graph(line("pypa/virtualenv", "pip:packaging", "dependency"), PIP, VIRTUALENV)
    assert told(both, "packaging")["virtualenv"] == "packaging, vendored in pip, embedded in virtualenv"


def test_a_part_of_a_copy_brings_nothing_of_what_that_ships() -> None:
    """Pip has pkg_resources of setuptools, without what setuptools vendors."""
    partly = graph(
        line("pypa/virtualenv", "pip:packaging"), line("pypa/pip", "pip:virtualenv", in_part=True, note="a part")
    )
    assert set(told(partly, "packaging")) == {"virtualenv"}
    assert told(partly, "virtualenv") == {"pip": "virtualenv, vendored in pip (a part)"}


def test_who_policy_does_not_know_is_told_as_such() -> None:
    """There is nobody to invite, but somebody may want to write to them."""
    about = Affected(tools=frozenset({"packaging"}))
    found = who_else(about, RULES, graph(line("pex-tool/pex", "pip:packaging"), HATCH))
    assert found == (Found(tool="pex-tool/pex", kind="stranger", path=("packaging", "vendored in pex-tool/pex")),)


def test_names_are_compared_as_pypi_does() -> None:
    """An advisory may write `Jaraco_Context`."""
    found = walk(graph(line("pypa/pip", "pip:jaraco-context")), {"pip:Jaraco.Context"}, {})
    assert [str(each.consumer) for each in found] == ["pypa/pip"]


def test_crates_and_packages_of_one_name_are_two() -> None:
    """`tar` of Rust is not `tar` of PyPI."""
    assert told(graph(line("pypa/pip", "rust:tar")), packages=("pip:tar",)) == {}
    assert told(graph(line("pypa/pip", "rust:tar")), packages=("rust:tar",)) == {"pip": "tar, vendored in pip"}


def test_what_was_read_takes_the_place_of_what_people_wrote() -> None:
    """At that place alone; what people said of a copy's reach stays."""
    now = datetime(2026, 12, 1, tzinfo=UTC)
    known = graph(
        line("pypa/pip", "pip:setuptools", in_part=True, note="pkg_resources"),
        line("pypa/pip", "pip:rich"),
        line("pypa/pip", "pip:wheel", place="another file"),
    )
    read = known.as_read([line("pypa/pip", "pip:setuptools", read_at=now), line("pypa/pip", "pip:tomli", read_at=now)])
    said = {each.component: (each.note, each.in_part, each.read_at) for each in read.lines}
    assert said == {
        "pip:wheel": (None, False, None),
        "pip:setuptools": ("pkg_resources", True, now),
        "pip:tomli": (None, False, now),
    }


def test_the_shipped_graph_says_where_it_is_from() -> None:
    """Every line with the file that says it; nothing in it was read by an installation."""
    assert shipped().as_of == date(2026, 11, 22)
    assert all(each.place and each.read_at is None for each in shipped().lines)
    assert len(shipped().lines) > len(shipped().ships)
