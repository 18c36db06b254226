"""Does a sentence send a reporter somewhere, or does it say not to go there?

Rules of thumb over English, with the negations of a few other languages. Where a sentence says neither, an address
counts as a route: a route too many asks a person to look, one too few would hide a wrong mailbox.
"""
# ruff: noqa: RUF001 - people write with typographic quotes, and in other scripts

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from textwrap import wrap

_I = re.IGNORECASE

# What begins a clause of its own behind a comma, a colon or a dash, so that a negation before it is over.
_DOES = (
    r"(?:(?:and|then|so|also|always|just|kindly|better|simply)\s+)?"
    r"(?:please|but|instead|rather|yet|however|use|send|e-?mail|mail|write|contact|report|reports|click|choose"
    r"|go|open|file|"
    r"submit|visit|follow|see|notify|reach|let|tell|drop|get in touch|disclose|the (?:right|proper|correct|new|only)|"
    r"we|you|i|they|it|he|she|this|others?|all others|sondern|bitte|stattdessen|sino|mais|mas|ma|utilisez"
    r"|écrivez|envoyez|"
    r"utilice|use|usa|envíe|envía|escriba|escreva|schreibt|schreiben|meldet|melden|nutzt|nutzen|scrivete|пишите)\b"
)
_BOUNDARY = re.compile(
    rf";|(?:[,:—–]|\s-)\s+(?={_DOES})|\bbut\b|\binstead\b(?!\s+of)|\bsondern\b|\bsino\b|\bstattdessen\b", _I
)
# What stands before its comma: "If you hear nothing, …", "Instead of an issue, …".
_OPENING = re.compile(
    r"^\W*(?:if|when|whenever|should|unless|until|before|after|once|because|since|as|although"
    r"|though|while|where|in case|for|to|"
    r"si|cuando|wenn|falls|quand|se)\b",
    _I,
)
_INSTEAD_OF = r"instead of|rather than|in place of|other than|anstatt|anstelle|statt|au lieu de|en lugar de"
r"|en vez de|em vez de|invece di"
_UNTIL_COMMA = re.compile(rf"\b(?:{_INSTEAD_OF})\b[^,]*,", _I)
_NOT = re.compile(
    rf"n['’]t\b|\b(?:not|never|no longer|cannot|neither|nor|avoid|refrain|dont|{_INSTEAD_OF}"
    r"|(?:old|former|previous|legacy)\s+(?:[\w-]+\s+){0,2}?(?:address|mailbox|contact|alias|list|mail)"
    r"|nicht|nie|niemals|keine?[mnrs]?|pas|jamais|não|nunca|jamás|non|не|никогда"
    r"|no\s+(?:abr|us|utili|publi|env|escrib|report|inform|cre|hag|mand|contact)\w*)\b"
    r"|\bwithout (?:\w+ing|an? (?:public )?(?:issue|ticket))\b|\bbefore (?:you )?(?:open|fil|creat|post|mak|publish)\w*"
    r"|\b(?:outside|away from|off) (?:of )?(?:the|our|any) (?:public|issue|bug|tracker)"
    r"|(?<!is )(?<!be )(?<!are )\bused to\b|\b(?:previously|formerly|originally)\b|\bwe asked\b"
    r"|\buntil (?:\w+ )?\d{4}\b|(?:请勿|請勿|不要|勿|別|别)",
    _I,
)
# "Please don't, however small you think that it is, write …"
_INSERTED = re.compile(r"(\b(?:do not|don['’]t|never)),[^,]{1,120},", _I)
_WRONG = re.compile(r"\b(?:wrong|bad|incorrect|don['’]?ts?|do not|never|avoid|not)\W*$", _I)
# Negations that forbid nothing.
_HARMLESS = re.compile(
    r"\b(?:do not|don['’]t)\s+hesitate\b|\bnot\s+(?:only|just|sure|certain|limited|later|longer|yet|even)\b"
    r"|\b(?:if|or|whether or|why) not\b"
    r"|\b(?:if|when|who|because|as|since|in case|whoever|unless|that|which)\s+(?:(?:you|they|we|it|this|that"
    r"|nobody|i|one)\s+)?"
    r"(?:do|does|did|have|has|had|are|is|were|was|can|could|would|will)?\s*(?:n['’]t|not)\b"
    r"|\b(?:if|who|when)\s+(?:you\s+)?cannot\b",
    _I,
)
# What is said of a place behind it: "security@… is no longer read".
_OVER = re.compile(
    r"^[\s>)\]\"'”’*,.…]{0,8}(?:(?:button|form|feature|link|address|mailbox|alias|list|page|tab|which|that"
    r"|itself)\s+){0,2}"
    r"(?:is|are|was|were|has been|have been|should|must|will|can|does|do|may|isn['’]t|aren['’]t|doesn['’]t"
    r"|won['’]t)\b"
    r"(?:\s+\w+){0,2}?\s*(?:n['’]t\b|(?<=n['’]t)|\b(?:not|never|no|no longer|retired|closed|dead|gone"
    r"|deprecated|discontinued|"
    r"unmonitored|unattended|unread|obsolete|disabled|off|wrong)\b)",
    _I,
)
_RETIRED = re.compile(
    r"^\W{0,4}\(?\s*(?:retired|closed|deprecated|obsolete|no longer|formerly|not monitored|unmonitored)", _I
)
_LATER_NOT = re.compile(r"ないでください|しないで|ません|nicht mehr|no debe|ne doit pas", _I)

