"""What does a sentence name a place for: reports of vulnerabilities, something else, or is that for a person to read?

Who writes there decides much: where *we* write, strangers are not sent. So does what the place is named for: to join a
list, to buy support. What is neither said to be for reports nor for anything that we know is *unclear*.
"""
# ruff: noqa: RUF001 - people write with typographic quotes

from __future__ import annotations

import re
from typing import Literal

from policies.reporting_words import Sentence, is_about_vulnerabilities

# "perhaps" is what nothing speaks for or against: it counts where the file says nothing clearer.
Purpose = Literal["reports", "perhaps", "unclear", "other", "forbidden"]

_I = re.IGNORECASE

# The project is who does it: "we announce fixes on …", "the team will open a draft advisory".
_DOERS = r"(?:we|the (?:\w+ )?(?:team|maintainers?|project|developers?)|a maintainer|i|maintainers)"
_DOING = (
    r"(?:e-?mail|notify|announce|post|publish|forward|inform|send|open|create|draft|request|file|share|contact|relay"
    r"|pass|coordinate|prepare|write|ask for|start|invite|issue|disclose)"
)
_WE_DO = re.compile(
    rf"(?<!if )(?<!unless )\b{_DOERS}(?:['’]ll|['’]d)?(?:\s+(?:will|also|then|may|might|can|usually"
    rf"|always|would|typically"
    rf"|privately|publicly|immediately|first|and|both))*\s+{_DOING}(?:s|es)?\b(?!\s+(?:you|that you"
    rf"|reporters|everyone"
    r"|people|researchers|them|whoever)\s+to\b)",
    _I,
)
_THEY_DO_NEXT = re.compile(r"[,;:—–]\s|\s-\s|\bso\b|\bbut\b|\bplease\b|\byou\b", _I)
_IS_DONE = re.compile(
    r"^\W*(?:\w+\W+){0,3}(?:will be|is|are|gets?|will get|be)\s+(?:then\s+|also\s+"
    r"|usually\s+)?(?:created|opened|published"
    r"|prepared|drafted|issued|announced|made|released|requested)\b",
    _I,
)
_PAST = re.compile(
    r"\b(?:we|they|it|reports?)\s+(?:once\s+)?(?:took|were|was|had|accepted|handled|went|ran|received|collected)\b"
    r"|\bwas (?:\w+ )?(?:audited|reviewed|handled|founded|funded|written) by\b"
    r"|\b(?:up to|until|prior to|before) (?:the end of )?(?:\w+ )?(?:19|20)\d\d\b",
    _I,
)
# What the next sentence says of a place: "… That programme has ended." "Please ignore it."
_OVER_NEXT = re.compile(
    r"^\W*(?:please\s+)?(?:(?:that|this|it|these|those|they|the (?:old|former|latter))\b(?:\s+\w+){0,3}?\s+"
    r"(?:(?:has|have|was|were|is|are|does|do|will|should|must|can)(?:n['’]t|\s+not?|\s+no longer|\s+never)\b"
    r"|(?:has |have |was |were |is |are )(?:since |now |been |long )*(?:ended|closed|retired|gone"
    r"|over|dead|discontinued"
    r"|shut down|abandoned|unmonitored|unattended|disabled|deprecated|switched off|turned off))"
    r"|ignore (?:it|that|this|them)\b|(?:do not|don['’]t|never) use (?:it|that|this|them)\b)",
    _I,
)
_ELSEWHERE = re.compile(
    r"\bout[- ]of[- ]scope\b|\bnot in scope\b|\bupstream\b|\bthird[- ]part(?:y|ies)\b|\btheir own\b"
    r"|\bnot (?:our|covered)\b"
    r"|\bbelongs? to (?:another|other|their)\b|\bother projects?\b",
    _I,
)
# Where something can be read, got or comes from: "announced on …", "our key at …", "mail from …".
_TO_READ = re.compile(
    r"\b(?:published|announced|listed|recorded|archived|available|documented|tracked|released"
    r"|posted)\W+(?:\w+\W+){0,3}$"
    r"|\bfrom\W{1,3}$|\b(?:pgp|gpg|openpgp|public) keys?\b\W+(?:[\w-]+\W+){0,6}$",
    _I,
)
_IS_PUBLIC = re.compile(
    r"^\W*(?:\w+\s+)?(?:is|are)\s+(?:\w+\s+){0,2}(?:public|visible|readable|open to|seen|indexed|searchable)", _I
)
_NOT_THERE = re.compile(r"(?:\bnot|\bnever|n['’]t|\bno)\b[^.;]{0,60}\b(?:there|in there|in public|publicly)\W*$", _I)
# The purpose that a sentence names, before a place or behind it.
_PURPOSE_BEFORE = re.compile(
    r"^\W*(?:if|for|to|when|in order to|in case|should|anyone who|whoever|people who)\s+([^,:]{3,120})[,:]", _I
)
_PURPOSE_BEHIND = re.compile(
    r"^[\s>)\]\"'”’*]{0,6}(?:for|about|regarding|concerning|to|if you(?:['’]d)?)\s+([^.;:]{3,120})", _I
)
_OF_REPORTS = re.compile(
    r"secur|vulnerab|report|disclos|exploit|issue|\bbugs?\b|finding|problem|incident|flaw|privat"
    r"|confiden|sensitiv|secret"
    r"|weakness|\bholes?\b|\bfound\b|discover|believe|suspect|attack|0-?day|submi|project|repositor"
    r"|package|severe|critical|embargo(?!ed)|concern",
    _I,
)
_FALLBACK = re.compile(
    r"repl(?:y|ies)|respon|answer|hear (?:back|from us|nothing|anything)|acknowledg|cannot|can['’]t"
    r"|\bunable|prefer|\bnot\b"
    r"|n['’]t\b|\bno\b|account|alternativ|urgent|unsure|doubt|encrypt|works?\b|fail|instead|nobody"
    r"|rather|also|escalat"
    r"|feedback within|days\b|weeks?\b|\bus\b|\bany reason\b|\bmail\b",
    _I,
)
_KNOWN_OTHER = re.compile(
    r"quote|pricing|sales|\bbuy|purchas|commercial|support contract|paid|subscri|\bjoin|membership|\bmember\b|invited"
    r"|in advance|advance notice|prenotif|pre-notif|notified|notification|\bhear (?:of|about)\b"
    r"|\bhelp\b|general|announce"
    r"|news|\blearn\b|sponsor|donat|translat|conduct|harass|press|media|\bjobs?\b|hiring|merch|trademark|licen[cs]",
    _I,
)
_TOPIC = re.compile(
    r"\b(?:discussions?|discuss|questions?|announcements?|announced|subscribe|newsletter|hardening"
    r"|distributors?|packagers?"
    r"|sponsor\w*|releases are|signed|identity|hosted|sales|support contracts?|join)\b",
    _I,
)
_THANKS = re.compile(
    r"\bthanks? to\b|\bgrateful to\b|\bcredits? (?:to|goes)\b|\bthank (?:these|the following|all)\b", _I
)
_OF_PEOPLE = re.compile(r"\b(?:people|team|members?|maintainers?|who)\b[^.]{0,60}\b(?:is|are|includes?)\b", _I)
_WRITE_TO = re.compile(r"\b(?:e-?mail|mail|write|contact|send|reach|message|report|notify|inform|ping)\b", _I)
_ANOTHER_WAY = re.compile(
    r"^\W*or\b|\bor (?:write|mail|e-?mail|send|contact|use|via)\b|\b(?:also|too|as well|backup"
    r"|back-up|fallback|secondary|primary|second|alternativ\w*|copy|cc|bcc|escalat\w*|both|and"
    r" also|no (?:reply|answer|response|account)|instead|down|lack|emergenc\w*|urgent\w*|in addition"
    r"|additionally)\b|n['’]t (?:get|hear|have)\b"
    r"|not (?:get|hear|have|receive)\b",
    _I,
)
_SAYS_REPORT = re.compile(r"\breport(?:s|ed|ing)?\b|\bdisclos\w+|\bsecur\w+ (?:contact|team)\b", _I)
_LABEL = 8  # words of what is no prose but a label


