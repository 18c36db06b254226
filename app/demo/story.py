"""Which six things does the demo show?

Each step makes something happen as people would, waits, and then looks at the sandbox's world: what counts is how it is
there, not what the app says.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

from app import planning
from app.demo.outside import Json, NotAsExpected
from app.demo.stage import Stage
from app.domain.ids import SWEEP, CaseKey, Key, RepoName, RepositoryKey, parse_key
from app.explaining import explain
from app.store import work

PIP, WHEEL, UV, CASES = "pypa/pip", "pypa/wheel", "astral-sh/uv", "packaging-security/cases"
PSRT = {"psrt-member-1", "psrt-member-2"}
UV_KEY = RepositoryKey(RepoName.parse(UV))
CREATE = f"/repos/{CASES}/security-advisories"
SWITCH = f"/repos/{PIP}/private-vulnerability-reporting"

Step: TypeAlias = Callable[[Stage], Awaitable[str]]


async def pvr_reverted(stage: Stage) -> str:
    """A maintainer switches pip's private reporting on, and a report slips in"""
    await stage.outside.do("enable-private-reporting", repository=PIP)
    title, packages = "Entry points escape the scripts directory", ["pip", "rust:uv"]
    told = await stage.outside.do("report", repository=PIP, summary=title, affects=packages)
    stage.report = told["advisory"]["ghsa_id"]
    plan = await _approve(stage, "set-private-reporting")
    approved = stage.clock.now()

    async def reverted() -> bool:
        pip, report = await stage.outside.repository(PIP), await stage.outside.advisory(PIP, stage.report)
        return not pip["private_vulnerability_reporting"] and set(report["collaborating_users"]) >= PSRT

    await stage.outside.until("pip's private reporting is off and the PSRT sees the report", reverted)
    seconds = (stage.clock.now() - approved).total_seconds()
    return f"{seconds:.1f} s after plan {plan} was approved it is off, and {' and '.join(sorted(PSRT))} see the report"


async def mirror_opened(stage: Stage) -> str:
    """That report names uv too: a candidate, until pip's people accept it"""
    known = await explain(stage.desk, parse_key(f"{PIP}/{stage.report}"))  # type: ignore[arg-type]
    if not known["candidate"] or await stage.outside.mirrors():
        raise NotAsExpected("a report that nobody accepted should be a candidate and open nothing")
    await stage.outside.do("accept", repository=PIP, ghsa=stage.report)
    await _approve(stage, "open-mirror")
    people = {f"{tool}-maintainer-{number}" for tool in ("pip", "uv") for number in (1, 2)}

    async def opened() -> Json | None:
        mirrors = [each for each in await stage.outside.mirrors() if people <= set(each["collaborating_users"])]
        return mirrors[0] if mirrors else None

    mirror: Json = await stage.outside.until("a mirror is open to the people of pip and uv", opened)
    explained = {each["login"]: each["why"] for each in (await explain(stage.desk, CaseKey(1)))["readers"]}
    stage.readers = [(login, explained.get(login, why)) for login, why in mirror["readers"].items()]
    return f"accepted, it is mirrored as a private draft; the {len(stage.readers)} people who can read it:"


async def edit_followed(stage: Stage) -> str:
    """The draft is edited, and GitHub tells nobody"""
    changed = {"summary": "Entry points escape on Windows too", "severity": "high"}
    await stage.outside.do("edit", repository=PIP, ghsa=stage.report, fields=changed)
    edited = stage.clock.now()

    async def followed() -> bool:
        [mirror] = await stage.outside.mirrors()
        return {name: mirror[name] for name in changed} == changed

    await stage.outside.until("the mirror says the same", followed)
    return f"the mirror followed {(stage.clock.now() - edited).total_seconds():.1f} s later, without a webhook"


async def webhooks_lost(stage: Stage) -> str:
    """All webhooks are lost while wheel gets a report that names pip, and accepts it"""
    await stage.outside.do("drop-webhooks", on=True)
    told = await stage.outside.do("report", repository=WHEEL, summary="Members escape", affects=["wheel", "pip"])
    await stage.outside.do("accept", repository=WHEEL, ghsa=told["advisory"]["ghsa_id"])
    await _look(stage, SWEEP)  # the next would come within ten minutes
    await stage.outside.until("there are two mirrors, each with its people", partial(_mirrors_with_people, stage, 2))
    await stage.outside.do("drop-webhooks", on=False)
    return "the sweep found it: a second mirror, for wheel's and pip's people"


