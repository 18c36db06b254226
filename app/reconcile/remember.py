"""How are a plan's notes and verdicts written down? All of one look in one transaction, and nothing of it on GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from app.domain.actions import UpdateMirror
from app.domain.cases import NAMED, CaseEvent, Participant
from app.domain.delivery import Change
from app.domain.findings import Verdict
from app.domain.ids import AdvisoryKey, CaseKey, Key, MirrorId, PolicyKey, RepoName, RepositoryKey
from app.domain.mirrors import Mirror
from app.domain.records import Baseline, KnownAdvisory
from app.reconcile import keeping, noticing, showing, standing
from app.reconcile.accepting import name_of, renewed, taken_up
from app.reconcile.body import Body
from app.reconcile.comparing import baseline_parts
from app.reconcile.digests import Digests
from app.reconcile.good_look import Told
from app.reconcile.obeying import obey
from app.reconcile.plan import (
    AdoptMirror,
    CloseCase,
    Conclude,
    CveWritten,
    Disclosed,
    Doubt,
    EndOffers,
    Forget,
    ForgetAttempts,
    LeaveAlone,
    LookAt,
    Moved,
    Note,
    NoteOnCase,
    OpenCase,
    Plan,
    RunCommands,
    SaveBaselines,
    SawCopy,
    SawInside,
    SawReply,
    SawTeams,
    Watch,
)
from app.reconcile.read_back import what_differs
from app.reconcile.suggesting import Suggest
from app.store import (
    accepted,
    added,
    added_teams,
    advisories,
    attempts,
    audit,
    cases,
    cve_requests,
    disclosures,
    findings,
    freezes,
    good_looks,
    last_looks,
    moments,
    offers,
    reaching,
    relays,
    suggestions,
    timeline,
    unheard,
    work,
)
from policies.config import Policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Which case numbers the mirrors carry already: by advisory id, and the highest of all."""

    taken: Mapping[str, int]
    highest: int
    held: tuple[tuple[MirrorId, tuple[str, ...]], ...] = ()  # whose record cannot be trusted: what they name

    def held_by(self, ghsa: str) -> frozenset[MirrorId]:
        """Which of those name this advisory? It opens nothing while any does."""
        return frozenset(mirror for mirror, named in self.held if ghsa in named)


def remember(
    conn: Connection,
    *,
    plan: Plan,
    notes: Iterable[Note],
    told: Told,
    numbers: Numbers | None,
    policies: Policies,
    began: datetime,
    now: datetime,
    digests: Digests,
    happened: Iterable[Change] = (),
) -> tuple[str, ...]:
    """Write down what a look taught, and what people have to be told of it.

    `policies` are those under which the plan was made, `began` is when the look did, and `told` what GitHub told
    of what it asked. Without `numbers` no case is opened; the next look tries again. GitHub tells Apps of what
    `happened`. Gives the kinds of remedy of which people are told that there are too many.
    """
    verdicts = tuple(_news(conn, plan))
    keeping.keep(conn, verdicts, policies=policies, now=now)
    for repo, policy, verdict in verdicts:
        _accepted(conn, PolicyKey(repo, policy), verdict, policies=policies, now=now, digests=digests)
    standing.stands(conn, verdicts, policies=policies, began=began, now=now)
    unheard.saw(conn, happened)
    showing.wants(conn, plan, policies, now)
    notes = tuple(notes)
    for note in notes:
        _note(conn, note, key=plan.key, numbers=numbers, now=now, digests=digests)
    noticing.tell(conn, plan, notes, rules=policies.file, answered=told.answered, now=now, digests=digests)
    _looked(conn, plan.key, told, began)
    return reaching.capped(conn)


def _looked(conn: Connection, key: Key, told: Told, began: datetime) -> None:
    """Only a look that told something makes what was seen any younger."""
    if isinstance(key, RepositoryKey | PolicyKey):
        good_looks.saw(conn, key.repo, began, whole=told.whole, switch=told.switch)
    elif isinstance(key, CaseKey) and told.whole:
        last_looks.looked_at_case(conn, key.number, began)


def _news(conn: Connection, plan: Plan) -> Iterator[tuple[RepoName, str, Verdict]]:
    """What this look says. What it did not ask stays as it was before; a restart is no news."""
    for repo, policy, verdict in plan.verdicts:
        if not (verdict.unasked and any(each.policy == policy for each in findings.standings(conn, repo))):
            yield repo, policy, verdict


def _note(conn: Connection, note: Note, *, key: Key, numbers: Numbers | None, now: datetime, digests: Digests) -> None:
    match note:
        case Watch():
            _watch(conn, note, now)
        case Forget():
            advisories.forget(conn, note.repo, note.ghsa)
        case OpenCase():
            _open_case(conn, note, numbers, now)
        case Moved():
            cases.move(conn, note.link)
        case Suggest():
            suggestions.suggest(conn, note.case, note.suggestions, now=now)
        case (
            AdoptMirror()
            | Doubt()
            | SawCopy()
            | SaveBaselines()
            | SawInside()
            | SawTeams()
            | CloseCase()
            | Disclosed()
            | CveWritten()
            | EndOffers()
        ):
            _note_on_case(conn, note, now=now, digests=digests)
        case RunCommands() | SawReply():
            obey(conn, note, now)
        case Conclude():
            audit.conclude(conn, note.intent, note.outcome, at=now)
        case LeaveAlone():
            freezes.freeze(conn, note.freeze)
        case ForgetAttempts():
            attempts.forget(conn, key)
        case LookAt():
            work.mark(conn, note.keys, due=note.due or now, priority=work.ROUTINE if note.due else work.PROMPT)
        case _ as never:
            assert_never(never)