def purpose_of(sentence: Sentence, start: int, end: int) -> Purpose:
    """What the place between these positions is for. "forbidden" is for reports, and not to be used."""
    before, after = sentence.text[:start], sentence.text[end:]
    if sentence.forbids(start, end) or _OVER_NEXT.match(sentence.after) or _PAST.search(before[-120:]):
        return "forbidden"
    if _TO_READ.search(before[-120:]) or _IS_PUBLIC.match(after[:80]) or _NOT_THERE.search(after[:160]):
        return "other"
    if _we_do_it(sentence.text, start, end) or _THANKS.search(f"{sentence.lead} {before}"):
        return "other"
    if _ELSEWHERE.search(f"{sentence.heading} {sentence.lead} {sentence.text}"):
        return "other"
    return _of_what_is_named(before, after) or "reports"


def _we_do_it(text: str, start: int, end: int) -> bool:
    """Is it the project that goes there? The words for a place may begin with what is done: "open a draft advisory"."""
    begin = max(0, start - 300)
    last = max(_WE_DO.finditer(text, begin, end), key=re.Match.end, default=None)
    if last is not None and not _THEY_DO_NEXT.search(text[last.end() : start]):
        return True
    return bool(_IS_DONE.match(text[end : end + 80]))


def _of_what_is_named(before: str, after: str) -> Purpose | None:
    """What the sentence itself says that the place is for, if it does."""
    opening, behind = _PURPOSE_BEFORE.match(before), _PURPOSE_BEHIND.match(after)
    named = [found[1] for found in (behind, opening) if found]
    if not named or any(_OF_REPORTS.search(words) for words in named):
        return None
    if any(_KNOWN_OTHER.search(words) for words in named):
        return "other"
    return None if any(_FALLBACK.search(words) for words in named) else "unclear"


