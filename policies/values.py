"""How is each single value of the policy file written: a repository, a person, a number of days?"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from app.domain.ids import AdvisoryKey, InvalidName, Person, RepoName, Team, parse_key

TOO_LARGE = 2**63
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_EXEMPTION = timedelta(days=90)
EARLIEST_END = date(2020, 1, 1)


def _parsed(kind: type[RepoName | Team]) -> BeforeValidator:
    return BeforeValidator(lambda text: kind.parse(str(text)))


def _id(number: int) -> int:
    """A database keeps numbers below 2^63, and GitHub has none that is larger. The message does not repeat it."""
    if number < TOO_LARGE:
        return number
    raise ValueError("no id on GitHub has so many digits; copy it from what GitHub's API answers")


def _person(text: Any) -> Person:
    """Read `LOGIN:ID`."""
    written = str(text)
    _, _, number = written.partition(":")
    if number.isdecimal():
        _id(TOO_LARGE if len(number) > len(str(TOO_LARGE)) else int(number))
    try:
        return Person.parse(written)
    except InvalidName:
        # Mistakes are logged and told, and who is named here is nobody else's business.
        raise ValueError('this is not a person; write LOGIN:NUMERIC_ID, as in "some-login:12345"') from None


Repo: TypeAlias = Annotated[RepoName, _parsed(RepoName)]
User: TypeAlias = Annotated[Person, BeforeValidator(_person)]


def _sentinel(text: Any) -> AdvisoryKey:
    """Read `OWNER/REPO/GHSA-…`. The message does not repeat it: ids of drafts are under embargo."""
    try:
        key = parse_key(str(text))
    except InvalidName:
        key = None
    if isinstance(key, AdvisoryKey):
        return key
    raise ValueError("write OWNER/REPO/GHSA-xxxx-xxxx-xxxx of a draft that somebody made for this")


Sentinel: TypeAlias = Annotated[AdvisoryKey, BeforeValidator(_sentinel)]
TeamName: TypeAlias = Annotated[Team, _parsed(Team)]
Id: TypeAlias = Annotated[int, Field(strict=True, gt=0), AfterValidator(_id)]
PackageName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]+:[A-Za-z0-9@/._-]+$", description="ECOSYSTEM:NAME")]


def _days(text: Any) -> timedelta:
    if isinstance(text, str) and (match := re.fullmatch(r"([1-9][0-9]{0,3})d", text)):
        return timedelta(days=int(match[1]))
    raise ValueError('write a number of days, as in "90d"')


Days: TypeAlias = Annotated[timedelta, BeforeValidator(_days)]


def _day(value: Any) -> Any:
    """A bare number would be taken for seconds since 1970."""
    if type(value) is date or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("write a day, as in 2027-01-31")


Day: TypeAlias = Annotated[date, BeforeValidator(_day)]


def _end(value: Any) -> Any:
    """Nothing is accepted for good."""
    if type(value) is date or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError(f"write the day on which it ends, at most {LONGEST_EXEMPTION.days} days ahead, as in 2027-01-31")


def _is_late_enough(end: date) -> date:
    """Older than any exemption is a slip of the pen."""
    if end < EARLIEST_END:
        raise ValueError(f"{end} is before {EARLIEST_END}; write the day on which it ends, as in 2027-01-31")
    return end


End: TypeAlias = Annotated[date, BeforeValidator(_end), AfterValidator(_is_late_enough)]