def _note_on_case(conn: Connection, note: NoteOnCase, *, now: datetime, digests: Digests) -> None:
    match note:
        case AdoptMirror():
            cases.set_mirror(conn, note.case, note.mirror, note.sequence, note.repository)
        case Doubt():
            cases.doubt(conn, note.case, now)
        case SaveBaselines():
            save_baselines(conn, case=note.case, values=note.values, digests=digests, forgotten=note.forgotten)
        case SawCopy():
            relays.note_copy(conn, note.copied)
        case SawInside():
            added.seen(conn, note.case, note.came, now)
            added.gone(conn, note.case, note.gone, now)
        case SawTeams():
            added_teams.seen(conn, note.case, note.came, now)
            added_teams.gone(conn, note.case, note.gone, now)
        case CloseCase():
            cases.close_case(conn, note.case, now)
        case Disclosed():
            disclosures.disclose(conn, note.case, note.disclosure, proposed=note.proposed)
        case CveWritten():
            cve_requests.written(conn, note.request, note.ghsa, at=now)
        case EndOffers():
            for field, how in note.fields:
                offers.end(conn, note.case, field)
                timeline.add(conn, note.case, CaseEvent(at=now, what="offer", detail=f"{field}: {how}"))


def save_baselines(
    conn: Connection,
    *,
    case: int,
    values: Mapping[str, str],
    digests: Digests,
    forgotten: frozenset[str] = frozenset(),
) -> None:
    """Both sides share these values now. Only keyed digests are kept; other fields keep theirs."""
    known = {name: each for name, each in cases.baselines(conn, case).items() if name not in forgotten}
    for field, value in values.items():
        made = digests.of(*baseline_parts(case, field, value))
        known[field] = Baseline(key_id=made.key_id, digest=made.value)
    cases.save_baselines(conn, case, known)


def got_to(conn: Connection, *, action: UpdateMirror, shown: Mirror, digests: Digests) -> None:
    """Write down how far the record of a mirror got, where GitHub shows what we sent."""
    sent = action.fields.description
    if sent is not None and "description" not in what_differs(shown, action.fields):
        cases.got_to(conn, action.case, Body.parse(sent, digests).record.sequence)


def _accepted(
    conn: Connection, key: PolicyKey, verdict: Verdict, *, policies: Policies, now: datetime, digests: Digests
) -> None:
    """What an exemption is first found to cover, nothing included, it covers from then on."""
    exemption = policies.file.exemption(key.policy, key.repo, now)
    found = exemption and taken_up(verdict, key, exemption, now, digests)
    if exemption and found:
        accepted.remember(conn, key.repo, key.policy, name_of(exemption), found)
    if not digests.renews or not verdict.accounts:
        return
    for (policy, name), then in accepted.taken_up(conn, key.repo).items():
        if policy == key.policy and (anew := renewed(verdict, policy, name, then, digests)):
            accepted.renew(conn, key.repo, policy, name, anew)


def _watch(conn: Connection, note: Watch, now: datetime) -> None:
    known = KnownAdvisory(
        repo=note.repo,
        ghsa=note.ghsa,
        state=note.state,
        candidate=note.is_candidate,
        tools=note.tools,
        first_seen=now,
        observed_at=now,
    )
    advisories.remember(conn, known)


def _open_case(conn: Connection, note: OpenCase, numbers: Numbers | None, now: datetime) -> None:
    if numbers is None or _is_claimed(conn, note.link, numbers):
        return
    free = max(numbers.highest, cases.highest_number(conn)) + 1
    number = numbers.taken.get(str(note.link.ghsa), free)
    invited = [Participant(tool=tool, why=NAMED) for tool in note.tools]
    opened = cases.open_case(conn, number=number, links=[note.link], participants=invited, now=now)
    advisories.forget(conn, note.link.repo, note.link.ghsa)  # from now on it is looked at with its case
    work.mark(conn, [CaseKey(opened)], due=now, priority=work.PROMPT)


def _is_claimed(conn: Connection, link: AdvisoryKey, numbers: Numbers) -> bool:
    """Does a mirror say that it belongs to a case, which does not have it? A second mirror would show it anew.

    Its record cannot be trusted, or could not until now, or it was taken out and the mirror does not say so yet, or the
    case is still to come back from its mirror.
    """
    if cases.case_of(conn, link.ghsa) is not None:
        return False
    ghsa = str(link.ghsa)
    if numbers.held_by(ghsa):
        return True
    if (number := numbers.taken.get(ghsa)) is None:
        return False
    return cases.is_there(conn, number) or moments.last(conn, moments.CASES_REBUILT) is None