def speaks_of_reports(text: str) -> bool:
    """Does it speak of vulnerabilities, or of another way to report one?"""
    return bool(is_about_vulnerabilities(text) or _SAYS_REPORT.search(text) or _ANOTHER_WAY.search(text))


def settled(kind: str, purpose: Purpose, sentence: Sentence) -> Purpose:
    """What a place of that kind is for. GitHub's form is for nothing but reports; an address may be for anything."""
    if purpose == "unclear" and kind == "github":
        return "reports"
    if purpose != "reports":
        return purpose
    if kind == "mail":
        return address_is_for(sentence)
    is_told = sentence.names_vulnerabilities or bool(_OF_REPORTS.search(sentence.heading))
    return "reports" if kind != "public" or is_told else "perhaps"


def address_is_for(sentence: Sentence) -> Purpose:
    """What an address in that sentence is for, by what else is said in it."""
    spoken = f"{sentence.lead} {sentence.text}"
    if sentence.has_another_purpose:
        return "other"
    if _names_people(spoken):
        return "unclear"
    is_short = len(sentence.text.split()) <= _LABEL
    is_label = is_short or not sentence.is_english
    if sentence.names_vulnerabilities and (is_label or sentence.acts):
        return "reports"
    if _TOPIC.search(spoken):
        return "other"
    if _ANOTHER_WAY.search(spoken) or _SAYS_REPORT.search(spoken) or _is_under_reports(sentence, is_short=is_short):
        return "reports"
    return "perhaps" if is_label or sentence.acts else "unclear"


def _names_people(spoken: str) -> bool:
    """Does it say who the people are, and not that one should write to them?"""
    return bool(_OF_PEOPLE.search(spoken)) and not _WRITE_TO.search(re.sub(r"\breports\b", "", spoken))


def _is_under_reports(sentence: Sentence, *, is_short: bool) -> bool:
    return bool(_OF_REPORTS.search(sentence.heading)) and (is_short or sentence.sends)
