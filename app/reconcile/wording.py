"""How does a digest read? Pure. Nothing in it is more than its reader, or whoever carries it, may know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from policies.policy import all_policies

NAMES = 10  # that a line lists; the rest is counted
LINES = 20

Urgency = Literal["page", "contested", "blocked", "finding"]

# What stands before it, the most urgent first.
_LEADS: Mapping[Urgency, str] = MappingProxyType(
    {
        "page": "At once: ",
        "contested": "Contested, others undo it, so it is left alone until a coordinator thaws it: ",
        "blocked": "Blocked, GitHub refused what would mend it or changed nothing: ",
        "finding": "",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A finding that everybody may hear of. `seen`: where that is long ago, when it was last really seen."""

    policy: str
    repository: str
    urgency: Urgency
    since: date
    is_new: bool
    seen: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Veiled:
    """A finding that would tell of an unpublished advisory: a pseudonym."""

    name: str
    urgency: Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An exemption that ends soon, or has ended. `left` days, its last one not counted."""

    policy: str
    repository: str
    by: str
    until: date
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one digest tells. `others` are findings that are open and not mentioned today; `paged` and `greenroom` are

    notices.
    """

    day: date
    mentions: tuple[Mention, ...]
    others: int
    endings: tuple[Ending, ...]
    embargoed: tuple[Veiled, ...] = ()
    unseen: tuple[str, ...] = ()
    unseen_since: datetime | None = None
    is_blind: bool = False
    paged: tuple[str, ...] = ()
    greenroom: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.needs_somebody or self.endings)

    @property
    def needs_somebody(self) -> bool:
        return bool(self.mentions or self.embargoed or self.unseen_since or self.paged or self.greenroom)

    @property
    def pages(self) -> bool:
        return bool(self.paged) or "page" in {each.urgency for each in self.mentions} | {
            each.urgency for each in self.embargoed
        }


def text_of(told: Told) -> str:
    """The digest, in plain text."""
    parts = [_headline(told), *told.paged]
    for urgency, lead in _LEADS.items():
        parts += [f"{lead}{part}" for part in _findings(told, urgency)]
    parts += [*_trouble(told), *_exemptions(told)]
    if told.mentions or told.embargoed:
        parts.append("greenroom findings says what each of them is, and what is next.")
    return "\n\n".join(parts) + "\n"


def _headline(told: Told) -> str:
    new = sum(each.is_new for each in told.mentions)
    still = len(told.mentions) - new
    counts = [
        *([f"{_of(new, 'new finding')}"] if new else []),
        *([f"{_of(still, 'finding')} still open"] if still else []),
        *([f"{told.others} more open, not mentioned today"] if told.others else []),
    ]
    return f"Greenroom, {told.day}{': ' + ', '.join(counts) if counts else ''}"


def _findings(told: Told, urgency: Urgency) -> Iterator[str]:
    sentences = {policy.name: policy.sentence for policy in all_policies()}
    these = [each for each in told.mentions if each.urgency == urgency]
    by_policy = sorted(these, key=lambda each: (each.policy, not each.is_new, each.repository.lower()))
    for name, mentions in groupby(by_policy, key=lambda each: each.policy):
        yield f"{name}: {sentences.get(name, '')}\n  {_listed([_words(each) for each in mentions])}"
    if veiled := [each.name for each in told.embargoed if each.urgency == urgency]:
        yield f"Under embargo: {_listed(veiled)}"


def _words(mention: Mention) -> str:
    notes = ["new" if mention.is_new else f"since {mention.since}"]
    notes += [f"last seen {mention.seen}"] if mention.seen else []
    return f"{mention.repository} ({', '.join(notes)})"


def _trouble(told: Told) -> Iterator[str]:
    lines = list(told.greenroom)[:LINES]
    if more := len(told.greenroom) - len(lines):
        lines.append(f"and {_of(more, 'more notice')}; greenroom notices lists them")
    if told.unseen_since is not None:
        since = f"since {told.unseen_since:%Y-%m-%d %H:%M} UTC"
        if told.is_blind:
            them = f"; {len(told.unseen)} of what is watched cannot be seen" if told.unseen else ""
            lines.insert(0, f"GitHub as a whole does not answer {since}{them}. All else is as it was before.")
        else:
            lines.append(f"Cannot be seen, or not all of it, {since}: {_listed(told.unseen)}")
    if lines:
        yield "\n".join(lines)


def _exemptions(told: Told) -> Iterator[str]:
    lines = []
    for each in told.endings:
        what = f"Exemption: {each.policy} of {each.repository}, accepted by {each.by}"
        if each.left < 0:
            lines.append(f"{what}, ended with {each.until}; if it is still so, it is a finding again")
        else:
            lines.append(f"{what}, ends with {each.until}: {_of(each.left, 'day')} left")
    if lines:
        yield "\n".join(lines)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES])
    return shown if len(names) <= NAMES else f"{shown} and {len(names) - NAMES} more"


def _of(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
