"""Files that are YAML, with a value of another kind than a policy file has there."""

from __future__ import annotations

from tests.policies.broken_writing import (
    MISSING,
    MODES,
    PIP,
    V,
)

# Values of another kind than is wanted.
KINDS = {
    "version missing": ("tools: {}\n", f"version: {MISSING}"),
    "version of the future": ("version: 2 # here\n", "version: write version: 1"),
    "version as text": ('version: "1" # here\n', "version: write version: 1"),
    "version as a truth": ("version: true # here\n", "version: write version: 1"),
    "version with a fraction": ("version: 1.0 # here\n", "version: write version: 1"),
    "version of nothing": ("version: # here\n", "version: write version: 1"),
    "coordination as text": (V + "coordination: a/b # here\n", "coordination: write a mapping, as in {"),
    "coordination without repository": (V + "coordination: {mode: observe} # here\n", f"repository: {MISSING}"),
    "coordination in two places": (
        V + "coordination:\n  repository: [a/b, a/c] # here\n",
        "coordination.repository",
    ),
    "store of another kind": (
        V + "coordination:\n  repository: a/b\n  store: discussions # here\n",
        'store: is "discussions"; there is advisory, issue',
    ),
    "issues without readers": (V + "coordination: {repository: a/b, store: issue} # here\n", "needs always_readers"),
    "mode of mirrors": (
        V + "coordination:\n  repository: a/b\n  mode: on # here\n",
        f'coordination.mode: is "on"; {MODES}',
    ),
    "coordinators as a list": (V + "coordinators: ['a:1'] # here\n", "coordinators: write a mapping, as in {"),
    "users as text": (V + "coordinators:\n  users: a:1 # here\n", "users: write a list, as in ["),
    "users as a mapping": (V + "coordinators:\n  users: {a: 1} # here\n", "users: write a list, as in ["),
    "users of nothing": (V + "coordinators:\n  users: # here\n", "users: write a list, as in ["),
    "owners as a list": (V + "report_owners: [psrt] # here\n", "report_owners: write a mapping, as in {"),
    "owner as text": (V + "report_owners:\n  psrt: email # here\n", "report_owners.psrt: write a mapping, as in {"),
    "owner of nothing": (V + "report_owners:\n  psrt: # here\n", "report_owners.psrt: write a mapping, as in {"),
    "owner without a way": (V + "report_owners:\n  psrt: {} # here\n", f"takes_reports: {MISSING}"),
    "owner by pigeon": (
        V + "report_owners:\n  psrt: {takes_reports: pigeon} # here\n",
        'takes_reports: is "pigeon"; there is email, github',
    ),
    "owner by a truth": (
        V + "report_owners:\n  psrt: {takes_reports: true} # here\n",
        "takes_reports: write email or github",
    ),
    "contact as a number": (
        V + "report_owners:\n  psrt: {takes_reports: email, contact: 5} # here\n",
        "contact: write text; what looks like",
    ),
    "publishes as a word": (
        V + "report_owners:\n  psrt: {takes_reports: email, publishes_on_github: no} # here\n",
        "publishes_on_github: write true or false",
    ),
    "publishes as a number": (
        V + "report_owners:\n  psrt: {takes_reports: email, publishes_on_github: 0} # here\n",
        "publishes_on_github: write true or false",
    ),
    "clock as a number": (
        V + "report_owners:\n  psrt: {takes_reports: email, clocks: {finish: 90}} # here\n",
        "finish: write a number of days",
    ),
    "clock in weeks": (
        V + "report_owners:\n  psrt: {takes_reports: email, clocks: {finish: 3w}} # here\n",
        "finish: write a number of days",
    ),
    "clock that runs backwards": (
        V + "report_owners:\n  psrt: {takes_reports: email, clocks: {finish: -3d}} # here\n",
        "finish: write a number of days",
    ),
    "clock without time": (
        V + "report_owners:\n  psrt: {takes_reports: email, clocks: {finish: 0d}} # here\n",
        "finish: write a number of days",
    ),
    "clock of thousands of years": (
        V + "report_owners:\n  psrt: {takes_reports: email, clocks: {finish: 1000000d}} # here\n",
        "finish: write a number of days",
    ),
    "tools as a list": (V + "tools: [pip] # here\n", "tools: write a mapping, as in {"),
    "tools of nothing": (V + "tools: # here\n", "tools: write a mapping, as in {"),
    "tool as text": (V + "tools:\n  pip: pypa/pip # here\n", "tools.pip: write a mapping, as in {"),
    "repositories as text": (
        V + "tools:\n  pip:\n    repositories: pypa/pip # here\n",
        "repositories: write a list, as in [",
    ),
    "packages as a mapping": (
        V + "tools:\n  pip:\n    packages: {pip: pip} # here\n",
        "packages: write a list, as in [",
    ),
    "owner of a tool as text": (PIP + "    report_owner: psrt # here\n", "report_owner: write a list, as in ["),
    "tenure as text": (PIP + "    report_owner:\n      - psrt # here\n", "report_owner.0: write a mapping, as in {"),
    "policies as a list": (
        V + "policies: [private-reporting] # here\n",
        "policies: write a mapping, as in {",
    ),
    "policy as text": (
        V + "policies:\n  private-reporting: enforce # here\n",
        "private-reporting: write a mapping, as in {",
    ),
    "policy as a truth": (
        V + "policies:\n  private-reporting: true # here\n",
        "private-reporting: write a mapping, as in {",
    ),
    "mode of nothing": (
        V + "policies:\n  private-reporting: {mode: } # here\n",
        "mode: write observe or report or enforce",
    ),
    "mode in capitals": (
        V + "policies:\n  private-reporting: {mode: Enforce} # here\n",
        'mode: is "Enforce"; did you mean "enforce"?',
    ),
    "mode off": (V + "policies:\n  private-reporting: {mode: off} # here\n", f'mode: is "off"; {MODES}'),
    "mode misspelt": (
        V + "policies:\n  private-reporting: {mode: enforced} # here\n",
        'mode: is "enforced"; did you mean "enforce"?',
    ),
    "mode as a list": (
        V + "policies:\n  private-reporting: {mode: [enforce]} # here\n",
        "mode: write observe or report or enforce",
    ),
    "exemptions as a mapping": (V + "exemptions: {a: b} # here\n", "exemptions: write a list, as in ["),
    "exemption as text": (V + "exemptions:\n  - all of it # here\n", "exemptions.0: write a mapping, as in {"),
    "ids as a list": (V + "repository_ids: [1] # here\n", "repository_ids: write a mapping, as in {"),
    "sentinels as text": (V + "sentinels: none # here\n", "sentinels: write a list, as in ["),
    "a list": ("- version: 1 # here\n", "write a mapping, as in version: 1"),
    "a word": ("version # here\n", "write a mapping, as in version: 1"),
    "a number": ("1\n", "write a mapping, as in version: 1"),
}
