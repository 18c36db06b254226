"""Who else: does the rule say what people expect of the bugs that several tools had?"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any

import pytest

from app.domain.facts import Advisory, Vulnerability
from app.domain.ids import Ghsa, RepoName
from app.reconcile.cases import opens_a_case, tools_of
from app.sandbox.pypa import facts
from policies.config import PolicyFile
from policies.loading import load_policies
from policies.vendoring import shipped
from policies.who_else import affected_by, who_else
from tests.vendoring.clusters import STORIES

KINDS = ("named", "vendored", "dependency", "sibling")
# How the world's file calls them, where policy has another word; those in brackets it does not know as tools.
TOLD_AS = {
    "rattler/pixi": ["rattler", "pixi"],
    "astral-tokio-tar": ["tokio-tar"],
    "CPython tarfile": ["cpython"],
    "CPython zipfile": ["cpython"],
    "pipenv (patched pip)": ["pipenv"],
    "PyPI": ["pypi"],
    "setuptools (historic)": [],
    "jaraco.context": [],
    "urllib3": [],
    "msgpack": [],
}


def policy() -> PolicyFile:
    text = resources.files("policies").joinpath("pypa.yml").read_text("utf-8")
    return load_policies(text, "pypa.yml").file


RULES = policy()


def advisory(story: dict[str, Any]) -> Advisory:
    packages = [package.partition(":") for package in story["packages"]]
    return Advisory(
        repo=RepoName.parse(story["repository"]),
        ghsa=Ghsa("GHSA-2222-3333-4444"),
        state="draft",
        summary="",
        description="",
        cwe_ids=tuple(story["cwes"]),
        vulnerabilities=tuple(Vulnerability(ecosystem=eco, package=name) for eco, _, name in packages),
    )


def told(story: dict[str, Any]) -> dict[str, set[str]]:
    """What the rule says of a story, kind → tools."""
    seen = advisory(story)
    named = tools_of(seen, RULES)
    found = who_else(affected_by([seen], named), RULES, shipped())
    said: dict[str, set[str]] = {kind: set() for kind in (*KINDS, "stranger")}
    said["named"] = set(named)
    for each in found:
        said[each.kind].add(each.tool)
    return said


def score(kind: str, stories: Iterable[dict[str, Any]]) -> tuple[float, float]:
    """Precision and recall over all stories together."""
    right = said = expected = 0
    for story in stories:
        ours, theirs = told(story)[kind], set(story.get(kind, ()))
        right, said, expected = right + len(ours & theirs), said + len(ours), expected + len(theirs)
    return (right / said if said else 1.0, right / expected if expected else 1.0)


@pytest.mark.parametrize("story", STORIES, ids=[f"{each['cluster']} {each['about']}" for each in STORIES])
def test_who_is_named_and_who_ships_a_copy_is_told_exactly(story: dict[str, Any]) -> None:
    """Whom one forgets stays vulnerable; whom one tells in vain knows of an embargo that is not theirs."""
    said = told(story)

    assert {kind: said[kind] for kind in ("named", "vendored", "dependency")} == {
        kind: set(story.get(kind, ())) for kind in ("named", "vendored", "dependency")
    }
    assert said["stranger"] == set()


@pytest.mark.parametrize("story", STORIES, ids=[f"{each['cluster']} {each['about']}" for each in STORIES])
def test_an_accepted_draft_is_a_case_where_people_said_that_it_is(story: dict[str, Any]) -> None:
    """One tool alone is a case where others ship copies of it; what is installed beside others is not."""
    assert opens_a_case(advisory(story), RULES, shipped()) == story["opens"]


@pytest.mark.parametrize("story", STORIES, ids=[f"{each['cluster']} {each['about']}" for each in STORIES])
def test_no_likely_sibling_is_forgotten(story: dict[str, Any]) -> None:
    """A suggestion too many costs a coordinator a no; one too few costs a tool its warning."""
    assert set(story.get("sibling", ())) - told(story)["sibling"] == set()


def test_a_story_says_of_each_tool_one_thing() -> None:
    """The table was made by people, who make slips."""
    for story in STORIES:
        named = [tool for kind in (*KINDS, "left_out") for tool in story.get(kind, ())]
        assert sorted(named) == sorted(set(named)), story["about"]
        assert set(named) <= set(RULES.tools), story["about"]


@pytest.mark.parametrize("cluster", facts()["clusters"], ids=lambda each: each["id"])
def test_everybody_who_had_the_bug_is_told_of_it_by_whoever_has_it_first(cluster: dict[str, Any]) -> None:
    """Of each cluster, each of its tools is told by at least one of its stories."""
    tools = {tool for name in cluster["tools"] for tool in TOLD_AS.get(name, [name.rstrip("?")])}
    reached = set[str]()
    for story in STORIES:
        if story["cluster"] == cluster["id"]:
            reached |= set().union(*told(story).values())

    assert tools - reached == set()


def test_who_is_left_out_by_people_is_at_most_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    """The rule knows what tools do and classes of bugs, no reasons: of those left out it suggests some as siblings.

    Nobody of them is told by itself; each costs a coordinator a no. The number is pinned, so that it grows unseen by
    nobody, and whoever makes the rule better writes down the new one. It was 38 when any bug of escape was likely in
    every installer and archive library alike.
    """
    left_out = [(story, tool) for story in STORIES for tool in story.get("left_out", ())]
    said = [kind for story, tool in left_out for kind, tools in told(story).items() if tool in tools]
    with capsys.disabled():
        print(f"\n  left out: {len(said)} of {len(left_out)} suggested as siblings", end="")  # noqa: T201

    assert set(said) == {"sibling"}
    assert (len(said), len(left_out)) == (10, 55)


def test_how_good_a_guess_is_in_each_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was fitted, but the table was known when the rule was made narrower: no cluster is one it never saw.

    So each stands by itself. The worst is pinned, too: CWE-22 does not say that files are deleted.
    """
    clusters = sorted({story["cluster"] for story in STORIES if story.get("sibling")})
    scores = {each: score("sibling", [story for story in STORIES if story["cluster"] == each]) for each in clusters}
    with capsys.disabled():
        for cluster, (precision, recall) in scores.items():
            print(f"\n  {cluster or 'further chains'}: precision {precision:.2f}, recall {recall:.2f}", end="")  # noqa: T201

    assert {recall for _, recall in scores.values()} == {1.0}
    worst = min(scores, key=lambda each: scores[each][0])
    assert (worst, scores[worst][0]) == ("C8-record-uninstall", 8 / 15)