async def crash_recovered(stage: Stage) -> str:
    """GitHub answers 502 to the opening of a mirror, and the app is killed there and then"""
    await stage.outside.do("lose-answer", method="POST", path=CREATE, how="502")
    await stage.outside.do("draft", repository=UV, summary="Cache poisoning", affects=["rust:uv", "poetry"])
    await _look(stage, UV_KEY)

    async def struck() -> bool:
        return any(each["arranged"] and each["path"] == CREATE for each in await stage.outside.requests())

    await stage.outside.until("GitHub was asked for a third mirror", struck)
    await stage.restart_app()
    await stage.outside.until("there are three mirrors, each with its people", partial(_mirrors_with_people, stage, 3))
    await _look(stage, UV_KEY, CaseKey(3))
    await stage.clock.sleep(1.5)  # time enough to open another, if it did not know better
    mirrors = len(await stage.outside.mirrors())
    asked = sum(each["method"] == "POST" and each["path"] == CREATE for each in await stage.outside.requests())
    if (mirrors, asked) != (3, 3):
        raise NotAsExpected(f"{asked} requests made {mirrors} mirrors; three of each were right")
    return "after the restart it looked first, found the mirror that was there, and went on: three cases, three mirrors"


async def write_blocked(stage: Stage) -> str:
    """An owner attaches an enforced configuration that switches pip's reporting on"""
    before = len(await _switched(stage))
    await stage.outside.do("attach-configuration", repository=PIP, name="GitHub recommended", enforced=True)

    async def tried() -> bool:
        return len(await _switched(stage)) > before

    await stage.outside.until("the app has tried to switch it off", tried)
    await stage.clock.sleep(2.5)  # two more polls have time to try again
    attempts = (await _switched(stage))[before:]
    still_on = (await stage.outside.repository(PIP))["private_vulnerability_reporting"]
    [state] = (await explain(stage.desk, parse_key(f"{PIP}#private-reporting")))["states"]  # type: ignore[arg-type]
    if (
        len(attempts) != 1
        or not still_on
        or state["state"] != "blocked"
        or "GitHub recommended" not in state["message"]
    ):
        raise NotAsExpected(f"{len(attempts)} attempts, reporting on: {still_on}, and the app says {state['state']}")
    return f"GitHub said {attempts[0]['status']} and changed nothing; one attempt, and: {state['message']}"


STEPS: tuple[tuple[str, Step], ...] = (
    ("pvr-reverted", pvr_reverted),
    ("mirror-opened", mirror_opened),
    ("edit-followed", edit_followed),
    ("webhooks-lost", webhooks_lost),
    ("crash-recovered", crash_recovered),
    ("write-blocked", write_blocked),
)


async def _approve(stage: Stage, kind: str) -> str:
    """A coordinator makes a plan, finds in it what they want done, and approves it."""
    plan = await planning.report(stage.desk, lambda *_: None)
    if kind not in {action["kind"] for action in plan["actions"]}:
        raise NotAsExpected(f"the plan has no {kind} in it: {plan['actions'] or plan['cannot_tell']}")
    await planning.approve(stage.desk, plan["plan_id"], "coordinator-1")
    return str(plan["plan_id"])


async def _look(stage: Stage, *keys: Key) -> None:
    """Look now. A sweep of everything takes half of what GitHub allows in a minute, so there is only one of them."""
    await stage.desk.database.write(partial(work.mark, keys=keys, due=stage.clock.now(), priority=work.PROMPT))


async def _mirrors_with_people(stage: Stage, count: int) -> bool:
    mirrors = await stage.outside.mirrors()
    return len(mirrors) == count and all(mirror["collaborating_users"] for mirror in mirrors)


async def _switched(stage: Stage) -> list[Json]:
    return [each for each in await stage.outside.requests() if each["method"] == "DELETE" and each["path"] == SWITCH]
