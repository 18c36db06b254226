from __future__ import annotations

from datetime import date

from app.domain.cases import Vendored, VendoringMode
from app.domain.ids import AdvisoryKey, RepoName
from app.exports.copies import copies
from app.exports.packages import Package
from policies.vendoring import Graph
from tests.builders import PIP, rules
from tests.exports.matters import OF_PIP, POLICY, answer, line, of_pip, stored

VIRTUALENV = RepoName("pypa", "virtualenv")
PACKAGE = Package(ecosystem="pip", name="pip")


def graph(*lines: tuple[RepoName, str, VendoringMode]) -> Graph:
    said = tuple(Vendored(consumer=repo, component=what, mode=mode, place="x") for repo, what, mode in lines)
    return Graph(as_of=date(2026, 8, 20), lines=said)


CASE = stored(answer("virtualenv", "embedded"), links=(AdvisoryKey(PIP, OF_PIP),))


def test_a_tool_that_ships_a_copy_is_told_with_what_it_ships() -> None:
    """What it ships is what the case's advisories are about, whoever else it ships."""
    ships = graph((VIRTUALENV, "pip:pip", "embedded"), (VIRTUALENV, "pip:distlib", "bundled"))
    assert copies(CASE, (), rules(POLICY), ships) == {"virtualenv": (PACKAGE,)}


def test_a_copy_within_a_copy_is_followed() -> None:
    """Virtualenv embeds pip, which vendors what the advisory names."""
    ships = graph((VIRTUALENV, "pip:pip", "embedded"), (PIP, "pip:urllib3", "vendored"))
    found = copies(CASE, (of_pip(vulnerabilities=(line("pip:urllib3"),)),), rules(POLICY), ships)
    assert found == {"virtualenv": (Package(ecosystem="pip", name="urllib3"), PACKAGE)}


def test_what_is_only_needed_is_no_copy_and_other_answers_have_none() -> None:
    """An update of the dependency mends it."""
    needs = graph((VIRTUALENV, "pip:pip", "dependency"))
    assert copies(CASE, (), rules(POLICY), needs) == {"virtualenv": ()}
    ships = graph((VIRTUALENV, "pip:pip", "embedded"))
    assert copies(stored(answer("virtualenv", "affected"), links=CASE.links), (), rules(POLICY), ships) == {}
