"""Which ways of reporting does one sentence of a security policy name, and is any text too much to be read?"""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.ids import RepoName
from policies.reporting_routes import LONGEST, Route, contact_route, reading, routes

KILN = RepoName("pypa", "kiln")


RIGHT = "# Security\n\nReport vulnerabilities to security@python.org.\n\n"
SECOND = [
    "Or mail robin@kiln.example.",
    "Backup contact: robin@kiln.example",
    "Please put robin@kiln.example in copy.",
    "If you do not get a reply, mail robin@kiln.example.",
    "Don't hesitate to write to robin@kiln.example.",
    "Vulnerabilities can not only be sent there but also to robin@kiln.example.",
    "Issues that don't need an embargo go to dev@kiln.example.",
    "Thank you for sending vulnerabilities to robin@kiln.example.",
    "Never send plain mail. Use the key of robin@kiln.example and write to robin@kiln.example.",
    "- Primary: security@python.org\n- Secondary: robin@kiln.example",
    "| first | second |\n|---|---|\n| fallback | robin@kiln.example |",
    "Wenn niemand antwortet, schreibt an robin@kiln.example.",
    'GitHub users can click "Report a vulnerability".',
    "You may use GitHub's private vulnerability reporting, too.",
    "Or open a security advisory on GitHub.",
    "We also accept reports on https://huntr.com/repos/pypa/kiln.",
    "Reports can be made via https://tidelift.com/security as well.",
    "If you cannot send mail, open a public issue for the vulnerability.",
    "Less severe vulnerabilities may go to the issue tracker.",
    "DM us on https://discord.gg/pypa to report a vulnerability.",
]


@pytest.mark.parametrize("second", SECOND)
def test_a_second_way_is_seen_however_it_is_put(second: str) -> None:
    """The file has the right address, so only this sentence tells that reports may go astray."""
    found = reading(RIGHT + second + "\n", KILN)

    assert len(found.given | found.unclear) == 2


WORDS = [
    *[
        "report",
        "a vulnerability",
        "not",
        "never",
        "instead of",
        "to",
        "security@python.org",
        "a@b.example",
        "issue",
        "open a public issue",
    ],
    *[
        "docs/security.md",
        "[",
        "](",
        ")",
        "<",
        ">",
        "`",
        "__",
        "_",
        "~~",
        "::",
        ".. ",
        "`a <b>`_",
        "<!--",
        "-->",
        "<a href='",
        "'>",
        "&#64;",
        "mailto:",
        "。",
        "- ",
        "* ",
        "# ",
        "===",
    ],
    *[
        "|",
        "\n",
        "\n\n",
        "    ",
        "\x00",
        "\r\n",
        "\n```\n",
        "\n---\n",
        "\n.. note::\n\n   ",
        "../../security/advisories/new",
    ],
    "https://github.com/pypa/kiln/security/advisories/new",
]


@given(text=st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=60).map("".join), is_rst=st.booleans())
@example(text="<a href='", is_rst=False)
@example(text="`a`__\n\n__", is_rst=True)
@settings(max_examples=400, deadline=None)
def test_no_text_is_too_strange_to_be_read(text: str, *, is_rst: bool) -> None:
    """Anybody with access to a repository writes it, and one file must not end the look at all others."""
    assert all(isinstance(route, Route) for route in routes(text, KILN, is_rst=is_rst))


HOSTILE = ["a_ ", "![", "[a](", "<a ", "n't ", "|a|b|\n|-|-|\n", "- a:\n  - b\n", ".. note::\n   ", "x [at] y [dot] "]
HOSTILE += [
    "if you do not ",
    "instead of ",
    "report vulnerability to ",
    "http://a.b/security ",
    "Report a Vulnerability ",
]


