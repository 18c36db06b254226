"""Does every name in a policy file name something: a policy, an owner, a kind of finding?

Looked up in the file as it is written, whatever shape the rest of it has, so that one run tells all that can be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies.nearest import Unknown
from policies.policy import all_policies
from policies.references import Wrong

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def wrong_names(written: Any) -> Iterator[Wrong]:
    """Names that name nothing, or that are none: where, and what is wrong. What is of another shape is passed over."""
    yield from _owners(written)
    yield from _policies(written)
    for kind in ("report_owners", "tools"):
        for name in _mapping(written, kind):
            if not _NAME.fullmatch(name):
                yield (kind, name), "a name has letters, digits, dots, hyphens and underscores only, and at most 64"


def _owners(written: Any) -> Iterator[Wrong]:
    if isinstance(written, dict) and not isinstance(written.get("report_owners", {}), dict):
        return  # whoever is named there is told of when it can be read
    known = list(_mapping(written, "report_owners"))
    for tool_name, tool in _mapping(written, "tools").items():
        for index, tenure in _list(tool, "report_owner"):
            owner = _text(tenure, "owner")
            if owner is not None and owner not in known:
                yield ("tools", tool_name, "report_owner", index, "owner"), Unknown(f'is "{owner:.80}"', owner, known)


def _policies(written: Any) -> Iterator[Wrong]:
    kinds = {policy.name: tuple(policy.kinds) for policy in all_policies()}
    for name in _mapping(written, "policies"):
        if name not in kinds:
            yield ("policies", name), Unknown(f'there is no policy "{name:.80}"', name, list(kinds))
    for index, exemption in _list(written, "exemptions"):
        policy = _text(exemption, "policy")
        if policy is None:
            continue
        if policy not in kinds:
            yield ("exemptions", index, "policy"), Unknown(f'is "{policy:.80}"', policy, list(kinds))
            continue
        for place, kind in _list(exemption, "kinds"):
            # What no policy ever finds would accept nothing, and whoever wrote it would think that it does.
            if isinstance(kind, str) and kind not in kinds[policy]:
                unknown = Unknown(f'{policy} finds nothing called "{kind:.80}"', kind, kinds[policy])
                yield ("exemptions", index, "kinds", place), unknown


def _mapping(written: Any, key: str) -> Mapping[str, Any]:
    found = written.get(key) if isinstance(written, dict) else None
    return found if isinstance(found, dict) else {}


def _list(written: Any, key: str) -> Iterator[tuple[int, Any]]:
    found = written.get(key) if isinstance(written, dict) else None
    return enumerate(found if isinstance(found, list) else [])


def _text(written: Any, key: str) -> str | None:
    found = written.get(key) if isinstance(written, dict) else None
    return found if isinstance(found, str) else None