_REPORT = re.compile(
    r"\b(?:report|reports|reported|reporting|send|sent|submit|submitted|disclose|disclosed|e-?mail|mail|write"
    r"|contact|notify|"
    r"in touch|turn to|reach|file|filed|open|opened|create|created|raise|raised|use|post|posted"
    r"|tell|inform|let|alert|share|go|goes|handled|taken|take|click|pick"
    r"|choose|ping|message|join|discuss)\b",
    _I,
)
_REPORTS = re.compile(
    r"\b(?:report|reports|reporting|submit|submitted|submission|disclose|disclosed|send|sent|contact|file|draft"
    r"|open|tell|notify|in touch|turn to|reach out|drop|sending|mailing|submitting|contacting|writing|"
    r"(?<!who )reported)\b",
    _I,
)
_SECURITY = re.compile(
    r"vulnerab|schwachstelle|vulnérab|vulnerabilidad|уязвим|脆弱|漏洞|exploit|\bholes?\b|\b0-?days?\b"
    r"|security[ -](?:\w+[ -])?(?:issue|bug|problem|flaw|concern|report|defect|weakness|hole|matter|incident"
    r"|finding|contact)",
    _I,
)
_OTHER = re.compile(
    r"code of conduct|\bconduct\b|harass|announce|subscri|newsletter|\bthank|\bcredit|acknowledg|(?:reported"
    r"|discovered|found) by(?! e?-?mail| mail| post| writing| sending| using)|"
    r"hall of fame|\bpress\b|\bmedia\b|sponsor|\bdonat|licen[cs]|copyright|©|trademark|maintained by"
    r"|^\W*(?:\w+ )?(?:maintainers?|authors?):|"
    r"privacy|\blegal\b|\bquestions?\b|inquir|commercial|invoice|for example|signed (?:by|with)|malware"
    r"|typosquat|\bspam|fingerprint|\buid\b|job",
    _I,
)
_OTHER_HEADING = re.compile(
    r"conduct|thank|acknowledg|hall of fame|credits?\b|^questions?|announce|contributors|maintainers|authors?\b"
    r"|licen[cs]e|"
    r"\bpast\b|previous|history|changelog|non-?security|other (?:bugs|questions|matters)",
    _I,
)
_ORDINARY = re.compile(
    r"\b(?:ordinary|(?<!like all )(?<!like any )others?|regular|normal|usual|general|non-?security|not security"
    r"|feature|anything else|everything else|"
    r"all else|questions?|already public|public already|hardening|not (?:a )?(?:security|vulnerab\w*|sensitive)|"
    r"(?:isn['’]t|aren['’]t) (?:a )?(?:security|sensitive|vulnerab\w*))\b",
    _I,
)
_MEMBERS = re.compile(r"\b(?:consists? of|made up of|comprises|(?:team|maintainers|members)\s+(?:is|are))\b", _I)
_FOR_INSTANCE = re.compile(r"\b(?:e\.?g\.?|for example|for instance|such as)[:,]?[\s<(]*$", _I)
_LINE = re.compile(r"\n(?=[ \t]*(?:[\w-][\w /-]{0,30}:\s|[-*•] ))")
_ENGLISH = re.compile(r"\b(?:the|to|of|and|is|are|for|in|you|we|by|our|your|with|at|on|that|this|it|be|if|or)\b", _I)
_LONGEST = 600  # characters of a sentence: what is longer is several, and the work must not grow with the square
_GOODBYE = re.compile(
    r"^\s*(?:--|—|–|©|copyright\b|\(c\)|(?:with\s+)?(?:kind|best|warm)?\s*regards|sincerely|cheers|yours\b)", _I
)
_QUESTION = re.compile(
    r"^\W*(?:can|may|should|could|do|does|did|have|has|had|was|were|is|are|shall|what|why|when|where|how|who|must|will)\b",
    _I,
)
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]*_]{0,3}\s+|(?<=[。！？])")
_SHORT = re.compile(r"\b(e\.g|i\.e|etc|cf|resp|incl|approx|bzw|z\.B|ca|vs|no)\.(?=\s)", _I)


