"""How do we recognise a text without keeping it?

Everything that is derived from embargoed text or ids leaves memory as HMAC-SHA-256 under a key that is kept outside the
database and its backups. A digest made under a key that is gone is *no baseline*, never a match.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from functools import lru_cache

from app.domain.ids import AdvisoryKey, Key, PolicyKey
from policies.policy import about_advisories

HIDDEN_POLICY = "policy/"  # what the pseudonyms of policies begin with
SMALLEST_KEY = 32  # bytes


class InvalidKeys(ValueError):
    """The digest keys cannot be used. The message says what would be right."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A keyed digest and the id of its key."""

    key_id: str
    value: str


@dataclass(frozen=True, slots=True)
class Digests:
    """Makes keyed digests. The first key makes new ones, the others still recognise old ones.

    `renews`: what is seen again of what an older one made is made anew, as somebody wants to take that key away.
    """

    _keys: tuple[tuple[str, bytes], ...]
    renews: bool = False

    @classmethod
    def parse(cls, text: str) -> Digests:
        """Read `ID:HEX,ID:HEX`, newest first. Raises InvalidKeys."""
        keys = tuple(_key(part.strip()) for part in text.split(",") if part.strip())
        if not keys:
            raise InvalidKeys("no digest key is set; make one with: openssl rand -hex 32, and write it as 2026:HEX")
        if len({key_id for key_id, _ in keys}) < len(keys):
            raise InvalidKeys("two digest keys have the same id; give each its own")
        return cls(keys)

    def __repr__(self) -> str:
        return f"Digests({', '.join(key_id for key_id, _ in self._keys)})"

    def of(self, *parts: str) -> Digest:
        """The digest of some text under the newest key. The parts cannot run into each other."""
        key_id, key = self._keys[0]
        return Digest(key_id, _mac(key, parts))

    def every(self, *parts: str) -> tuple[Digest, ...]:
        """The digests of some text under each key, the newest first."""
        return tuple(Digest(key_id, _mac(key, parts)) for key_id, key in self._keys)

    @property
    def newest(self) -> str:
        """The id of the key that makes new ones."""
        return self._keys[0][0]

    @property
    def older(self) -> tuple[str, ...]:
        """The ids of those that only recognise."""
        return tuple(key_id for key_id, _ in self._keys[1:])

    def is_to_renew(self, key_id: str) -> bool:
        """Is what this key made to be made anew?"""
        return self.renews and key_id in self.older

    def has(self, key_id: str) -> bool:
        """Is this key still there?"""
        return any(key_id == each for each, _ in self._keys)

    def matches(self, digest: Digest | None, *parts: str) -> bool | None:
        """Is that the digest of this text? None where there is no baseline: no digest, or its key is gone."""
        key = dict(self._keys).get(digest.key_id) if digest else None
        if key is None or digest is None:
            return None
        return hmac.compare_digest(_mac(key, parts), digest.value)

    def pseudonym(self, key: Key) -> str:
        """The name of a key for logs and notices: whose advisory it is, and that there is one, is embargoed too."""
        return self.hidden(key) if _is_about_advisories(key) else str(key)

    def hidden(self, key: Key) -> str:
        """A name that tells only those who have the digest keys what is meant."""
        return _hidden(self._keys[0][1], key)

    def hidden_under_each(self, key: Key) -> tuple[str, ...]:
        """The same under each key, the newest first."""
        return tuple(_hidden(each, key) for _, each in self._keys)


def _hidden(digest_key: bytes, key: Key) -> str:
    kind = HIDDEN_POLICY if isinstance(key, PolicyKey) else "advisory/"
    return f"{kind}{_pseudonym(digest_key, str(key).lower())}"


def _is_about_advisories(key: Key) -> bool:
    """Is it looked at only where there is an advisory?"""
    if isinstance(key, PolicyKey):
        return key.policy in about_advisories()
    return isinstance(key, AdvisoryKey)


def _key(text: str) -> tuple[str, bytes]:
    match = re.fullmatch(r"([A-Za-z0-9._-]{1,32}):([0-9A-Fa-f]+)", text)
    if not match or len(match[2]) < 2 * SMALLEST_KEY or len(match[2]) % 2:
        raise InvalidKeys(f"a digest key is written ID:HEX with at least {SMALLEST_KEY} bytes; openssl rand -hex 32")
    return match[1], bytes.fromhex(match[2])


@lru_cache(maxsize=2**14)  # each look asks for those of all policies; a week has the same ones a million times
def _pseudonym(key: bytes, name: str) -> str:
    return _mac(key, ("pseudonym", name))[:12]


def _mac(key: bytes, parts: tuple[str, ...]) -> str:
    return hmac.new(key, json.dumps(parts).encode(), hashlib.sha256).hexdigest()


def renewal(digests: Digests) -> str:
    """The moment at which somebody asked that everything be made anew with the key that is in front here.

    It names that key: an instance that has another in front does not take it for its own.
    """
    return f"digests are made with {digests.newest}"
