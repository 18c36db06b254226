"""What do we answer to a comment with commands?

Worded from what became of them, which holds only words that we know: nothing that somebody wrote is repeated, and
nobody is mentioned, since a mention would notify them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from app.domain.cases import SHOWN
from app.domain.comments import Handled, Line
from app.reconcile.digests import Digests
from app.reconcile.judging import USAGE
from app.reconcile.marks import mark


def reply_to(handled: Handled, case: int, digests: Digests) -> str:
    """The whole answer, with the mark by which we find it again."""
    lines = "\n".join(f"- {worded(line, case)}" for line in handled.outcome)
    return f"{lines}\n\n{mark('reply', case, str(handled.comment), digests)}"


def worded(line: Line, case: int) -> str:
    """One line of an outcome in plain words. One that we do not know any more says at least that there was one."""
    kind, *words = line
    try:
        return _WORDED[kind](case, *words)
    except (KeyError, TypeError):
        return "This was looked at."


def _answered(_: int, tool: str, status: str, why: str = "") -> str:
    return f"Noted: {tool} is {SHOWN[status]}{f' ({why})' if why else ''}."  # type: ignore[index] # a closed list


def _proposed(case: int, number: str, what: str, value: str) -> str:
    asked = {"link": "an advisory to be linked", "coordinator": f"the coordinator {_login(value)}"}
    shown = asked.get(what, f"{what} {value}")
    return (
        f"Proposal {number} ({shown}) waits for a coordinator, who runs "
        f"`greenroom case confirm {number} --by LOGIN` or `greenroom case decline {number} --by LOGIN`. "
        f"Until then nothing of case {case} changes."
    )


def _not_yours(_: int, tool: str, own: str) -> str:
    yours = f"You speak for {own} here" if own else "You speak for no tool of this case"
    return f"{yours}, so what is true of {tool} its own people say, or a coordinator."


def _help(_: int) -> str:
    return (
        f"A command is a line that begins with `/greenroom`: {_listed(USAGE.values())}. You answer for your own tool; "
        "invite, embargo, coordinator, link and relay wait for a coordinator."
    )


def _one_of(problem: str) -> Callable[..., str]:
    def say(_: int, meant: str, valid: str = "") -> str:
        hint = f"; did you mean `{meant}`?" if meant else "."
        known = f" There is {_listed(valid.split(', '))}." if valid else ""
        return f"{problem}{hint}{known}"

    return say


def _justify(_: int, tool: str, meant: str, valid: str) -> str:
    hint = f"; did you mean `{meant}`?" if meant else ""
    return f"Say why {tool} is not affected, with one of {_listed(valid.split(', '))}{hint or '.'}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _login(person: str) -> str:
    return person.partition(":")[0]


_WORDED: Mapping[str, Callable[..., str]] = {
    "answered": _answered,
    "same": lambda _, tool, status: f"{tool} had answered that it is {SHOWN[status]}, so nothing changes.",
    "answered-already": lambda _, tool, status: f"{tool} has answered already that it is {SHOWN[status]}.",
    "proposed": _proposed,
    "help": _help,
    "not-in-it": _one_of("That tool takes no part in this case"),
    "not-yours": _not_yours,
    "no-tool": lambda _: "You take part for no tool, so name one: `/greenroom status TOOL acknowledged`.",
    "unknown-command": _one_of("That is no command"),
    "unknown-tool": _one_of("Policy knows no such tool"),
    "unknown-status": _one_of("That is no answer"),
    "no-reason": lambda _, status: (
        f"Only not-affected has a justification, {status} has none; write anything else on a line of its own."
    ),
    "justify": _justify,
    "there-already": lambda _, tool: f"{tool} takes part already.",
    "no-coordinator": _one_of("Policy lists no such coordinator"),
    "unknown-repository": lambda _: "That repository belongs to no tool that policy knows.",
    "linked-already": lambda _: "That advisory is linked to this case already.",
    "hour-over": lambda _: "That hour is over; name one that is to come.",
    "hour-far": lambda _: "That hour is more than five years away; name one that is nearer.",
    "usage": lambda _, word: f"Write it as `/greenroom {USAGE[word]}`.",
    "too-many": lambda _, most: f"Only the first {most} commands of a comment are run.",
    "too-long": lambda _, most: f"Comments of more than {most} characters are not looked at for commands.",
    "too-many-proposals": lambda _: "Too many proposals wait for a coordinator; ask again when they are settled.",
    "edited": lambda _: (
        "A comment that was edited is never run, since everybody who reads this can edit it. Write a new one."
    ),
    "stranger": lambda _: (
        "You are not known as one of the people of a tool that takes part here, or as a coordinator, so nothing was "
        "done. Policy lists them by the number of their account."
    ),
    "gone": lambda _, tool: f"{tool} takes no part any more, so nothing changes.",
}
