"""What is so of everything that an instance needs? Asks GitHub and the database, and writes nothing to GitHub."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr
from sqlalchemy import func, select

from app.doctor import unseen
from app.doctor.patience import SECONDS, Patience
from app.doctor.reaching import drafts, fact, hidden, listing
from app.doctor.seen import AppSeen, HomeSeen, HookSeen, MachineSeen, Seen
from app.domain.facts import CannotTell, Fact, Known, NotApplicable, RepositoryFacts
from app.domain.ids import RepoName
from app.domain.mirrors import Mirror
from app.domain.tiers import Freshness
from app.github.client import Unauthenticated
from app.github.credentials import AppCredentials, Signer
from app.github.delivery_log import failing
from app.github.errors import RetryLater
from app.github.itself import UnknownApp, itself
from app.github.reader import Reader
from app.github.registration import NotInstalled, Registration
from app.github.roles import roles
from app.health.vitals import WRITTEN
from app.main import Greenroom
from app.reconcile.recalling import silence_now
from app.store import freshness, moments, switches
from app.store.begun import NoDatabase
from app.store.schema import deliveries
from app.store.sendings import notify_state
from app.store.uncovered import uncovered
from app.sweeping.sweep import COMPLETE_SWEEP
from policies import configuration_agrees
from policies.config import PolicyFile
from policies.permissions import EVENTS, HAND, WATCHER, both

T = TypeVar("T")
AT_ONCE = 4
_UNASKED = NotApplicable("not asked")


async def read(greenroom: Greenroom, *, missing: NoDatabase | None = None, seconds: float = SECONDS) -> Seen:
    """Look at everything once. What cannot be told is said so, whatever it is that failed or did not come in time.

    `missing`: there is no database yet, and that of `greenroom` was made to look with.
    """
    now, rules = greenroom.clock.now(), greenroom.policy.current().file
    look = Patience(seconds).look
    apps = [await look(_watcher(greenroom), partial(unseen.of_app, greenroom.watcher))]
    if greenroom.hand is not greenroom.watcher:
        apps.append(await look(_hand(greenroom), partial(unseen.of_app, greenroom.hand)))
    installed = _known(apps[0].installations)
    watched = [each for each in installed if rules.names_account(each.account) and not each.suspended]
    return Seen(
        now=now,
        apps=tuple(apps),
        hook=await look(_hook(greenroom), partial(unseen.of_hook, greenroom)),
        roles=roles(greenroom.watcher, greenroom.hand),
        enforced=_enforced(rules),
        home=await look(_home(greenroom), partial(unseen.of_home, greenroom)),
        drafts={each.account: await look(drafts(greenroom, each), str) for each in watched},
        listing={each.account: await look(listing(greenroom.watcher, each), str) for each in watched},
        configurations=await look(_configurations(greenroom), partial(_configurations_unseen, greenroom)),
        machine=replace(await _machine(greenroom), missing=missing),
        fresh=await look(_fresh(greenroom), lambda _why: None),
        uncovered=await look(greenroom.database.read(uncovered), lambda _why: ()),
    )


def _enforced(rules: PolicyFile) -> tuple[str, ...]:
    mirrors = ["mirrors"] if rules.coordination and rules.coordination.mode == "enforce" else []
    return (*mirrors, *sorted(name for name, settings in rules.policies.items() if settings.mode == "enforce"))


async def _fresh(greenroom: Greenroom) -> tuple[Freshness, ...] | None:
    return await greenroom.database.read(partial(freshness.freshness, now=greenroom.clock.now()))


def _configurations_unseen(greenroom: Greenroom, why: str) -> tuple[tuple[RepoName, str, str], ...]:
    return tuple((repo, "cannot tell", why) for repo in _declared(greenroom))


async def _watcher(greenroom: Greenroom) -> AppSeen:
    settings, rules = greenroom.settings, greenroom.policy.current().file
    keys = _set(GREENROOM_PRIVATE_KEY=settings.private_key, GREENROOM_PRIVATE_KEY_NEXT=settings.private_key_next)
    app = greenroom.watcher
    installations = await _asked(greenroom, app.installations)
    return AppSeen(
        name=app.name,
        keys=await _keys(greenroom, settings.app_id, keys),
        registered=await _asked(greenroom, partial(itself, app)),
        installations=installations,
        asked=both() if roles(app, greenroom.hand) == "one for both" else WATCHER,
        events=EVENTS,
        needed_in=rules.accounts(),
        named=rules.accounts(),
        hidden=await hidden(app, _known(installations), rules.repositories()),
    )


async def _hand(greenroom: Greenroom) -> AppSeen:
    settings, rules = greenroom.settings, greenroom.policy.current().file
    keys = _set(
        GREENROOM_HAND_PRIVATE_KEY=settings.hand_private_key,
        GREENROOM_HAND_PRIVATE_KEY_NEXT=settings.hand_private_key_next,
    )
    app = greenroom.hand
    installations = await _asked(greenroom, app.installations)
    needed = {rules.coordination.repository} if rules.coordination else set[RepoName]()
    return AppSeen(
        name=app.name,
        keys=await _keys(greenroom, settings.hand_app_id or "", keys),
        registered=await _asked(greenroom, partial(itself, app)),
        installations=installations,
        asked=HAND,
        events=frozenset(),
        needed_in=tuple(each.owner.lower() for each in needed),
        named=rules.accounts(),
        hidden=await hidden(app, _known(installations), needed),
    )


async def _asked(greenroom: Greenroom, ask: Callable[[], Awaitable[T]]) -> Fact[T]:
    try:
        return Known(value=await ask(), observed_at=greenroom.clock.now())
    except (RetryLater, NotInstalled) as error:
        return CannotTell(str(error))


def _set(**keys: SecretStr | None) -> dict[str, SecretStr]:
    return {setting: key for setting, key in keys.items() if key is not None}


async def _keys(greenroom: Greenroom, app_id: str, keys: Mapping[str, SecretStr]) -> dict[str, str]:
    """Each key by itself: the App takes whichever is accepted, so a dead one would not be missed."""
    found = {}
    for setting, key in keys.items():
        signers: list[Signer] = [AppCredentials(app_id, key.get_secret_value())]
        alone = Registration(name=setting, signers=signers, client=greenroom.client, clock=greenroom.clock)
        try:
            await itself(alone)
            found[setting] = "accepted"
        except Unauthenticated:
            found[setting] = "refused"
        except UnknownApp:
            found[setting] = "unknown"
        except RetryLater as error:
            found[setting] = str(error)
    return found


async def _hook(greenroom: Greenroom) -> HookSeen:
    latest = select(func.max(deliveries.c.received_at))
    return HookSeen(
        webhook=await _asked(greenroom, greenroom.watcher.webhook),
        public_url=greenroom.settings.public_url,
        last_delivery=await greenroom.database.read(lambda conn: conn.execute(latest).scalar()),
        failing=await _asked(greenroom, lambda: failing(greenroom.watcher)),
        silence=await greenroom.database.read(silence_now),
    )


async def _home(greenroom: Greenroom) -> HomeSeen | None:
    kept = greenroom.policy.current().file.coordination
    if kept is None or roles(greenroom.watcher, greenroom.hand) == "no Hand":
        return None
    reader, repo = greenroom.reader, kept.repository
    found = await fact(partial(reader.coordination, repo))
    mirrors = await fact(partial(reader.mirrors, repo, kept.store))
    drafts = mirrors if kept.store == "advisory" else await fact(partial(reader.mirrors, repo, "advisory"))
    return HomeSeen(
        repository=repo, store=kept.store, found=found, drafts=drafts, comments=await _comments(reader, mirrors)
    )


async def _comments(reader: Reader, mirrors: Fact[tuple[Mirror, ...]]) -> Fact[int]:
    if not isinstance(mirrors, Known):
        return CannotTell(mirrors.reason)
    if not mirrors.value:
        return CannotTell("there is no mirror yet whose comments could be asked for")
    first = mirrors.value[0]
    said = await fact(partial(reader.comments.of, first.repo, first.id))
    return (
        Known(value=len(said.value), observed_at=said.observed_at)
        if isinstance(said, Known)
        else CannotTell(said.reason)
    )


async def _configurations(greenroom: Greenroom) -> tuple[tuple[RepoName, str, str], ...]:
    now, rules = greenroom.clock.now(), greenroom.policy.current().file
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(repo: RepoName) -> tuple[RepoName, str, str]:
        async with turns:
            attached = await fact(partial(greenroom.reader.configuration, repo))
        facts = RepositoryFacts(
            name=repo, private_reporting=_UNASKED, configuration=attached, advisories=_UNASKED, owners_people=_UNASKED
        )
        verdict = configuration_agrees.check(facts, rules, now)
        return repo, verdict.state, verdict.message

    return tuple(await asyncio.gather(*map(one, _declared(greenroom))))


def _declared(greenroom: Greenroom) -> list[RepoName]:
    now, rules = greenroom.clock.now(), greenroom.policy.current().file
    return sorted((repo for repo in rules.repositories() if rules.report_owner_of(repo, now)), key=str)


async def _machine(greenroom: Greenroom) -> MachineSeen:
    settings, database = greenroom.settings, greenroom.database
    place = Path(database.place) if settings.database_url.startswith("sqlite") else None
    usage = shutil.disk_usage(place.parent) if place else None
    return MachineSeen(
        skew=greenroom.client.skew,
        place=database.place,
        is_writable=await _is_written(greenroom),
        free=usage.free if usage else None,
        disk=usage.total if usage else None,
        policy=greenroom.policy.name,
        mistakes=greenroom.policy.mistakes,
        swept_at=await database.read(partial(moments.last, name=COMPLETE_SWEEP)),
        sweep_every=timedelta(seconds=settings.sweep_seconds),
        rotates_secret=settings.webhook_secret_previous is not None,
        digest_keys=len([key for key in settings.digest_keys.get_secret_value().split(",") if key.strip()]),
        missing_for_sign_in=settings.missing_for_sign_in,
        origin=settings.origin,
        channels=await database.read(notify_state),
        writes="off, by GREENROOM_WRITES" if settings.writes == "off" else await database.read(switches.why_off),
    )


async def _is_written(greenroom: Greenroom) -> bool:
    try:
        await greenroom.database.write(partial(moments.note, name=WRITTEN, at=greenroom.clock.now()))
    except Exception:  # noqa: BLE001 - full, locked, read-only: whatever it is, nothing can be kept
        return False
    return True


def _known(fact: Fact[tuple[Any, ...]]) -> tuple[Any, ...]:
    return fact.value if isinstance(fact, Known) else ()
