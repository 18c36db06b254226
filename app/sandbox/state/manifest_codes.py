"""Which Apps were made from a manifest, and did whoever made them fetch their credentials yet?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.sandbox.state.apps import Registration

CODE_LIVES = timedelta(hours=1)  # GitHub: "Registering a GitHub App from a manifest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestCode:
    """Good once."""

    app: Registration
    expires_at: datetime