@pytest.mark.parametrize("is_rst", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("unit", HOSTILE)
def test_the_longest_text_is_read_in_time(unit: str, *, is_rst: bool) -> None:
    """Other work waits meanwhile. Measured at most a second; the square of the length would be minutes."""
    begun = time.process_time()
    routes(("report vulnerabilities " + unit * LONGEST)[:LONGEST], KILN, is_rst=is_rst)

    assert time.process_time() - begun < 10


CONTACTS = {
    "security@python.org": Route("mail", "security@python.org"),
    "PSRT <Security@Python.org>": Route("mail", "security@python.org"),
    "mailto:security@python.org": Route("mail", "security@python.org"),
    "http://www.tidelift.com/security/": Route("page", "https://tidelift.com/security"),
    "ask around": None,
    "": None,
}


@pytest.mark.parametrize(("contact", "route"), CONTACTS.items())
def test_a_contact_is_an_address_or_a_page(contact: str, route: Route | None) -> None:
    """People write it into the policy file as they would on a card."""
    assert contact_route(contact) == route


def test_the_same_text_is_another_route_in_another_repository() -> None:
    """A relative link and the words on the button mean the repository that shows them."""
    text = "Use the [form](../../security/advisories/new).\n"

    assert routes(text, KILN) == {Route("github", "pypa/kiln")}
    assert routes(text, RepoName("pypa", "clay")) == {Route("github", "pypa/clay")}
    assert routes(text, KILN, is_shared=True) == {Route("github", "?")}


LINKS = {
    "/pypa/clay/security/advisories/new": {Route("github", "pypa/clay")},
    "/pypa/KILN/security/advisories/new": {Route("github", "pypa/kiln")},
    "//github.com/pypa/clay/security/advisories/new": {Route("github", "pypa/clay")},
    "https://github.com/-/clay/security/advisories/new": set(),
    "https://github.com/pypa/clay/security/advisories/GHSA-2222-3333-4444": set(),
}


@pytest.mark.parametrize(("link", "found"), LINKS.items())
def test_a_link_without_a_host_leads_to_the_repository_that_it_names(link: str, found: set[Route]) -> None:
    """GitHub shows the file on its own pages. What names no repository leads nowhere."""
    assert routes(f"Report vulnerabilities with [the form]({link}).\n", KILN) == found


OWN = Route("mail", "security@python.org")
OTHER = Route("mail", "robin@kiln.example")
SECONDS = {
    "nothing else": ("", "given", None),
    "another way": ("Or write to robin@kiln.example.", "given", OTHER),
    "of which nothing says what it is for": (
        "Since long ago the old bakery by the river belongs to robin@kiln.example.",
        "unclear",
        OTHER,
    ),
    "where we write": ("Then we announce the fix on robin@kiln.example.", "aside", OTHER),
    "for something else": ("If you want to buy support, contact robin@kiln.example.", "aside", OTHER),
    "over, as the next sentence says": ("Reports went to robin@kiln.example. That address was closed.", "aside", OTHER),
    "as a field of a block of code": ("```\nContact: mailto:robin@kiln.example\n```", "unclear", OTHER),
    "beside an entry for vulnerabilities": (
        "- Vulnerabilities: security@python.org\n- Invoices: robin@kiln.example",
        "aside",
        OTHER,
    ),
    "another repository's form": (
        "The one of clay: https://github.com/pypa/clay/security/advisories/new",
        "unclear",
        Route("github", "pypa/clay"),
    ),
}


@pytest.mark.parametrize(("second", "how", "route"), SECONDS.values(), ids=SECONDS)
def test_a_second_place_is_as_sure_as_what_is_said_of_it(second: str, how: str, route: Route | None) -> None:
    """Only what is surely a route makes a finding, and only what is surely none lets the file pass."""
    found = reading(f"{RIGHT}{second}\n", KILN)
    sorted_in = {name: getattr(found, name) for name in ("given", "unclear", "aside")}

    assert sorted_in.pop(how) >= {each for each in (OWN if how == "given" else route, route) if each}
    assert [name for name, places in sorted_in.items() if route in places] == []
    assert OWN in found.given


def test_the_rows_of_a_list_table_are_read() -> None:
    """Projects that write reStructuredText put their contacts into one."""
    rows = ["* - Vulnerabilities", "  - security@python.org", "* - Press", "  - press@kiln.example"]
    text = ".. list-table::\n\n" + "".join(f"   {row}\n" for row in rows)

    assert routes(text, KILN, is_rst=True) == {OWN}
