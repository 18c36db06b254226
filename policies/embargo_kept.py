"""Nothing of a case is public before the hour that its tools agreed on; afterwards it is.

Public is an advisory of the case that was published, one whose GHSA or CVE id is in GitHub's global advisory database,
and what a person says is public. Where no hour is agreed nothing was promised, so nothing is found here. What was
public early is told for a week beyond its hour, however late we come to look; while its case is open the case itself
pages its coordinator. Sources: GitHub, "Publishing a repository security advisory"; "About the GitHub Advisory
database".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.domain.facts import CannotTell, Embargo, Known, RepositoryFacts
from app.domain.findings import Verdict, finding, passed, unclear
from policies.config import PolicyFile

ABOUT_ADVISORIES = True
READS = ("embargoes",)
STATES = ("pass", "finding", "cannot tell", "not applicable")
KINDS = {
    "public-early": "something of a case was public before its agreed hour",
    "still-private": "the agreed hour of a case has come, and its advisory is not public",
}
PAGES = ("public-early",)
REMEDY = (
    "What was public early cannot be called back: its coordinator is paged, settles with the tools what follows, and "
    "takes the hour back with `greenroom case embargo N --none --by LOGIN`. What is still private is published by the "
    "people of its project, or the coordinator writes down another hour, or with "
    "`greenroom case disclosed N --by LOGIN` that it is public. Greenroom publishes nothing."
)
EXAMPLE = """\
policies:
  embargo-kept: {mode: report}
"""
TOLD_FOR = timedelta(days=7)  # beyond the hour


def check(facts: RepositoryFacts, _rules: PolicyFile, now: datetime) -> Verdict:
    if not isinstance(facts.embargoes, Known):
        return unclear(facts.embargoes)
    agreed = [each for each in facts.embargoes.value if each.until is not None]
    was_early = [each for each in agreed if _was_early(each, now)]
    early, pages = _cases(was_early), any(each.pages for each in was_early)
    late = _cases(each for each in agreed if _is_late(each, now))
    if early or late:
        return _not_kept(early, late, pages=pages)
    if unsure := next((each.public for each in agreed if isinstance(each.public, CannotTell)), None):
        return unclear(unsure)
    if agreed:
        return passed(f"what was agreed for {_named(_cases(agreed))} is kept")
    if facts.embargoes.value:
        return Verdict(state="not applicable", message=f"no hour is agreed for {_named(_cases(facts.embargoes.value))}")
    return Verdict(state="not applicable", message="no case has an advisory there")


def _not_kept(early: list[int], late: list[int], *, pages: bool) -> Verdict:
    """A page goes far: it is about what is public, and not about another case that is not."""
    kinds = (*(("public-early",) if early else ()), *(("still-private",) if late else ()))
    said = f"{_named(late)} {_be(late, 'is', 'are')} not public, though the agreed hour has come"
    if early:
        said = f"{_named(early)} {_be(early, 'was', 'were')} public before the agreed hour"
    return finding(said, kinds=kinds, pages=pages)


def _was_early(embargo: Embargo, now: datetime) -> bool:
    if embargo.until is None or now - embargo.until >= TOLD_FOR:
        return False
    if not isinstance(embargo.public, Known) or embargo.public.value is None:
        return False
    return (embargo.public.value.since or now) < embargo.until


def _is_late(embargo: Embargo, now: datetime) -> bool:
    is_private = isinstance(embargo.public, Known) and embargo.public.value is None
    return embargo.until is not None and is_private and now >= embargo.until


def _cases(embargoes: Iterable[Embargo]) -> list[int]:
    return sorted({each.case for each in embargoes})


def _named(cases: list[int]) -> str:
    return ", ".join(f"case {number}" for number in cases)


def _be(cases: list[int], one: str, more: str) -> str:
    return one if len(cases) == 1 else more
