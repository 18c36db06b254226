"""Greenroom sees every repository that policy names, and may do there what it is for.

A repository that nobody selected, a permission that nobody granted and a suspended installation look like peace. So
does a webhook that points elsewhere; it belongs to the App, so it is judged where mirrors are kept. That it is
switched off GitHub's settings do not say: it follows from what happened of which GitHub's log of deliveries lists
nothing (`app/reconcile/silence.py`). Greenroom Hand is installed by who consents to enforcement, so where
policy enforces and it is not there, that is said and is nobody's fault. An install without a Hand observes, which is
whole by itself; only mirrors that are to be kept are a finding then. Sources: GitHub, "Installing a GitHub App",
"Choosing permissions for a GitHub App" and "REST API endpoints for GitHub App webhooks".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from app.domain.delivery import Silence, silence_told
from app.domain.facts import CannotTell, Coverage, Known, NotApplicable, Presence, RepositoryFacts, Webhook
from app.domain.findings import Verdict, finding, passed, unclear
from app.domain.ids import RepoName
from policies.config import PolicyFile
from policies.permissions import HAND, WATCHER, both, lacking

READS = ("coverage",)
STATES = ("pass", "finding", "cannot tell", "not applicable")
KINDS = {
    "not-installed": "Greenroom is not installed in the account",
    "suspended": "its installation is suspended",
    "not-visible": "it is installed, and does not see the repository",
    "permissions": "it was not granted all that it asks for",
    "hand-not-installed": "Greenroom Hand is not installed where mirrors are kept",
    "hand-suspended": "its installation there is suspended",
    "hand-permissions": "it was not granted all that it asks for there",
    "no-hand": "mirrors are enforced, and no Greenroom Hand is registered",
    "webhook-missing": "Greenroom's webhook has no address",
    "webhook-elsewhere": "it does not point to /webhooks/github of an https address",
    "webhook-other-host": "it points to another host than GREENROOM_PUBLIC_URL",
    "webhook-unverified": "GitHub does not verify the certificate of that address",
    "webhook-silent": "GitHub sent nothing of changes that it sends deliveries of",
}
REMEDY = (
    "An owner of the organization installs Greenroom, selects the repository, accepts the permissions that it asks "
    "for, or lifts the suspension. Whoever registered the App mends its webhook."
)
EXAMPLE = """\
coordination: {repository: packaging-security/cases}
tools:
  pip: {repositories: [pypa/pip, pypa/get-pip]}
policies:
  app-covers: {mode: report}
