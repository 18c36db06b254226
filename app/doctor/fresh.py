"""Is what was seen as fresh as it is meant to be, and is GitHub's limit enough for that? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.doctor.lines import Line
from app.domain.tiers import Freshness, in_words

FRESH = "Freshness"


def of_freshness(found: Iterable[Freshness] | None) -> Iterator[Line]:
    """A line for each tier that there is something in. Before the first sweep there is none; another line says so."""
    if found is None:
        do = "look at the database first"
        yield Line(group=FRESH, name="last looks", state="cannot tell", says="the database did not say", do=do)
        return
    yield from (_line(each) for each in found if each.now or each.is_short)


def _line(found: Freshness) -> Line:
    tier, meant = found.tier, f"meant: within {in_words(found.tier.target)}"
    if found.is_short and found.every is not None:
        do = "greenroom sweep --plan says in which account: let policy name fewer repositories there"
        says = f"GitHub's limit allows a look every {in_words(found.every)}; {meant}"
        return Line(group=FRESH, name=tier.of, state="problem", says=says, do=do)
    says = f"19 of 20 were seen whole {in_words(found.now.p95)} ago at most; {meant}" if found.now else meant
    if found.is_late:
        do = "is greenroom serve running, and does GitHub tell what it asks? greenroom notices says what cannot be seen"
        return Line(group=FRESH, name=tier.of, state="problem", says=says, do=do)
    if found.is_missing_one and found.now is not None:
        says = f"{says}; but one was not for {in_words(found.now.oldest)}"
        do = "greenroom notices says which cannot be seen, and greenroom explain KEY why"
        return Line(group=FRESH, name=tier.of, state="problem", says=says, do=do)
    return Line(group=FRESH, name=tier.of, state="ok", says=says)