@dataclass(frozen=True, kw_only=True)  # no slots: each answer is kept, since many words of a sentence ask for it
class Sentence:
    """A sentence, with the heading over it, the words that lead to its list, and the sentences around it."""

    text: str
    heading: str = ""
    lead: str = ""
    before: str = ""
    after: str = ""
    is_last_words: bool = False

    def forbids(self, start: int, end: int) -> bool:
        """Does it say not to go to the place that it names between these positions?"""
        before, after = self.text[:start], self.text[end:]
        if _FOR_INSTANCE.search(before):
            return True
        inside = before.rfind("(") > before.rfind(")")
        if inside and re.search(r"\b(?:is|are|was|not|please|use)\b", self.text[before.rfind("(") :].split(")")[0], _I):
            before = before[before.rfind("(") :]
        clause, whole = _last_clause(before)
        over = _OVER.search(after[:120]) and not _OPENING.match(clause)
        if over or _RETIRED.search(after[:40]) or _LATER_NOT.search(after[:120]):
            return True
        return _negates(clause) or (whole and bool(self.lead) and _leads_away(self.lead))

    @cached_property
    def is_question(self) -> bool:
        return self.text.rstrip(" *_\"'”’").endswith("?") and bool(_QUESTION.match(self.text))

    @cached_property
    def is_about_reports(self) -> bool:
        """Does it speak of vulnerabilities, here or just before?"""
        return bool(_SECURITY.search(f"{self.before} {self.lead} {self.text}"))

    @cached_property
    def names_vulnerabilities(self) -> bool:
        """Does it speak of them itself, or what leads to it?"""
        return bool(_SECURITY.search(f"{self.lead} {self.text}"))

    @cached_property
    def sends(self) -> bool:
        """Does it tell to do something with a report?"""
        return bool(_REPORTS.search(f"{self.lead} {self.text}"))

    @cached_property
    def acts(self) -> bool:
        """Does it tell to do anything, in looser words?"""
        return bool(_REPORT.search(f"{self.lead} {self.text}"))

    @cached_property
    def is_english(self) -> bool:
        """Can our words be expected in it?"""
        return len(_ENGLISH.findall(self.text)) > 1

    @cached_property
    def is_of_ordinary_bugs(self) -> bool:
        return bool(_ORDINARY.search(f"{self.lead} {self.text}") or _OTHER_HEADING.search(self.heading))

    @cached_property
    def has_another_purpose(self) -> bool:
        """Is an address there to be thanked, for conduct, for questions, or below as a signature?"""
        spoken = f"{self.lead} {self.text}"
        if self.is_last_words:
            return True
        if re.search(r"thanks? to|grateful to|credits? (?:to|goes)", spoken, _I):
            return True
        if self.sends and _SECURITY.search(spoken):
            return False
        if not self.sends and _MEMBERS.search(spoken):
            return True
        return bool(_OTHER.search(spoken)) or bool(_OTHER_HEADING.search(self.heading))


def sentences(text: str, heading: str = "", lead: str = "") -> list[Sentence]:
    """The sentences of a passage."""
    lines = (" ".join(line.split()) for line in _LINE.split(text))
    spoken = (part for line in lines for part in _END.split(_SHORT.sub(r"\1", line)) if part and part.strip())
    parts = [piece for part in spoken for piece in wrap(part, _LONGEST, break_long_words=True, break_on_hyphens=False)]
    last_words = bool(_GOODBYE.match(text))
    return [
        Sentence(
            text=part, heading=heading[-200:], lead=lead[-300:], before=before, after=after, is_last_words=last_words
        )
        for part, before, after in zip(parts, ["", *parts], [*parts[1:], ""], strict=False)
    ]


def is_about_vulnerabilities(text: str) -> bool:
    """Does it name them?"""
    return bool(_SECURITY.search(text))


def _last_clause(before: str) -> tuple[str, bool]:
    """The clause in which a place is named, up to there, and whether it is the sentence from its beginning."""
    calm = _INSERTED.sub(r"\1 ", _UNTIL_COMMA.sub(" ", _HARMLESS.sub(" ", before)))
    cut = max((found.end() for found in _BOUNDARY.finditer(calm)), default=0)
    clause = calm[cut:]
    if _OPENING.match(clause) and "," in clause:
        return clause.split(",", 1)[1], False
    return clause, cut == 0


def _leads_away(lead: str) -> bool:
    """Do the words before a list say that nothing of it is to be used?"""
    return bool(_WRONG.search(lead)) or _negates(_last_clause(lead)[0])


def _negates(clause: str) -> bool:
    return bool(_NOT.search(clause))
