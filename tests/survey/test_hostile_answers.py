"""What if GitHub shows more than was asked for, or something else? Answers are a script here."""

from typing import Any

import httpx
import pytest

from app.domain.facts import CannotTell, Known
from app.survey.asking import MAX_BYTES, Outsider
from app.survey.found import NotSurveyed, Outcome, SecurityPolicy, Surveyed
from app.survey.looking import Looking
from app.survey.questions import Questions
from tests.clock import FakeClock

TOOL = {"id": 1, "full_name": "acme/tool", "private": False}
README = {"name": "README.md", "type": "file"}


class Answers(httpx.AsyncBaseTransport):
    """What GitHub says, by the end of the path; a quiet repository with nothing in it unless a test says otherwise."""

    def __init__(self, **said: Any) -> None:
        self._said = {
            "repos": [TOOL],
            "private-vulnerability-reporting": {"enabled": False},
            "contents": [README],
            "security-advisories": [],
            **{name.replace("_", "-"): answer for name, answer in said.items()},
        }
        self.asked: list[httpx.URL] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        said = self._said[request.url.path.rsplit("/", maxsplit=1)[-1]]
        return said if isinstance(said, httpx.Response) else httpx.Response(200, json=said)


async def surveyed(answers: Answers, clock: FakeClock) -> Outcome:
    async with Outsider(root="https://api.github.com", token=None, clock=clock, transport=answers) as outsider:
        [found] = await Looking(Questions(outsider, clock), lambda _done, _known: None).at(["acme"])
    return found


async def tool(answers: Answers, clock: FakeClock) -> Any:
    found = await surveyed(answers, clock)
    assert isinstance(found, Surveyed)
    return next(each for each in found.repositories if each.name.name == "tool")


async def test_private_repositories_are_nobody_elses_business(clock: FakeClock) -> None:
    """A member's token may be shown them. They are not asked for, and left out if they come all the same."""
    secret = {"id": 2, "full_name": "acme/secret-project", "private": True}
    answers = Answers(repos=[secret, TOOL])

    found = await surveyed(answers, clock)

    assert isinstance(found, Surveyed)
    assert [str(each.name) for each in found.repositories] == ["acme/tool"]
    assert answers.asked[0].params["type"] == "public"
    assert not any("secret" in str(url) for url in answers.asked)


async def test_drafts_are_not_counted_though_they_are_shown(clock: FakeClock) -> None:
    """How many there are is under embargo, too."""
    answers = Answers(security_advisories=[{"state": state} for state in ("draft", "triage", "published", "closed")])

    assert (await tool(answers, clock)).published_advisories.value == 1


@pytest.mark.parametrize("kind", ["file", "symlink"])
async def test_a_symbolic_link_is_a_security_policy(clock: FakeClock, kind: str) -> None:
    """GitHub shows what it leads to."""
    answers = Answers(contents=[README, {"name": "SECURITY.md", "type": kind}])

    assert (await tool(answers, clock)).security_policy.value == SecurityPolicy(paths=("SECURITY.md",))


async def test_a_folder_with_that_name_is_none(clock: FakeClock) -> None:
    """Nor is a submodule."""
    answers = Answers(contents=[README, {"name": "SECURITY.md", "type": "dir"}])

    assert (await tool(answers, clock)).security_policy.value is None


async def test_a_folder_that_is_listed_in_part_cannot_be_told(clock: FakeClock) -> None:
    """GitHub names a thousand entries, and SECURITY.md may be the next one."""
    answers = Answers(contents=[{"name": f"file-{number}", "type": "file"} for number in range(1000)])

    assert isinstance((await tool(answers, clock)).security_policy, CannotTell)


async def test_files_that_are_not_shown_are_not_none(clock: FakeClock) -> None:
    """404 is GitHub's answer about what is empty, and about what is hidden; only its words tell them apart."""
    hidden = httpx.Response(404, json={"message": "Not Found"})
    empty = httpx.Response(404, json={"message": "This repository is empty."})

    assert isinstance((await tool(Answers(contents=hidden), clock)).security_policy, CannotTell)
    assert (await tool(Answers(contents=empty), clock)).security_policy.value is None


@pytest.mark.parametrize(
    "answer", [{}, {"enabled": "yes"}, {"enabled": None}, [], None, "on", {"Enabled": True}, {"enabled": 1}]
)
async def test_no_other_shape_is_taken_for_on_or_off(clock: FakeClock, answer: Any) -> None:
    """Well-formed JSON that does not answer the question."""
    assert isinstance(
        (await tool(Answers(private_vulnerability_reporting=answer), clock)).private_reporting, CannotTell
    )


@pytest.mark.parametrize("odd", [{}, None, "acme/tool", {**TOOL, "full_name": "../../etc"}, {**TOOL, "private": None}])
async def test_one_odd_repository_does_not_hide_the_others(clock: FakeClock, odd: Any) -> None:
    """They are told, and that there may be more."""
    found = await surveyed(Answers(repos=[odd, {**TOOL, "id": 7}]), clock)

    assert isinstance(found, Surveyed)
    assert [str(each.name) for each in found.repositories] == ["acme/tool"]
    assert found.unlisted is not None


async def test_a_repository_on_two_pages_is_one(clock: FakeClock) -> None:
    """The list is sorted by what happens, and something happens while it is read."""
    found = await surveyed(Answers(repos=[TOOL, TOOL]), clock)

    assert isinstance(found, Surveyed)
    assert len(found.repositories) == 1


async def test_an_answer_without_end_is_cut_off(clock: FakeClock) -> None:
    """Memory is not GitHub's to fill."""
    endless = httpx.Response(200, content=b"[" + b" " * MAX_BYTES + b"]")

    found = await surveyed(Answers(repos=endless), clock)

    assert isinstance(found, NotSurveyed)


async def test_words_of_an_answer_are_not_repeated(clock: FakeClock) -> None:
    """What GitHub says of an error may name what is not public."""
    refused = httpx.Response(403, json={"message": "acme/secret-project is not for you"})

    fact = (await tool(Answers(private_vulnerability_reporting=refused), clock)).private_reporting

    assert fact == CannotTell("GitHub answered 403, and does not tell strangers why")


async def test_a_server_without_limits_is_asked_everything(clock: FakeClock) -> None:
    """GitHub Enterprise Server may have none, and sends no headers about them."""
    repos = [{"id": number, "full_name": f"acme/tool-{number}", "private": False} for number in range(1, 100)]

    found = await surveyed(Answers(repos=repos), clock)

    assert isinstance(found, Surveyed)
    assert all(isinstance(fact, Known) for each in found.repositories for _, fact in each.answers())
