"""Which code security configuration would hold a reporting switch where policy wants it?

Better than mending a switch is one that cannot be flipped: under an enforced configuration nobody of its repository
can. Greenroom creates and attaches none; an owner of the organization does. GitHub takes fields that are left out for
their defaults, most of them “disabled”, so every field that can be left alone is named as such.
Source: GitHub, REST "Configurations" ("Create a code security configuration").
"""

from __future__ import annotations

from policies.config import ReportOwner

LONGEST_DESCRIPTION = 255  # characters that GitHub takes

# Left out: advanced_security, which cannot be “not_set” (GitHub: prefer code_security and secret_protection, which
# stand here), and the options of features, which say nothing while their feature is not set.
_LEFT_ALONE = (
    "code_security",
    "secret_protection",
    "dependency_graph",
    "dependency_graph_autosubmit_action",
    "dependabot_alerts",
    "dependabot_security_updates",
    "dependabot_delegated_alert_dismissal",
    "code_scanning_default_setup",
    "code_scanning_delegated_alert_dismissal",
    "secret_scanning",
    "secret_scanning_push_protection",
    "secret_scanning_delegated_bypass",
    "secret_scanning_validity_checks",
    "secret_scanning_non_provider_patterns",
    "secret_scanning_generic_secrets",
    "secret_scanning_delegated_alert_dismissal",
    "secret_scanning_extended_metadata",
)


def guarding(name: str, owner: ReportOwner) -> dict[str, str]:
    """What to send to POST /orgs/{org}/code-security/configurations, so that this owner's switch stays as declared."""
    is_on = owner.wants_private_reporting
    route = "on GitHub" if is_on else (f"at {owner.contact}" if owner.contact else "by mail")
    return {
        "name": f"Private vulnerability reporting stays {'on' if is_on else 'off'}",
        "description": f"{name} takes the reports {route}"[:LONGEST_DESCRIPTION],
        "private_vulnerability_reporting": "enabled" if is_on else "disabled",
        "enforcement": "enforced",
        **dict.fromkeys(_LEFT_ALONE, "not_set"),
    }
