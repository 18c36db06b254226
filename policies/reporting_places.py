"""Which places does a sentence of a security policy name?

Addresses, links, and the words for GitHub's button, its trackers and a platform. What the sentence says of a place is
another question (`reporting_purposes`).
"""
# ruff: noqa: RUF001 - people write with typographic quotes, and in other scripts

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from app.domain.ids import InvalidName, RepoName
from policies.reporting_words import Sentence

SOMEWHERE = "?"

Kind = Literal["mail", "github", "page", "public", "policy"]


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """A place for reports. "policy" is another document; it counts only where the file gives nothing else."""

    kind: Kind
    place: str

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


_MAX_TOKEN = 500
_TOKEN = re.compile(r"[^\s<>()\[\]{}\"“”„'‘’`|,;*。、，（）「」]+")
_LETTERS = r"A-Za-z0-9\u00c0-\u052f"  # Latin, Greek and Cyrillic, whose letters look alike
MAIL = re.compile(rf"[{_LETTERS}._%+-]{{1,64}}@[{_LETTERS}-]{{1,63}}(?:\.[{_LETTERS}-]{{1,63}}){{1,8}}")
URL = re.compile(r"(?:(?:https?:)?//|(?=(?:www\.)?github\.com/))([^/?#\s]{1,253})([^?#\s]*)", re.IGNORECASE)
_HERE = re.compile(r"(?:\.{1,2}/){0,8}/?security/advisories(?:/new)?/?", re.IGNORECASE)
_FROM_ROOT = re.compile(r"/([\w.-]{1,39}/[\w.-]{1,100})/security/advisories(?:/new)?/?", re.IGNORECASE)
_DOCUMENT = re.compile(r"[\w./-]{0,200}security[\w-]{0,60}\.(?:md|rst|txt|html)", re.IGNORECASE)
_POLICY_PATH = re.compile(
    r"(?:^|/)security/?$|security[-_]?policy|/SECURITY\.(?:md|rst|txt)$|/security(?:/index)?\.html?$"
    r"|disclosure[-_]policy",
    re.IGNORECASE,
)
_OF_GITHUB = re.compile(r"/([\w.-]{1,39}/[\w.-]{1,100})/(security|issues|discussions|blob|tree)(/.*)?", re.IGNORECASE)

_LIST = re.compile(r"/security(?:/advisories)?/?$", re.IGNORECASE)
_NUMBER = re.compile(r"/\d+(?:/.*)?")  # of one issue
_NO_ADDRESS = re.compile(r"@[\w.-]+:[\w/]|\.\d+$|^git@")  # where git clones from, and versions

