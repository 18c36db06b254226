"""What do people expect of the bugs that several tools had?"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

STORIES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("clusters.toml").read_text("utf-8"))["story"]