"""


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    if facts.name not in rules.repositories():
        return Verdict(state="not applicable", message=f"policy does not name {facts.name}")
    if not isinstance(facts.coverage, Known):
        return unclear(facts.coverage)
    covered = facts.coverage.value
    keeps_mirrors = rules.is_coordination(facts.name)
    wrong = dict(_of_watcher(facts.name, covered))
    if keeps_mirrors:
        wrong |= dict(_of_hand(facts.name, covered)) | dict(_of_no_hand(covered, rules))
    tells_of_webhook = rules.tells_of_webhook(facts.name)
    if tells_of_webhook:
        wrong |= dict(_of_webhook(covered)) | dict(_of_silence(covered.silence))
    if wrong:
        return finding("; ".join(wrong.values()), kinds=tuple(wrong))
    unknown = (covered.hand if keeps_mirrors else None, covered.webhook if tells_of_webhook else None)
    for fact in unknown:
        if isinstance(fact, CannotTell):
            return unclear(fact)
    return passed(_seen(facts.name, covered) + _consent(facts, covered, rules, now))


def _of_watcher(repo: RepoName, covered: Coverage) -> Iterator[tuple[str, str]]:
    found = covered.watcher
    if found is None:
        yield "not-installed", f"Greenroom is not installed in {repo.owner}"
        return
    if found.suspended:
        yield "suspended", f"the installation of Greenroom in {repo.owner} is suspended"
    elif not found.sees:
        selected = ", where repositories are selected one by one" if found.selected else ""
        yield "not-visible", f"Greenroom does not see {repo}{selected}"
    if missing := lacking(dict(found.permissions), WATCHER):
        yield "permissions", f"Greenroom was not granted {', '.join(missing)} in {repo.owner}"


def _of_hand(repo: RepoName, covered: Coverage) -> Iterator[tuple[str, str]]:
    """Without it nothing of the coordination repository can be read."""
    if not isinstance(covered.hand, Known):
        return
    found = covered.hand.value
    if found is None:
        yield "hand-not-installed", f"Greenroom Hand is not installed in {repo.owner}, where mirrors are kept"
        return
    if found.suspended:
        yield "hand-suspended", f"the installation of Greenroom Hand in {repo.owner} is suspended"
    if missing := lacking(dict(found.permissions), both() if covered.is_one_app else HAND):
        yield "hand-permissions", f"Greenroom Hand was not granted {', '.join(missing)} in {repo.owner}"


def _of_no_hand(covered: Coverage, rules: PolicyFile) -> Iterator[tuple[str, str]]:
    """To observe is a choice, and whole without a Hand. To have mirrors kept is another one, and takes one."""
    if isinstance(covered.hand, NotApplicable) and rules.coordination and rules.coordination.mode == "enforce":
        yield "no-hand", "mirrors are to be kept here, and there is no Greenroom Hand that could: it only observes"


def _of_webhook(covered: Coverage) -> Iterator[tuple[str, str]]:
    """Its address stays unsaid: who set it may have put a password into it."""
    if not isinstance(covered.webhook, Known):
        return
    webhook = covered.webhook.value
    if not webhook.url:
        yield "webhook-missing", "Greenroom's webhook has no address"
        return
    if not _points_here(webhook):
        yield "webhook-elsewhere", "Greenroom's webhook does not point to /webhooks/github of an https address"
    elif not _is_our_host(webhook):
        yield "webhook-other-host", "Greenroom's webhook points to another host than GREENROOM_PUBLIC_URL"
    if not webhook.verifies:
        yield "webhook-unverified", "GitHub does not verify the certificate of Greenroom's webhook"


def _of_silence(silence: Silence | None) -> Iterator[tuple[str, str]]:
    if silence is not None:
        yield "webhook-silent", f"{silence_told(silence)}: is the App's webhook switched off?"


def _points_here(webhook: Webhook) -> bool:
    try:
        parts = urlsplit(webhook.url or "")
        return parts.scheme == "https" and bool(parts.hostname) and parts.path == "/webhooks/github"
    except ValueError:
        return False


def _is_our_host(webhook: Webhook) -> bool:
    """As far as somebody said which that is."""
    return webhook.ours is None or urlsplit(webhook.url or "").netloc.lower() == urlsplit(webhook.ours).netloc.lower()


def _seen(repo: RepoName, covered: Coverage) -> str:
    is_selected = covered.watcher is not None and covered.watcher.selected
    return f"visible in {repo.owner}, where repositories are selected one by one" if is_selected else "visible"


def _consent(facts: RepositoryFacts, covered: Coverage, rules: PolicyFile, now: datetime) -> str:
    """Is somebody there to mend what policy enforces?"""
    if isinstance(covered.hand, NotApplicable) and rules.is_coordination(facts.name):
        return f"; {covered.hand.reason}"
    enforces = any(settings.mode == "enforce" for settings in rules.policies.values())
    if not enforces or rules.report_owner_of(facts.name, now) is None or isinstance(covered.hand, CannotTell):
        return ""
    if isinstance(covered.hand, NotApplicable):
        return f"; {covered.hand.reason}, and what policy enforces is not mended"
    return "" if _may_write(covered.hand.value) else f"; Greenroom Hand may not write in {facts.name.owner}"


def _may_write(hand: Presence | None) -> bool:
    return hand is not None and not hand.suspended and not lacking(dict(hand.permissions), HAND)