_PLATFORMS = ("huntr.com", "huntr.dev", "hackerone.com", "bugcrowd.com", "intigriti.com", "yeswehack.com", "forms.gle")
_PLATFORM_PATHS = (("tidelift.com", "/security"), ("docs.google.com", "/forms"), ("app.intigriti.com", "/"))
_CHATS = (
    "discord.gg",
    "discord.com",
    "gitter.im",
    "matrix.to",
    "slack.com",
    "t.me",
    "discuss.python.org",
    "groups.google.com",
)
_DIRECTS = re.compile(
    r"\b(?:at|via|through|using|with|on|to|under|in|over|here|use|form|visit"
    r"|by)\W{1,4}(?:\w[\w'’-]{0,39}\W{1,4}){0,4}$|:\s*$|^\W*$",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:see|read|follows?|refer|described|documented|explained|found|policy|process)\b|siehe|voir|véase",
    re.IGNORECASE,
)
_BOUNTY = re.compile(r"\bclaim\b|\brewards?\b", re.IGNORECASE)
_READS = re.compile(
    r"\b(?:read|see|described|documented|according|follow\w*|listed|published|per|learn|what|guide)\b", re.IGNORECASE
)
_BUTTON = re.compile(
    r"[“\"'‘*_]report (?:a |new )?(?:security )?vulnerability|\b(?:click|choose|press|select|hit|push"
    r"|use)\W{1,4}(?:on\W{1,3}|the\W{1,3}){0,2}"
    r"report (?:a |new )?(?:security )?vulnerability|report a (?:security )?vulnerability\W{1,3}(?:button|form|link)"
    r"|\bprivate (?:reporting|disclosure)\W{1,3}(?:feature|form|function\w*|workflow|mechanism|tool)"
    r"|github['’]s (?:built-in |own )?(?:private |vulnerability |security ){1,3}report\w*"
    r"|privately\W{1,3}report\w*\W{1,3}a\W{1,3}(?:security )?vulnerability\W{1,3}(?:on|feature)"
    r"|private (?:security )?(?:vulnerability )?reporting\b|private vulnerability reports?\b"
    r"|private (?:security )?advisory"
    r"|(?-i:(?<=[a-z,/→»›] )Report a (?:[Ss]ecurity )?[Vv]ulnerability\b)",
    re.IGNORECASE,
)
_ADVISORY = re.compile(
    r"github(?:['’]s)? (?:\w+ )?security advisor(?:y|ies)|security tab\b|\b(?:open|file|submit"
    r"|create) an? (?:\w+ )?security advisory|draft (?:a |an )?(?:new )?(?:github )?security advisory",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"\bprivate|\bconfidential", re.IGNORECASE)
