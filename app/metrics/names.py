"""Which metrics are there, and what does each say?

None has a label that names a repository, an account, a person, a case or an advisory, and what is counted would be the
same without any (`openly.py`): whoever may read metrics need not be one of those who may know that there is an advisory
at all. What they tell all the same stands in docs/known-flaws.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from app.domain.records import Ended

OUTCOMES = get_args(Ended)
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)  # GitHub gives up after ten seconds


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number that is read when somebody asks."""

    says: str
    labels: tuple[str, ...] = ()


ACK = "greenroom_ack_seconds"
ACK_SAYS = "From the end of a delivery's headers to our answer, in seconds"
GAUGES: Mapping[str, Gauge] = {
    "greenroom_ready": Gauge("1 where every check of /readyz is ok"),
    "greenroom_check_ok": Gauge("1 where this check of /readyz is ok", ("check",)),
    "greenroom_clock_skew_seconds": Gauge("How far GitHub's clock is ahead of this machine's"),
    "greenroom_last_look_age_seconds": Gauge(
        "Age of the oldest last good look of a tier; of repositories, 900 where it is less", ("tier",)
    ),
    "greenroom_tier_target_seconds": Gauge("How old 19 of 20 last looks of a tier are meant to be at most", ("tier",)),
    "greenroom_tier_p95_seconds": Gauge(
        "How old 19 of 20 last looks of a tier were at most, in the last day, or may be where that is more", ("tier",)
    ),
    "greenroom_tier_round_seconds": Gauge(
        "How long a round over a tier takes inside our share of GitHub's limit, in the slowest account,"
        " if nothing is open",
        ("tier",),
    ),
    "greenroom_last_delivery_age_seconds": Gauge("Age of the last delivery that was taken in"),
    "greenroom_delivery_log_age_seconds": Gauge("Age of the last whole look at GitHub's own log of deliveries"),
    "greenroom_deliveries_recovered": Gauge("Deliveries that never arrived, by that log, and were made up for"),
    "greenroom_deliveries_ignored": Gauge("Deliveries that never arrived, by that log, and ask for nothing we know"),
    "greenroom_deliveries_signed": Gauge(
        "Bodies since the start, signed with the current webhook secret, the previous one, or none of ours", ("secret",)
    ),
    "greenroom_queue_due": Gauge("How much is due and not being worked on, without advisories and cases"),
    "greenroom_queue_age_seconds": Gauge("For how long what waits longest is due, in whole minutes"),
    "greenroom_budget_room": Gauge(
        "Requests, in hundreds, that routine work has to wait for where it waits longest; 0: nowhere"
    ),
    "greenroom_writes": Gauge(
        "Switches of private reporting that were set, or were to be, by how that ended, as the audit has it",
        ("outcome",),
    ),
    "greenroom_writes_on": Gauge("0 while nothing is written, by the setting or the switch"),
    "greenroom_frozen": Gauge("What is left alone because others keep undoing it, without advisories and cases"),
    "greenroom_notices_open": Gauge("Notices that are open, without those of advisories and cases", ("severity",)),
    "greenroom_notices_undelivered": Gauge("Open notices that went over no channel yet", ("severity",)),
    "greenroom_channels_failing": Gauge("Channels whose last message did not arrive"),
    "greenroom_channel_failing_seconds": Gauge("For how long the one that fails longest does"),
    "greenroom_audit_whole": Gauge("0 where a row of the audit is not as it was written, or is missing"),
    "greenroom_audit_verified_age_seconds": Gauge("Age of the last time that the audit was found whole"),
    "greenroom_policy_valid": Gauge("0 where the policy file as it is now is not in force"),
}
