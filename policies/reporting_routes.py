"""Where does a security policy send reporters of a vulnerability?

A route is a place that the file tells them to go to. What it forbids, retires, thanks or names for another purpose is
none. Prose can be read in more ways than one: what is no route for sure is kept apart, for people.
"""

# ruff: noqa: RUF001 - people write with typographic signs, and in other scripts

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from app.domain.ids import RepoName
from policies.passages import Passage, markdown_passages
from policies.reporting_places import MAIL, SOMEWHERE, URL, Kind, Places, Route, host_of
from policies.reporting_purposes import Purpose, purpose_of, settled, speaks_of_reports
from policies.reporting_words import Sentence, is_about_vulnerabilities, sentences
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

_LABEL = re.compile(r"\W*([^:–—|.@/]{2,60}(?::|\s[–—-]\s)|\w+(?:[ \t]\w+){0,2}\.\s)\s*\S")
_OF_WHAT = re.compile(
    r"(?:vulnerabilit(?:y|ies)|(?:problem|issue|bug|hole|flaw)s?|\bone|\bthose|\bfor)\s+(?:in|of|with|found in)?"
    r"\s*(?:the\s+)?([\w./-]{2,80})",
    re.IGNORECASE,
)
_OURS = frozenset(
    {
        *("this", "our", "any", "it", "these", "all", "your", "its", "one", "report", "reports"),
        *("code", "software", "package", "project", "library"),
    }
)
_ANY = re.compile(r"secur|contact|mail|address|reach|maintainer|who|where|how|\bus\b|team|psrt", re.IGNORECASE)
_DOCUMENT_ALONE = re.compile(r"[\w./-]{1,200}\.(?:md|rst|txt)")


@lru_cache(maxsize=1024)
def reading(text: str, repo: RepoName, *, is_rst: bool = False, is_shared: bool = False) -> Reading:
    """The routes that a text gives to who found a vulnerability in a repository.

    `is_shared` says that the file stands in the organization's `.github` repository and is shown for this one.
    """
    if _DOCUMENT_ALONE.fullmatch(text.strip()):
        return _sorted([(Route("policy", text.strip()), "reports")], repo)
    places = Places(repo, is_shared=is_shared)
    passages = _about(repo, tuple(rst_passages(text) if is_rst else markdown_passages(text)))
    names = frozenset({repo.name.lower(), str(repo).lower()})
    others = _for_others(passages, names)
    is_told = any(each[1].lower() in names for passage in passages for each in _OF_WHAT.finditer(passage.text))
    found: list[tuple[Route, Purpose]] = [
        (route, "other" if route.kind == "mail" and passage in others else purpose)
        for passage in passages
        for route, purpose in _of_passage(passage, places, names if is_told else frozenset())
    ]
    return _sorted(found, repo)


def routes(text: str, repo: RepoName, *, is_rst: bool = False, is_shared: bool = False) -> frozenset[Route]:
    """Those that are given for sure."""
    return reading(text, repo, is_rst=is_rst, is_shared=is_shared).given


def _sorted(found: Iterable[tuple[Route, Purpose]], repo: RepoName) -> Reading:
    """What is said for sure anywhere counts, whatever else is said of the same place."""
    by_purpose: dict[Purpose, set[Route]] = {}
    for route, purpose in found:
        by_purpose.setdefault(purpose, set()).add(route)
    said, perhaps = by_purpose.get("reports", set()), by_purpose.get("perhaps", set())
    if not any(route.kind != "policy" for route in said) and len(perhaps) == 1:
        said, perhaps = said | perhaps, set()
    given = {route for route in said if route.kind != "policy"} or said
    beside = {route for route in given if route.kind == "github" and route.place not in {str(repo), SOMEWHERE}}
    if beside < given:  # the form of another repository may be for what is found in that one
        given, perhaps = given - beside, perhaps | beside
    unclear = {route for route in perhaps | by_purpose.get("unclear", set()) if route.kind != "policy"} - given
    aside = (by_purpose.get("other", set()) | by_purpose.get("forbidden", set())) - given - unclear
    return Reading(given=frozenset(given), unclear=frozenset(unclear), aside=frozenset(aside))


def _about(repo: RepoName, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """Without the rows of other projects, in a table that has a row for this one."""
    names = {repo.name.lower(), str(repo).lower()}
    ours = {each.table for each in passages if each.table and each.about.lower() in names}
    return tuple(each for each in passages if each.table not in ours or each.about.lower() in names)


def _for_others(passages: tuple[Passage, ...], names: frozenset[str]) -> frozenset[Passage]:
    """Entries for other purposes, beside one that is for vulnerabilities."""
    told = {_group(each) for each in passages if _label(each) and is_about_vulnerabilities(each.text)}
    return frozenset(
        each for each in passages if _group(each) in told and _label(each) and not _is_for_reports(each, names)
    )


def _group(passage: Passage) -> tuple[int, str]:
    return passage.table, passage.heading


def _label(passage: Passage) -> str:
    """What a row or an entry is for: "Press: …", "Stolen accounts | …"."""
    if passage.table:
        return passage.about
    found = _LABEL.match(passage.text)
    return found[1] if found else ""


def _is_for_reports(passage: Passage, names: frozenset[str]) -> bool:
    label = _label(passage)
    return speaks_of_reports(passage.text) or bool(_ANY.search(label)) or any(name in label.lower() for name in names)


def _of_passage(passage: Passage, places: Places, names: frozenset[str]) -> Iterator[tuple[Route, Purpose]]:
    """`names` are those of the project, where the file tells it from others."""
    for sentence in sentences(_plain(passage.text), passage.heading, _plain(passage.lead)):
        if sentence.is_question:
            continue
        mentions = list(places.named(sentence))
        if not passage.is_heading:
            mentions += places.in_words(
                sentence, {route.kind for each in mentions if not each.is_to_read for route in each.routes}
            )
        for mention in mentions:
            purpose = "other" if mention.is_to_read else purpose_of(sentence, mention.start, mention.end)
            is_ours = _is_ours(sentence, mention.start, names) if names else None
            if purpose == "unclear" and is_ours:
                purpose = "reports"
            for route in mention.routes:
                found = settled(route.kind, purpose, sentence)
                is_doubtful = found == "reports" and (passage.is_quoted or is_ours is False)
                yield route, "unclear" if is_doubtful else found


def _is_ours(sentence: Sentence, start: int, names: frozenset[str]) -> bool | None:
    """Whose vulnerabilities go there? "A problem in Python itself? The PSRT takes it at …" says: another project's."""
    asked = sentence.before if sentence.before.rstrip().endswith("?") else ""
    named = [found[1].lower().rstrip(".") for found in _OF_WHAT.finditer(f"{asked} {sentence.text[:start]}")]
    return named[-1] in names | _OURS if named else None


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
