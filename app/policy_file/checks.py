"""What is a pull request told that changes the policy file?

Pure, and from the two files alone. Whoever reads the repository reads this, and need not be somebody who may know
which reports are open: that is for `greenroom policy diff`. What comes from a fork hears whether it is valid.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from app.domain.policy_files import NotRead
from app.domain.pulls import Mark, Told
from app.policy_file.changes import changes
from policies.config import PolicyFile
from policies.loading import InvalidPolicy, Mistake, load_policies, text_of

LONGEST = 60_000  # characters; GitHub takes 65,535 ("Create a check run")
MOST_MARKS = 50  # as many as GitHub takes beside lines
_FROM_A_FORK = (
    "This comes from a fork, so nothing else is said of it here. `greenroom policy check` names mistakes, and "
    "`greenroom policy diff` what changes, on a copy of your own."
)
_STAYS = "Merged like this it would not come into force: the last good file stays."
_NOTHING = "It says what the file on the default branch says."
_ALONE = (
    "This follows from the two files alone. What it would do to open reports and cases, and who would gain access to "
    "them, coordinators see with `greenroom policy diff`. It is compared with the default branch as it is now: what "
    "that got since this branch was begun is shown as taken back, until the branch is brought up to date."
)


def told(before: bytes | NotRead, after: bytes | NotRead, *, path: str, is_fork: bool) -> Told:
    """The answer to a pull request, from the file on the default branch and at its head."""
    found = _told(before, after, path)
    if is_fork:
        title = "The policy file is valid" if found.is_valid else "The policy file is not valid"
        found = Told(is_valid=found.is_valid, title=title, summary=_FROM_A_FORK)
    return replace(found, fingerprint=_fingerprint(found))


def _told(before: bytes | NotRead, after: bytes | NotRead, path: str) -> Told:
    try:
        new = _file(after, path)
    except InvalidPolicy as error:
        return _invalid(error)
    try:
        sentences = changes(_file(before, path), new)
    except InvalidPolicy:
        why = "The file on the default branch is not valid itself, so it cannot be told what changes."
        return Told(is_valid=True, title="The policy file is valid", summary=f"{why}\n\n{_ALONE}")
    if not sentences:
        return Told(is_valid=True, title="Valid, and nothing changes", summary=_NOTHING)
    listed = _shortened([f"- {sentence}" for sentence in sentences], "changes")
    summary = f"If this is merged:\n\n{listed}\n\n{_ALONE}"
    return Told(is_valid=True, title=f"Valid, {_counted(sentences, 'change')}", summary=summary)


def _file(content: bytes | NotRead, path: str) -> PolicyFile:
    """Raises InvalidPolicy."""
    if isinstance(content, NotRead):
        gone = f"there is no {path} any more" if content.outcome == "missing" else content.reason
        raise InvalidPolicy(f"{path}: {gone}", (Mistake(line=1, where="", message=gone),))
    return load_policies(text_of(content, path), path, most=MOST_MARKS).file


def _invalid(error: InvalidPolicy) -> Told:
    """Mistakes repeat what somebody wrote: indented, so that nothing in them is Markdown."""
    marks = tuple(Mark(line=mistake.line, message=str(mistake)) for mistake in error.mistakes)
    lines = str(error).splitlines()
    listed = _shortened([f"    {line}" for line in lines], "mistakes")
    title = f"Not valid, {_counted(marks, 'mistake')}"
    return Told(is_valid=False, title=title, summary=f"{_STAYS}\n\n{listed}", marks=marks)


def _counted(things: tuple[object, ...], what: str) -> str:
    return f"{len(things)} {what}{'' if len(things) == 1 else 's'}"


def _shortened(lines: list[str], what: str) -> str:
    """As many lines as GitHub takes."""
    kept, length = 0, 0
    while kept < len(lines) and length + len(lines[kept]) < LONGEST:
        length += len(lines[kept]) + 1
        kept += 1
    more = [f"\nAnd {len(lines) - kept} more {what}."] if kept < len(lines) else []
    return "\n".join([*lines[:kept], *more])


def _fingerprint(found: Told) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()[:32]