def test_a_library_is_asked_about_links_where_it_is_used() -> None:
    """What poetry unpacks by tarfile concerns tarfile, and not the library that uv is compiled with; and vice versa."""
    [poetry] = [story for story in STORIES if story["about"] == "poetry: sdist extraction, path traversal"]
    assert {"cpython", "tokio-tar"} & told(poetry)["sibling"] == {"cpython"}

    in_uv = {"repository": "astral-sh/uv", "packages": ["pip:uv"], "cwes": ["CWE-59"]}
    assert {"cpython", "tokio-tar"} & told(in_uv)["sibling"] == {"tokio-tar"}


def test_what_only_says_that_a_path_leads_outside_is_no_matter_of_links() -> None:
    """And of both, that it is links: then who reads wheels only is not asked."""
    said = {"repository": "python-poetry/poetry", "packages": ["pip:poetry"]}
    names, both = (told(said | {"cwes": cwes})["sibling"] for cwes in (["CWE-22"], ["CWE-22", "CWE-59"]))

    assert {"installer", "virtualenv", "cpython"} & names == {"installer", "virtualenv"}
    assert {"installer", "virtualenv", "cpython"} & both == {"cpython"}


def test_precision_and_recall_of_all_stories(capsys: pytest.CaptureFixture[str]) -> None:
    """Named tools and copies are told exactly; likeness is a guess, and its numbers say how good a one."""
    scores = {kind: score(kind, STORIES) for kind in KINDS}
    with capsys.disabled():
        for kind, (precision, recall) in scores.items():
            print(f"\n{kind:>10}: precision {precision:.2f}, recall {recall:.2f}", end="")  # noqa: T201

    assert [scores[kind] for kind in ("named", "vendored", "dependency")] == [(1.0, 1.0)] * 3
    assert scores["sibling"][1] == 1.0
    # the least that is worth a coordinator's time
    assert scores["sibling"][0] >= 0.92
