"""What does policy say of one repository, and which repositories does it speak of at all?

A standing that was judged under the same terms need not be judged again, whatever else changed in the policy file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from app.domain.ids import RepoName
from policies.config import PolicyFile


def terms_of(rules: PolicyFile, policy: str, repo: RepoName, now: datetime) -> str:
    """A digest of all in the policy file that this policy's verdict about the repository can depend on."""
    declared = rules.report_owner_of(repo, now)
    exemption = rules.exemption(policy, repo, now)
    said = [
        rules.mode_of(policy),
        declared and [declared[0], declared[1].model_dump_json()],
        exemption and exemption.model_dump_json(),
        rules.is_coordination(repo),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def declared_terms(rules: PolicyFile, policy: str, now: datetime) -> Mapping[RepoName, str]:
    """The terms of every repository for which somebody declared who takes its reports: others are never changed."""
    declared = (repo for repo in rules.repositories() if rules.report_owner_of(repo, now))
    return {repo: terms_of(rules, policy, repo, now) for repo in declared}
