"""What one look after another opens and closes, where a whole story would show something else too."""

from __future__ import annotations

from datetime import timedelta

from app.domain.actions import SetPrivateReporting
from app.domain.findings import Verdict, finding, passed
from app.domain.ids import PolicyKey, RepoName, RepositoryKey, parse_key
from app.reconcile.digests import Digests
from app.reconcile.noticing import tell
from app.reconcile.plan import Plan
from app.store.database import Database
from app.store.notices import open_notices
from policies.config import PolicyFile
from tests.builders import POLICY, rules
from tests.clock import START

RULES = rules()
DIGESTS = Digests.parse(f"test:{'ab' * 32}")
CASES = RepoName.parse("packaging-security/cases")
REPORTING = PolicyKey(RepoName.parse("pypa/pip"), "private-reporting")


async def told_after(
    database: Database, *looks: Plan, answered: bool = True, file: PolicyFile = RULES
) -> list[tuple[str, str]]:
    for minutes, plan in enumerate(looks):
        now = START + timedelta(minutes=minutes)
        await database.write(
            lambda conn, plan=plan, now=now: tell(  # type: ignore[misc]
                conn, plan, (), rules=file, answered=answered, now=now, digests=DIGESTS
            )
        )
    return [(each.kind, each.about) for each in await database.read(open_notices)]


async def test_looks_that_told_everything_tell_people_nothing(database: Database) -> None:
    """Nothing to do."""
    assert await told_after(database, *[Plan(key=REPORTING)] * 3) == []


async def test_what_github_did_not_answer_counts_though_no_policy_asked_for_it(database: Database) -> None:
    """A repository that nobody manages has no verdict that could say so."""
    assert await told_after(database, *[Plan(key=REPORTING)] * 3, answered=False) == [("cannot-see", "pypa/pip")]


async def test_a_policy_that_cannot_be_told_is_a_notice_about_its_repository(database: Database) -> None:
    """People know repositories; one that cannot be seen under five policies is one thing to mend."""
    blind = Plan(key=REPORTING, cannot_tell=("GitHub answered 502",))

    assert await told_after(database, blind, blind) == []
    assert await told_after(database, blind, blind) == [("cannot-see", "pypa/pip")]
    assert await told_after(database, Plan(key=REPORTING)) == []


async def test_a_case_that_stops_because_of_a_page_is_not_told_twice(database: Database) -> None:
    """Nothing is wrong with our sight: the coordination repository was seen to be wrong, and that is the page."""
    wrong = finding("it is public and has a wiki", pages=True)
    stopped = Plan(
        key=parse_key("case/1"),
        verdicts=((CASES, "coordination-private", wrong),),
        cannot_tell=("nothing is written: it is public and has a wiki",),
    )
    about = "packaging-security/cases#coordination-private"

    assert await told_after(database, *[stopped] * 4) == [("page", about)]
    mended = Plan(key=parse_key("case/1"), verdicts=((CASES, "coordination-private", passed("private")),))
    assert await told_after(database, mended) == []


async def test_what_was_tried_in_vain_is_told_to_nobody_where_policy_only_observes(database: Database) -> None:
    """Counted, and told to nobody; what was told before is over."""
    switch = SetPrivateReporting(repo=REPORTING.repo, enabled=False, under=None, reason="it is on")
    stuck = Verdict(state="blocked", message="it is on", remedies=(switch,))
    look = Plan(key=RepositoryKey(REPORTING.repo), verdicts=((REPORTING.repo, REPORTING.policy, stuck),))
    observing = rules(POLICY.replace("private-reporting: {mode: enforce}", "private-reporting: {mode: observe}"))

    assert await told_after(database, look) == [("blocked", str(REPORTING))]
    assert await told_after(database, look, file=observing) == []