_BY_GITHUB = re.compile(
    r"\b(?:through|via|on|using|with|in) github\b(?!(?:['’]s)? (?:issue|discussion|tracker))", re.IGNORECASE
)
_TRACKER = re.compile(
    r"\b(?:open|file|create|raise|submit|post|log|start|make|opening|filing|creating|raising)\s+(?:(?:an?|new"
    r"|public|github|security|regular|normal|bug)\s+){1,4}(?:\w+\s+)?"
    r"(?:issues?|tickets?|report on the tracker)\b|\b(?:issue|bug)[ -]?tracker\b|\bpublic (?:github )?issues?\b"
    r"|\bgithub issues?\b",
    re.IGNORECASE,
)
_ORGANIZATION = re.compile(
    r"(?:default|organi[sz]ation(?:['’]s|-wide)?) (?:default )?security policy"
    r"|security policy of the (?:\w+ )?organi[sz]ation",
    re.IGNORECASE,
)
_TIDELIFT = re.compile(r"\btidelift\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place, where it stands in its sentence."""

    start: int
    end: int
    routes: tuple[Route, ...]
    is_to_read: bool = False  # a list of what was published, as it seems


@dataclass(frozen=True, slots=True)
class Places:
    """Reads them as the sentences of one repository's file."""

    repo: RepoName
    is_shared: bool

    def named(self, sentence: Sentence) -> Iterator[Mention]:
        """Addresses and links."""
        for token in _TOKEN.finditer(sentence.text):
            word = token[0][:_MAX_TOKEN].rstrip(".:!?…")
            before = sentence.text[: token.start()]
            found = tuple(self._of_token(word, before, sentence))
            if found:
                is_list = (
                    bool(_LIST.search(word))
                    and found[0].kind == "github"
                    and (not sentence.sends or bool(_READS.search(sentence.text)))
                )
                yield Mention(token.start(), token.end(), found, is_to_read=is_list)

    def _of_token(self, word: str, before: str, sentence: Sentence) -> Iterator[Route]:
        if url := URL.match(word):
            yield from self._of_url(host_of(url[1]), unquote(url[2]), before, sentence)
        elif _HERE.fullmatch(word):
            if word.rstrip("/").endswith("new") or sentence.sends:
                yield Route("github", SOMEWHERE if self.is_shared else str(self.repo))
        elif link := _FROM_ROOT.fullmatch(word):
            yield from self._on_github(link[1])
        elif _DOCUMENT.fullmatch(word):
            if _REFERS.search(sentence.text):
                yield Route("policy", word)
        elif "@" in word and not word.startswith("@"):  # which is an account of a social network
            found = (address for address in MAIL.findall(word) if not _NO_ADDRESS.search(f"{word} {address}"))
            yield from (Route("mail", address.lower().rstrip(".")) for address in found)

    def _of_url(self, host: str, path: str, before: str, sentence: Sentence) -> Iterator[Route]:
        page = f"https://{host}{path.rstrip('/')}"
        if host == "github.com" and (link := _OF_GITHUB.fullmatch(path)):
            yield from self._of_github(link, page, sentence)
        elif host == "docs.github.com":
            if "privately-reporting" in path and sentence.sends:
                yield self._own
        elif host in _PLATFORMS or any(host == site and path.startswith(top) for site, top in _PLATFORM_PATHS):
            if not _BOUNTY.search(sentence.text):
                yield Route("page", page)
        elif host in _CHATS:
            if sentence.is_about_reports and sentence.acts:
                yield Route("public", host)
        elif _POLICY_PATH.search(path):
            yield Route("policy", page)
        elif (
            sentence.is_about_reports
            and sentence.sends
            and _DIRECTS.search(before[-200:])
            and not _READS.search(before[-60:])
        ):
            yield Route("page", page)

    def _of_github(self, link: re.Match[str], page: str, sentence: Sentence) -> Iterator[Route]:
        part, rest = link[2].lower(), (link[3] or "").rstrip("/").lower()
        match part, rest:
            case "security", "/advisories/new":
                yield from self._on_github(link[1])
            case "security", "" | "/advisories":
                yield from self._on_github(link[1])
            case "security", "/policy":
                yield Route("policy", page)
            case "issues" | "discussions", _ if not _NUMBER.fullmatch(rest) and _is_public_report(sentence):
                yield Route("public", part)
            case "blob" | "tree", _ if _POLICY_PATH.search(rest) or _DOCUMENT.fullmatch(rest):
                yield Route("policy", page)
            case _:
                pass

    def _on_github(self, name: str) -> Iterator[Route]:
        try:
            linked = RepoName.parse(name)
        except InvalidName:
            return
        yield self._own if linked == self.repo else Route("github", str(linked))

    @property
    def _own(self) -> Route:
        return Route("github", str(self.repo))

    def in_words(self, sentence: Sentence, linked: set[Kind]) -> Iterator[Mention]:
        """Places that are named by words alone. Where there is a link, it says more than the words."""
        text = sentence.text
        if _is_public_report(sentence):
            for each in _found(_TRACKER, text, Route("public", "issues")):
                if not (linked and "security" in text[each.start : each.end].lower()):  # "raise a security issue by …"
                    yield each
        if "github" not in linked:
            yield from _found(_BUTTON, text, self._own)
            if sentence.sends:
                yield from _found(_ADVISORY, text, self._own)
                yield from _found(_BY_GITHUB, text, self._own) if _PRIVATE.search(text) else ()
        if linked & {"github", "page", "policy"}:
            return
        if sentence.sends and sentence.is_about_reports:
            yield from _found(_TIDELIFT, text, Route("page", "https://tidelift.com/security"))
        yield from _found(_ORGANIZATION, text, Route("policy", "of the organization"))


def _is_public_report(sentence: Sentence) -> bool:
    """Are vulnerabilities meant, and not the bugs that belong on a tracker?"""
    return sentence.is_about_reports and sentence.acts and not sentence.is_of_ordinary_bugs


def _found(words: re.Pattern[str], text: str, route: Route) -> Iterator[Mention]:
    return (Mention(found.start(), found.end(), (route,)) for found in words.finditer(text))


def host_of(netloc: str) -> str:
    host = netloc.rpartition("@")[2].partition(":")[0].rstrip(".").lower()
    return host.removeprefix("www.")
