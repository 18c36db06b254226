"""How do we recognise a comment that we wrote, and say of what it is?

By a line that people do not see, with an HMAC of the case and of what it is about: nobody else can write one, and one
that was copied into another case is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from app.domain.comments import Comment
from app.reconcile.digests import Digest, Digests

Kind = Literal["reply", "copy"]  # to a comment with commands · of a comment somewhere else

_MARK = re.compile(r"<!-- greenroom:(reply|copy) ([0-9A-Za-z:./-]{1,120}) ([A-Za-z0-9._-]{1,32}):([0-9a-f]{64}) -->")
_LAST = 400  # characters at the end of a comment in which its mark is


def mark(kind: Kind, case: int, about: str, digests: Digests) -> str:
    """The line. `about` is made of ids."""
    made = digests.of(f"comment {kind}", str(case), about)
    return f"<!-- greenroom:{kind} {about} {made.key_id}:{made.value} -->"


def marked(kind: Kind, case: int, body: str, digests: Digests) -> str | None:
    """About what is it, where it is one of ours? None where it is not, or where the key is gone."""
    found = _MARK.search(body[-_LAST:])
    if found is None or found[1] != kind:
        return None
    genuine = digests.matches(Digest(found[3], found[4]), f"comment {kind}", str(case), found[2])
    return found[2] if genuine else None


def replies(comments: Iterable[Comment], case: int, digests: Digests) -> dict[int, int]:
    """Which comments did we answer, and in which? The first answer counts."""
    found: dict[int, int] = {}
    for each in sorted(comments, key=lambda comment: comment.id):
        about = marked("reply", case, each.body, digests)
        if about is not None and about.isdigit():
            found.setdefault(int(about), each.id)
    return found
