"""What do intake and store say to each other about a webhook delivery?"""

from __future__ import annotations

from dataclasses import dataclass


class NotDurable(Exception):
    """Nothing is known to be on disk, so nothing may be acknowledged. Trying again is safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook delivery. Its body is not kept: a delivery says where to look, never what is so.

    `guid` stays the same when GitHub delivers it again (GitHub: "Best practices for using webhooks").
    """

    guid: str
    event: str
    action: str | None
