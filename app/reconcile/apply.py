"""How is one action done, so that it is done at most once and we know afterwards whether it was?

The intent is written before anything is sent, the outcome after it was read back. Where the answer is lost the intent
stays open: the next look finds out what happened, and only then is anything sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar, assert_never

from sqlalchemy import Connection

from app.clock import Clock
from app.domain.actions import (
    Action,
    BlankMirror,
    CloseMirror,
    CommentOnMirror,
    InviteToMirror,
    OfTeam,
    OpenMirror,
    RelayComment,
    RemoveFromMirror,
    SetCollaborators,
    SetPrivateReporting,
    UpdateMirror,
    UpdateSource,
)
from app.domain.facts import Configuration, Fact, Known
from app.domain.ids import Key, MirrorId, RepoName
from app.domain.lease import Lease, LeaseLost
from app.domain.mirrors import Mirror, store_of
from app.domain.records import Attempt, Ended, Intent
from app.github.errors import Ambiguous, Held, Refused, RetryLater
from app.github.mirrors import STORES
from app.github.reader import Reader
from app.github.writer import Announce, Writer
from app.reconcile import letting_in
from app.reconcile.announcing import announce, opened
from app.reconcile.digests import Digests
from app.reconcile.gates import fingerprint
from app.reconcile.plan import Step
from app.reconcile.read_back import absent, shown_people, unlike, what_differs
from app.reconcile.remember import got_to, save_baselines
from app.reconcile.team_sending import Teams
from app.store import added, attempts, audit, commands
from app.store.database import Database

T = TypeVar("T")
IS_SO = "so already"
_LOOK_AFTER = timedelta(seconds=10)  # a look finds what took effect; decide knows how long to wait where nothing did


class Exposed(Exception):
    """An issue was written while its repository was made public. Nothing else may be written; people must see it."""


class _IsSo(Exception):
    """There was nothing to send any more. The message says why."""


class Applier:
    """Does what a plan says, one step at a time."""

    def __init__(self, reader: Reader, writer: Writer, database: Database, clock: Clock, digests: Digests) -> None:
        self._reader, self._writer = reader, writer
        self._database, self._clock, self._digests = database, clock, digests
        self._teams = Teams(reader, writer, database, clock)

    async def apply(self, step: Step, key: Key, seen: tuple[Intent, ...], *, lease: Lease) -> str:
        """Do one step and say what became of it: done, so already, refused, without effect, or held.

        `seen` are the writes that were open when it was decided. Raises RetryLater where the outcome is not known yet,
        LeaseLost where somebody else goes on, and Exposed.
        """
        action = step.action
        if why_not := await self.why_held(action):
            return f"held: {why_not}"
        print_of_it, began = fingerprint(action, self._digests), self._clock.now()
        told = partial(announce, action=action, key=key, fingerprint=print_of_it, seen=seen, at=began)
        intent = await self._database.write(told)
        if isinstance(action, OpenMirror):
            # Before it is sent: if the answer is lost, the mirror that was made says exactly this.
            await self._synced(action.case, step)
        try:
            created = await self._send_as(intent, action, lease)
            trouble = await self._read_back(action, created, began)
        except _IsSo as so:
            await self._conclude(intent, "not sent", str(so))
            return IS_SO
        except Refused as error:
            return await self._in_vain(key, print_of_it, intent, "refused", str(error))
        except Ambiguous as error:
            raise RetryLater(str(error), after=_LOOK_AFTER) from error  # the intent stays open
        except Held as error:
            await self._conclude(intent, "not sent", str(error))
            return f"held: {error}"
        except (RetryLater, LeaseLost) as error:
            await self._conclude(intent, "not sent", str(error))
            raise
        if trouble:
            lease.check()  # else somebody who works on it by now may have changed what was read back
            return await self._in_vain(key, print_of_it, intent, "without effect", trouble)
        if isinstance(action, UpdateMirror):
            await self._synced(action.case, step)  # before it counts as done
        await self._conclude(intent, "done", None)
        return "done"

    async def _send_as(self, intent: int, action: Action, lease: Lease) -> MirrorId | None:
        created = await self._send(action, lease)
        if isinstance(action, OpenMirror) and created:
            await self._database.write(partial(opened, case=action.case, mirror=created, intent=intent))
        return created

    async def why_held(self, action: Action) -> str | None:
        """Why could nothing be sent for this now? None where it could. Raises RetryLater."""
        return await self._writer.why_not(action.repo, _permission(action))

    async def _synced(self, case: int, step: Step) -> None:
        await self._database.write(partial(save_baselines, case=case, values=step.synced, digests=self._digests))

    async def _read_back(self, action: Action, created: MirrorId | None, began: datetime) -> str | None:
        """What is wrong with what was sent? Whatever cannot be asked now, it was sent. Raises Ambiguous and Exposed."""
        try:
            await self._look_around(action)
            return await self._trouble(action, created, began)
        except RetryLater as error:
            raise Ambiguous(f"it was sent and could not be read back: {error}") from error

    async def _look_around(self, action: Action) -> None:
        """Was it private there when it was written? Only an issue depends on that.

        The intent stays open where it was not, so that the next look takes the text out again. Raises Exposed.
        """
        says = OpenMirror | UpdateMirror | CommentOnMirror | RelayComment | CloseMirror
        if not isinstance(action, says) or action.store != "issue":
            return
        if not _told(await self._reader.coordination_repository(action.repo)).private:
            raise Exposed(
                f"{action.repo} was made public while case {action.case} was written; the text of its issue is taken "
                "out, its comments stay, and GitHub keeps the edit history of the issue"
            )

    async def _send(self, action: Action, lease: Lease) -> MirrorId | None:
        match action:
            case SetPrivateReporting():
                await self._writer.set_private_reporting(action.repo, action.enabled, lease=lease)
            case SetCollaborators():
                if not await self._writer.add_people(action.repo, action.ghsa, action.add, lease=lease):
                    raise _IsSo("everybody is there already")
            case InviteToMirror():
                await self._let_in(action, lease)
            case RemoveFromMirror() | OfTeam():
                await self._change_readers(action, lease)
            case OpenMirror():
                return await self._writer.open_mirror(action.repo, action.store, action.fields, lease=lease)
            case UpdateMirror() | BlankMirror():
                await self._writer.update_mirror(action.repo, action.mirror, action.fields, lease=lease)
            case UpdateSource():
                await self._still_so(action)
                await self._writer.update_source(action.repo, action.ghsa, action.fields, lease=lease)
            case CommentOnMirror() | RelayComment():
                await self._say(action, lease)
            case CloseMirror():
                await self._writer.close_mirror(action.repo, action.mirror, lease=lease)
            case _ as never:
                assert_never(never)
        return None

    async def _trouble(  # noqa: PLR0911 - one a kind
        self, action: Action, created: MirrorId | None, began: datetime
    ) -> str | None:
        """Read back what was written. None where it is so; raises Ambiguous where we cannot tell."""
        match action:
            case SetPrivateReporting():
                is_now = _told(await self._reader.private_reporting(action.repo))
                return None if is_now == action.enabled else await self._what_blocks(action.repo)
            case SetCollaborators():
                return absent(shown_people(_told(await self._reader.advisory(action.repo, action.ghsa))), action.add)
            case InviteToMirror() | RemoveFromMirror():
                return await self._listed(action, began)
            case OfTeam():
                return await self._teams.trouble(action)
            case OpenMirror():
                assert created is not None  # noqa: S101 - what was opened has an id
                return unlike(await self._mirror(action.repo, created), action.fields)
            case UpdateMirror():
                shown = await self._mirror(action.repo, action.mirror)
                await self._database.write(partial(got_to, action=action, shown=shown, digests=self._digests))
                return unlike(shown, action.fields)
            case BlankMirror():
                return unlike(await self._mirror(action.repo, action.mirror), action.fields)
            case UpdateSource():
                return unlike(_told(await self._reader.advisory(action.repo, action.ghsa)), action.fields)
            case CommentOnMirror() | RelayComment():
                return None  # GitHub's answer was the comment itself, and a reply is not told twice
            case CloseMirror():
                state = (await self._mirror(action.repo, action.mirror)).state
                return None if state == "closed" else f"GitHub accepted the closing and shows it as {state}"
            case _ as never:
                assert_never(never)

    async def _still_so(self, action: UpdateSource) -> None:
        """Its people said yes to changing what it said then, and only while it is a draft."""
        looked = await self._reader.advisory(action.repo, action.ghsa)
        if not isinstance(looked, Known):
            raise RetryLater(f"cannot tell what the advisory says now: {looked.reason}")
        if not looked.value.is_open or what_differs(looked.value, action.was):
            raise _IsSo("the advisory says something else by now")

    async def _say(self, action: CommentOnMirror | RelayComment, lease: Lease) -> None:
        if isinstance(action, CommentOnMirror):
            await self._reply(action, lease)
        elif action.copy is None:
            await self._writer.comment(action.repo, action.about, action.body, lease=lease)
        else:
            await self._writer.edit_comment(action.repo, action.about, action.copy, action.body, lease=lease)

    async def _reply(self, action: CommentOnMirror, lease: Lease) -> None:
        reply = await self._writer.comment(action.repo, action.mirror, action.body, lease=lease)
        await self._database.write(partial(commands.answered, number=action.case, comment=action.about, reply=reply))

    async def _change_readers(self, action: RemoveFromMirror | OfTeam, lease: Lease) -> None:
        if isinstance(action, OfTeam):
            is_sent = await self._teams.change(action, lease=lease)
        else:
            accounts = {person.id for person in action.remove}
            is_sent = await self._writer.take_out(action.repo, action.mirror, accounts, lease=lease)
        if not is_sent:
            raise _IsSo("those who read it are those who should")

    async def _let_in(self, action: InviteToMirror, lease: Lease) -> None:
        async def send(announce: Announce) -> bool:
            people = (action.repo, action.mirror, action.add)
            return await self._writer.add_people(*people, lease=lease, announce=announce)

        await letting_in.let_in(action, send, database=self._database, clock=self._clock)

    async def _listed(self, action: InviteToMirror | RemoveFromMirror, began: datetime) -> str | None:
        """Are those whom we added listed, and those whom we took out not? Writes down who is inside because of us."""
        now, listed = self._clock.now(), shown_people(await self._mirror(action.repo, action.mirror))
        await self._database.write(partial(letting_in.put_back, case=action.case, listed=listed, since=began, now=now))
        if isinstance(action, InviteToMirror):
            await self._database.write(partial(letting_in.saw, case=action.case, listed=listed, now=now))
            return absent(listed, action.add)
        inside = {person.id for person in listed}
        out = [person.id for person in action.remove if person.id not in inside]
        await self._database.write(partial(added.gone, case=action.case, accounts=out, at=now))
        still = ", ".join(person.login for person in action.remove if person.id in inside)
        return f"GitHub accepted the change and still lists {still}" if still else None

    async def _mirror(self, repo: RepoName, mirror: MirrorId) -> Mirror:
        return _told(await self._reader.mirror(repo, mirror))

    async def _what_blocks(self, repo: RepoName) -> str:
        """GitHub: "Security configuration enforcement": such a write appears to succeed and changes nothing."""
        match await self._reader.configuration(repo):
            case Known(value=Configuration(enforced=True, name=name)):
                return f"blocked by configuration “{name}”, which is enforced"
            case _:
                return "GitHub accepted the change and shows the old setting"

    async def _in_vain(self, key: Key, print_of_it: str, intent: int, outcome: Ended, why: str) -> str:
        """Write down that this had no effect, so that it is not tried again until something changes."""
        attempt = Attempt(key=key, fingerprint=print_of_it, outcome=outcome, reason=why, at=self._clock.now())

        def both(conn: Connection) -> None:
            attempts.remember(conn, attempt)
            audit.conclude(conn, intent, outcome, why, at=attempt.at)

        await self._database.write(both)
        return f"{outcome}: {why}"

    async def _conclude(self, intent: int, outcome: Ended, detail: str | None) -> None:
        await self._database.write(lambda conn: audit.conclude(conn, intent, outcome, detail, at=self._clock.now()))


def _permission(action: Action) -> str:
    """What the action needs write permission for (GitHub: "Permissions required for GitHub Apps")."""
    match action:
        case SetPrivateReporting():
            return "administration"
        case SetCollaborators() | UpdateSource():
            return "repository_advisories"
        case RelayComment():
            return STORES[store_of(action.about)].writes_with
        case _:
            return STORES[action.store].writes_with


def _told(fact: Fact[T]) -> T:
    if not isinstance(fact, Known):
        raise Ambiguous(f"it was sent and cannot be read back: {fact.reason}")
    return fact.value
