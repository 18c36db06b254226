"""What still needs a digest key that is not in front?

Looks make anew what they see again, once somebody asked for that. What nobody says any more, as where both sides of a
mirror were edited, waits until people settled it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

from app.domain.facts import Known
from app.github.errors import RetryLater
from app.main import Greenroom
from app.prints import of_digest_key, ring
from app.reconcile.body import key_of_record
from app.rotating.drill import Seen
from app.store import digested


async def needs(greenroom: Greenroom, seen: Seen) -> Mapping[str, str]:
    """What needs each key that is behind, by its print. Raises RetryLater where GitHub does not show the mirrors."""
    now, read = greenroom.clock.now(), greenroom.database.read
    counted = {
        **await read(partial(digested.by_key, today=now.date())),
        "records of mirrors": await _mirrors(greenroom),
    }
    found: dict[str, str] = {}
    for key in ring(greenroom.settings.digest_keys.get_secret_value())[1:]:
        name, ident = of_digest_key(key), key.partition(":")[0]
        said = [f"{counts[ident]} {what}" for what, counts in counted.items() if counts[ident]]
        if (last := seen.last_use(name)) is not None:
            older = await read(partial(digested.made_until, until=last, now=now))
            said += [f"{count} {what}" for what, count in older.items()]
        if said:
            found[name] = ", ".join(said)
    return found


async def _mirrors(greenroom: Greenroom) -> Counter[str]:
    """Which keys signed the records of open mirrors, as GitHub shows them now."""
    kept = greenroom.policy.current().file.coordination
    if kept is None or kept.mode != "enforce":
        return Counter()
    found = await greenroom.reader.mirrors(kept.repository, kept.store)
    if not isinstance(found, Known):
        raise RetryLater(f"the mirrors could not be read: {found.reason}")
    return Counter(key_of_record(each.description) for each in found.value if each.is_ours and each.state == "open")
