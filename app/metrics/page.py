"""What stands on `/metrics` now?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.clock import APART, Clock
from app.domain.tiers import NAMED, Freshness
from app.github.client import Client
from app.github.registration import Registration
from app.health.self_watch import AUDIT_WHOLE
from app.health.vitals import State, Vitals
from app.metrics import openly
from app.metrics.names import ACK, ACK_SAYS, BUCKETS, GAUGES, OUTCOMES
from app.policy_file.in_force import PolicyInForce
from app.store.database import Database
from app.store.delivery_log import LOG_READ
from app.store.figures import Counted, Figures, figures
from app.sweeping.poll import polled
from app.sweeping.sweep import COMPLETE_SWEEP
from policies.policy import about_advisories

_COUNTED = Counted(without=about_advisories(), writes=openly.WRITES, notices=openly.is_told, frozen=openly.is_open)
# A named repository is looked at a little later where something is open; nobody acts on such an age.
_LEAST_AGE = {"repositories": NAMED.target.total_seconds()}
Sample: TypeAlias = tuple[str, tuple[str, ...], float]  # name, values of its labels, value


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What this process knows by itself."""

    checks: Mapping[str, State]
    skew: timedelta | None
    rooms: Sequence[int]
    is_policy_valid: bool
    signed: Mapping[str, int]


class Metrics:
    """Counts what passes, and gathers the rest from the database when it is asked."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        policy: PolicyInForce,
        vitals: Vitals,
        client: Client,
        apps: Iterable[Registration],
        may_write: bool,
    ) -> None:
        self._database, self._clock, self._policy, self._vitals = database, clock, policy, vitals
        self._client, self._apps, self._may_write = client, tuple(dict.fromkeys(apps)), may_write
        self._passing = CollectorRegistry()
        self.ack = Histogram(ACK, ACK_SAYS, buckets=BUCKETS, registry=self._passing)
        self.signed = dict.fromkeys(("current", "previous", "none"), 0)

    async def page(self) -> bytes:
        """Prometheus' text format."""
        now, rules = self._clock.now(), self._policy.current().file
        found = await self._database.read(
            partial(
                figures,
                complete_sweep=COMPLETE_SWEEP,
                audit_whole=AUDIT_WHOLE,
                log_read=LOG_READ,
                repositories=rules.repositories(),
                switches=polled(rules, now),
                counted=_COUNTED,
                now=now,
            )
        )
        gathered = CollectorRegistry(auto_describe=False)
        gathered.register(
            _Gathered((*of_process(await self._process()), *of_database(found, now, may_write=self._may_write)))
        )
        return generate_latest(self._passing) + generate_latest(gathered)

    async def _process(self) -> Process:
        concerns = self._policy.current().concerns  # anybody may install a public App, and as many as like
        return Process(
            checks=await self._vitals.checks(),
            skew=self._client.skew,
            rooms=[left for app in self._apps for left in app.rooms(concerns).values()],
            is_policy_valid=self._policy.mistakes is None,
            signed=self.signed,
        )


def of_process(known: Process) -> Iterator[Sample]:
    yield "greenroom_ready", (), float(set(known.checks.values()) == {"ok"})
    for check, state in known.checks.items():
        yield "greenroom_check_ok", (check,), float(state == "ok")
    if known.skew is not None:
        yield "greenroom_clock_skew_seconds", (), known.skew.total_seconds()
    yield "greenroom_budget_room", (), float(openly.room(known.rooms))
    yield from (("greenroom_deliveries_signed", (secret,), float(count)) for secret, count in known.signed.items())
    yield "greenroom_policy_valid", (), float(known.is_policy_valid)


def of_database(found: Figures, now: datetime, *, may_write: bool) -> Iterator[Sample]:
    health = found.health
    for tier, at in found.looked_at.items():
        yield "greenroom_last_look_age_seconds", (tier,), max(_age(at, now), _LEAST_AGE.get(tier, 0.0))
    yield from of_tiers(found.freshness)
    if found.delivered_at is not None:
        yield "greenroom_last_delivery_age_seconds", (), _age(found.delivered_at, now)
    if found.log_read_at is not None:
        yield "greenroom_delivery_log_age_seconds", (), _age(found.log_read_at, now)
    yield "greenroom_deliveries_recovered", (), float(found.missed.recovered)
    yield "greenroom_deliveries_ignored", (), float(found.missed.ignored)
    yield "greenroom_queue_due", (), float(found.due)
    yield "greenroom_queue_age_seconds", (), _whole_minutes(_age(health.waits_since, now))
    for outcome in OUTCOMES:
        yield "greenroom_writes", (outcome,), float(found.writes.get(outcome, 0))
    yield "greenroom_writes_on", (), float(may_write and (health.switch is None or health.switch.is_on))
    yield "greenroom_frozen", (), float(found.frozen)
    for severity in ("info", "warning", "page"):
        yield "greenroom_notices_open", (severity,), float(found.open_notices.get(severity, 0))
        yield "greenroom_notices_undelivered", (severity,), float(found.undelivered.get(severity, 0))
    failing = [each.failing_since for each in health.silent if each.failing_since]
    yield "greenroom_channels_failing", (), float(len(health.silent))
    yield "greenroom_channel_failing_seconds", (), _age(min(failing, default=None), now)
    yield "greenroom_audit_whole", (), float(not health.is_audit_broken)
    if health.audit_whole_at is not None:
        yield "greenroom_audit_verified_age_seconds", (), _age(health.audit_whole_at, now)


def of_tiers(found: Iterable[Freshness]) -> Iterator[Sample]:
    """Without those that are there only where a case or an advisory is open.

    Other looks come a little later where something is, so none is told to be younger than it may be old.
    """
    for each in found:
        if each.tier.quiet:
            continue
        yield "greenroom_tier_target_seconds", (each.tier.name,), each.tier.target.total_seconds()
        if each.day is not None:
            yield "greenroom_tier_p95_seconds", (each.tier.name,), max(each.day, each.allows).total_seconds()
        if each.every is not None:
            yield "greenroom_tier_round_seconds", (each.tier.name,), each.every.total_seconds()


class _Gathered(Collector):
    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples = tuple(samples)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, gauge in GAUGES.items():
            family = GaugeMetricFamily(name, gauge.says, labels=gauge.labels)
            for each, labels, value in self._samples:
                if each == name:
                    family.add_metric(list(labels), value)
            yield family


def _age(at: datetime | None, now: datetime) -> float:
    """A time to come is of a clock that was ahead: how long ago that was nobody knows."""
    if at is None:
        return 0.0
    return math.inf if at - now > APART else max(0.0, (now - at).total_seconds())


def _whole_minutes(seconds: float) -> float:
    """What is worked on at once has no age, whatever it is."""
    return seconds if math.isinf(seconds) else seconds // 60 * 60
