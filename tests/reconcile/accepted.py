"""A verdict about private reporting, and exemptions that cover it or do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.domain.findings import Account, TakenUp, Verdict, finding
from app.domain.ids import PolicyKey
from app.reconcile import accepting
from app.reconcile.accepting import taken_up
from app.reconcile.digests import Digests
from tests.builders import DIGESTS, NOW, PIP, POLICY, rules
from tests.reconcile.looks import OFF

KEY = PolicyKey(PIP, "private-reporting")
BY = "accepted by carol until 2026-12-20"
ON = finding("it is on", OFF, kinds=("switched-on",))
BOTH = finding("it is on, and unseen", OFF, kinds=("switched-on", "reports-unseen"))
UNSEEN = finding("unseen", OFF, kinds=("reports-unseen",), embargoed=True)
NAMELESS = finding("something")


def exempt(kinds: str = "", *, until: str = "2026-12-20", repo: str = "pypa/pip") -> str:
    named = f", kinds: [{kinds}]" if kinds else ""
    said = f'repository: {repo}, owner: "carol:3", reason: moving, until: {until}{named}'
    return f"{POLICY}exemptions:\n  - {{policy: private-reporting, {said}}}\n"


def before(*kinds: str, exemption: str = "3 2026-12-20") -> Any:
    return {("private-reporting", exemption): TakenUp(since=NOW - timedelta(days=3), kinds=frozenset(kinds))}


def judged(
    found: Verdict, text: str, first: Any = None, *, digests: Digests = DIGESTS, key: PolicyKey = KEY
) -> Verdict:
    return accepting.judged(found, key, rules=rules(text), before=first or {}, now=NOW, digests=digests)


LATER = ". That exemption covers nothing that was found after it came into force on 2026-11-28 09:00 UTC; name kinds"
NAMED, ANY = exempt("switched-on"), exempt()


def first_look(found: Verdict, text: str = ANY) -> TakenUp | None:
    """What stands to be remembered after the first look under an exemption."""
    [exemption] = rules(text).exemptions
    return taken_up(found, KEY, exemption, NOW, DIGESTS)


CAROL, TEAM = Account(id="user 3", name="carol"), Account(id="team interns", name="the team interns")
MALLORY = Account(id="user 66", name="mallory")
ONLY = ". That exemption covers only the accounts that were found when it came into force on 2026-12-01 09:00 UTC"


def reads(*accounts: Account) -> Verdict:
    return finding("they read it", kinds=("switched-on",), accounts=accounts)
