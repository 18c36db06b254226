"""What becomes public, and when? More verbs, as those of `vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from app.sandbox import people
from app.sandbox.server.vocabulary import Stage, Verb


def delay_global_database(stage: Stage, *, minutes: int) -> None:
    """From now on advisories get into the global database so long after they were published."""
    stage.world.reviewed_after = timedelta(minutes=minutes)


def publish_cve(stage: Stage, *, cve_id: str) -> None:
    """Somebody publishes a CVE record elsewhere; the global database takes it over. GitHub sends nothing."""
    people.publish_cve(stage.world, cve_id)


DISCLOSURE_VERBS: Mapping[str, Verb] = {
    function.__name__.replace("_", "-"): function for function in (delay_global_database, publish_cve)
}
