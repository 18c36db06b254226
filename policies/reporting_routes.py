"""Where does a security policy send reporters of a vulnerability?

A route is a place that the file tells them to go to. What it forbids, retires, thanks or names for another purpose is
none. Prose can be read in more ways than one: what is no route for sure is kept apart, for people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from app.domain.ids import RepoName
from policies.passages import Passage, markdown_passages
from policies.reporting_places import MAIL, SOMEWHERE, URL, Kind, Places, Route, host_of
from policies.reporting_purposes import Purpose, address_is_for, purpose_of
from policies.reporting_words import Sentence, sentences
from policies.rst_passages import rst_passages

__all__ = ("LONGEST", "SOMEWHERE", "Kind", "Reading", "Route", "contact_route", "reading", "routes")

LONGEST = 32 * 1024  # characters that are read; a longer file is for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The places that a file names, by how sure it is that reporters are sent there."""

    given: frozenset[Route]
    unclear: frozenset[Route]  # named, and for what is for a person to read
    aside: frozenset[Route]  # named for something else, as it seems


_AT = re.compile(
    r"([\w.+-]{1,64})\s{0,2}(?:\[at\]|\(at\)|\{at\}|＠)\s{0,2}([\w-]{1,63}(?:\s{0,2}(?:\[dot\]|\(dot\)|\{dot\}"
    r"|\.)\s{0,2}[\w-]{1,63}){1,4})",
    re.IGNORECASE,
)
_AT_WORD = re.compile(
    r"\b([\w.+-]{1,64})\s{1,2}at\s{1,2}([\w-]{1,63}(?:\s{1,2}dot\s{1,2}[\w-]{1,63}){1,4})\b", re.IGNORECASE
)
_DOT = re.compile(r"\s*(?:\[dot\]|\(dot\)|\{dot\}|\sdot\s|\.)\s*", re.IGNORECASE)

_DOCUMENT_ALONE = re.compile(r"[\w./-]{1,200}\.(?:md|rst|txt)")


@lru_cache(maxsize=1024)
def reading(text: str, repo: RepoName, *, is_rst: bool = False, is_shared: bool = False) -> Reading:
    """The routes that a text gives to who found a vulnerability in a repository.

    `is_shared` says that the file stands in the organization's `.github` repository and is shown for this one.
    """
    if _DOCUMENT_ALONE.fullmatch(text.strip()):
        return _sorted([(Route("policy", text.strip()), "reports")])
    places = Places(repo, is_shared=is_shared)
    passages = _about(repo, tuple(rst_passages(text) if is_rst else markdown_passages(text)))
    return _sorted(found for passage in passages for found in _of_passage(passage, places))


def routes(text: str, repo: RepoName, *, is_rst: bool = False, is_shared: bool = False) -> frozenset[Route]:
    """Those that are given for sure."""
    return reading(text, repo, is_rst=is_rst, is_shared=is_shared).given


def _sorted(found: Iterable[tuple[Route, Purpose]]) -> Reading:
    """What is said for sure anywhere counts, whatever else is said of the same place."""
    by_purpose: dict[Purpose, set[Route]] = {}
    for route, purpose in found:
        by_purpose.setdefault(purpose, set()).add(route)
    said = by_purpose.get("reports", set())
    given = {route for route in said if route.kind != "policy"} or said
    unclear = {route for route in by_purpose.get("unclear", set()) - given if route.kind != "policy"}
    aside = by_purpose.get("other", set()) - given - unclear
    return Reading(given=frozenset(given), unclear=frozenset(unclear), aside=frozenset(aside))


def _about(repo: RepoName, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """Without the rows of other projects, in a table that has a row for this one."""
    names = {repo.name.lower(), str(repo).lower()}
    ours = {each.table for each in passages if each.table and each.about.lower() in names}
    return tuple(each for each in passages if each.table not in ours or each.about.lower() in names)


def _of_passage(passage: Passage, places: Places) -> Iterator[tuple[Route, Purpose]]:
    for sentence in sentences(_plain(passage.text), passage.heading, _plain(passage.lead)):
        if not sentence.is_question:
            for route, purpose in _of_sentence(sentence, places, is_heading=passage.is_heading):
                yield route, "unclear" if passage.is_quoted else purpose


def _of_sentence(sentence: Sentence, places: Places, *, is_heading: bool) -> Iterator[tuple[Route, Purpose]]:
    mentions = list(places.named(sentence))
    if not is_heading:
        mentions += places.in_words(sentence, {route.kind for mention in mentions for route in mention.routes})
    for mention in mentions:
        purpose = purpose_of(sentence, mention.start, mention.end)
        for route in mention.routes:
            yield route, _settled(route, purpose, sentence)


def _settled(route: Route, purpose: Purpose, sentence: Sentence) -> Purpose:
    """An address may be for anything; GitHub's form is for nothing but reports."""
    if purpose == "reports" and route.kind == "mail":
        return address_is_for(sentence)
    return "reports" if purpose == "unclear" and route.kind == "github" else purpose


def contact_route(contact: str) -> Route | None:
    """The place that policy declares as a contact: an address or a page. None where it is neither."""
    if address := MAIL.search(contact):
        return Route("mail", address[0].lower())
    if page := URL.match(contact.strip()):
        return Route("page", f"https://{host_of(page[1])}{unquote(page[2]).rstrip('/')}")
    return None


def _plain(text: str) -> str:
    """The text with addresses written as mail programs want them."""

    def mail(found: re.Match[str]) -> str:
        return f"{found[1]}@{_DOT.sub('.', found[2])}"

    return _AT_WORD.sub(mail, _AT.sub(mail, text))
