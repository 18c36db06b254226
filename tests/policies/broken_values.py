"""Files that are YAML, and say what a policy file cannot say."""

from __future__ import annotations

from tests.policies.broken_writing import (
    DAY,
    EXEMPT,
    KEY,
    MISSING,
    MODES,
    PERSON,
    PIP,
    REPO,
    TEAM,
    V,
    exempt,
    tenures,
)

# Keys that are none, at every level.
KEYS = {
    "key of the file": (V + "tolls: {} # here\n", f'tolls: {KEY} "tools"'),
    "key of the file, capitals": (V + "Tools: {} # here\n", f'Tools: {KEY} "tools"'),
    "key of the file, hyphens": (V + "report-owners: {} # here\n", f'report-owners: {KEY} "report_owners"'),
    "key of the coordination": (
        V + "coordination:\n  repository: a/b\n  stor: issue # here\n",
        f'coordination.stor: {KEY} "store"',
    ),
    "key of the readers": (
        V + "coordination:\n  repository: a/b\n  always_readers:\n    user: [] # here\n",
        f'always_readers.user: {KEY} "users"',
    ),
    "key of the coordinators": (V + "coordinators:\n  tems: [] # here\n", f'coordinators.tems: {KEY} "teams"'),
    "key of an owner": (
        V + "report_owners:\n  a:\n    takes_reports: email\n    contat: x # here\n",
        f'contat: {KEY} "contact"',
    ),
    "key of the clocks": (
        V + "report_owners:\n  a:\n    takes_reports: email\n    clocks:\n      finsh: 9d # here\n",
        f'clocks.finsh: {KEY} "finish"',
    ),
    "key of a tool": (V + "tools:\n  a:\n    package: [] # here\n", f'tools.a.package: {KEY} "packages"'),
    "key of a tenure": (tenures("from: 2024-01-01, owner: psrt, untl: 2025-01-01"), "untl: there is no such key"),
    "key of a policy": (
        V + "policies:\n  private-reporting:\n    mod: enforce # here\n",
        f'private-reporting.mod: {KEY} "mode"',
    ),
    "key of an exemption": (exempt("reason: ", "reasn: x, reason: "), f'exemptions.0.reasn: {KEY} "reason"'),
    "merge key": (V + "<<: {tools: {}} # here\n", "<<: there is no such key"),
    "key of another format": (V + "on: push # here\n", "on: there is no such key"),
    "key of nothing": (V + '"": 1 # here\n', "there is no such key"),
    "key that is a number": (V + "7: x # here\n", "7: there is no such key"),
    "key with a space": (V + '"tools ": {} # here\n', f'tools : {KEY} "tools"'),
    "key with a look-alike letter": (V + "tооls: {} # here\n", f'{KEY} "tools"'),  # noqa: RUF001 - that is the point
    "key that is far too long": (V + "k" * 900 + ": 1 # here\n", "k" * 80 + ": there is no such key"),
}


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


# Names, people, days and numbers that are none.
NAMES = {
    "repository without owner": (V + "tools:\n  a:\n    repositories: [pip] # here\n", REPO),
    "repository as an address": (V + "tools:\n  a:\n    repositories: ['https://github.com/pypa/pip'] # here\n", REPO),
    "repository with a way up": (V + "tools:\n  a:\n    repositories: ['pypa/..'] # here\n", REPO),
    "every repository": (V + "tools:\n  a:\n    repositories: ['pypa/*'] # here\n", REPO),
    "repository with a line end": (V + 'tools:\n  a:\n    repositories: ["pypa/pip\\n"] # here\n', REPO),
    "repository of look-alikes": (V + "tools:\n  a:\n    repositories: [руpa/pip] # here\n", REPO),  # noqa: RUF001
    "repository of nothing": (V + "tools:\n  a:\n    repositories: [null] # here\n", REPO),
    "package without ecosystem": (
        V + "tools:\n  a:\n    packages: [pip] # here\n",
        "write it as ECOSYSTEM:NAME, as in pip:wheel",
    ),
    "package of spaces": (
        V + "tools:\n  a:\n    packages: ['pip: pip'] # here\n",
        "write it as ECOSYSTEM:NAME, as in pip:wheel",
    ),
    "tool with a space": (V + "tools:\n  a b: {} # here\n", "a name has letters"),
    "tool of a slash": (V + "tools:\n  a/b: {} # here\n", "a name has letters"),
    "tool of nothing": (V + "tools:\n  '': {} # here\n", "a name has letters"),
    "tool with a long name": (V + f"tools:\n  {'a' * 65}: {{}} # here\n", "a name has letters"),
    "owner of a slash": (V + "report_owners:\n  a/b: {takes_reports: email} # here\n", "a name has letters"),
    "person without id": (V + "coordinators:\n  users: [alice] # here\n", PERSON),
    "person with an at sign": (V + "coordinators:\n  users: ['@alice:1'] # here\n", PERSON),
    "person with a mail address": (V + "coordinators:\n  users: ['a@example.org:1'] # here\n", PERSON),
    "person with id nought": (V + "coordinators:\n  users: ['alice:0'] # here\n", PERSON),
    "person with a negative id": (V + "coordinators:\n  users: ['alice:-1'] # here\n", PERSON),
    "person in parts": (V + "coordinators:\n  users: [{login: alice, id: 1}] # here\n", PERSON),
    "person with two ids": (V + "coordinators:\n  users: ['alice:1:2'] # here\n", PERSON),
    "person with an endless id": (V + f"coordinators:\n  users: ['a:{'9' * 99}'] # here\n", "no id on GitHub"),
    "team without organization": (V + "coordinators:\n  teams: [core] # here\n", TEAM),
    "team by its title": (V + "coordinators:\n  teams: ['pypa/Core Team'] # here\n", TEAM),
    "day as a number": (tenures("from: 20240101, owner: psrt"), DAY),
    "day of nothing": (tenures("from: , owner: psrt"), DAY),
    "day with an hour": (tenures("from: 2024-01-01T00:00:00Z, owner: psrt"), DAY),
    "seconds in quotes": (tenures('from: "1704067200", owner: psrt'), DAY),
    "day in words": (tenures("from: 1 January 2024, owner: psrt"), DAY),
    "day without noughts": (tenures("from: 2024-1-1, owner: psrt"), DAY),
    "no such day": (tenures("from: 2024-02-30, owner: psrt"), "looks like a date or a number and is none"),
    "no such day in quotes": (tenures('from: "2024-02-30", owner: psrt'), "there is no such day"),
    "exemption without end": (exempt(", until: 2027-01-31"), "until: write the day"),
    "exemption for ever": (exempt("2027-01-31", "never"), "until: write the day"),
    "exemption without owner": (exempt("owner: 'a:1', "), f"owner: {MISSING}"),
    "exemption by a login": (exempt("'a:1'", "alice"), PERSON),
    "exemption without reason": (exempt("reason: moving, "), f"reason: {MISSING}"),
    "exemption with no reason": (exempt("moving", "''"), "reason: write more: 3 or more"),
    "exemption with a blank reason": (exempt("moving", "'    '"), "reason: write more: 3 or more"),
    "exemption with a date as reason": (exempt("moving", "2027-01-01"), "reason: write text; what looks like"),
    "exemption without policy": (exempt("policy: private-reporting, "), f"policy: {MISSING}"),
    "exemption without repository": (exempt("repository: pypa/pip, "), f"repository: {MISSING}"),
    "exemption of everything": (exempt("pypa/pip", "'*'"), REPO),
    "id as text": (PIP + "repository_ids:\n  pypa/pip: '5' # here\n", "write a whole number without quotes"),
    "id with a fraction": (PIP + "repository_ids:\n  pypa/pip: 5.0 # here\n", "write a whole number without quotes"),
    "id of a truth": (PIP + "repository_ids:\n  pypa/pip: true # here\n", "write a whole number without quotes"),
    "id nought": (PIP + "repository_ids:\n  pypa/pip: 0 # here\n", "write a number above 0"),
    "id without end": (PIP + f"repository_ids:\n  pypa/pip: {2**63} # here\n", "no id on GitHub"),
    "sentinel that is a repository": (V + "sentinels:\n  - pypa/pip # here\n", "write OWNER/REPO/GHSA"),
    "sentinel of forbidden letters": (
        V + "sentinels:\n  - pypa/pip/GHSA-aaaa-bbbb-cccc # here\n",
        "write OWNER/REPO/GHSA",
    ),
}


# What only the whole file can tell.
REFERENCES = {
    "tool of an unknown owner": (tenures("from: 2024-01-01, owner: prst"), 'is "prst"; did you mean "psrt"?'),
    "owner in capitals": (tenures("from: 2024-01-01, owner: PSRT"), 'is "PSRT"; there is psrt, maintainers'),
    "unknown policy": (
        V + "policies:\n  private-reportng: {mode: enforce} # here\n",
        'there is no policy "private-reportng"; did you mean "private-reporting"?',
    ),
    "policy with underscores": (
        V + "policies:\n  private_reporting: {mode: enforce} # here\n",
        'did you mean "private-reporting"?',
    ),
    "exemption from an unknown policy": (
        exempt("private-reporting", "privat-reporting"),
        'is "privat-reporting"; did you mean "private-reporting"?',
    ),
    "exemption in an unknown account": (
        exempt("pypa/pip", "pipa/pip"),
        'nothing else names "pipa"; did you mean "pypa"?',
    ),
    "exemption written twice": (f"{PIP}exemptions:\n{EXEMPT}\n{EXEMPT} # here\n", "this exemption is written twice"),
    "id of a repository that nothing names": (
        PIP + "repository_ids:\n  pypa/pup: 5 # here\n",
        'nothing names this repository; did you mean "pypa/pip"?',
    ),
    "repository of two tools": (
        PIP + "  pip2:\n    repositories: [PyPA/Pip] # here\n",
        "pypa/pip belongs to pip already",
    ),
    "package of two tools": (
        PIP + "    packages: ['pip:pip']\n  b:\n    packages: ['pip:PIP'] # here\n",
        "pip:pip belongs to pip already",
    ),
    "package of two tools, spelt otherwise": (
        PIP + "    packages: ['pip:a.b']\n  b:\n    packages: ['pip:A__B'] # here\n",
        "belongs to pip already",
    ),
    "two sentinels of an account": (
        V + "sentinels:\n  - pypa/pip/GHSA-2222-3333-4444\n  - PyPA/wheel/GHSA-2222-3333-5555 # here\n",
        "pypa has a sentinel already",
    ),
    "two owners from one day on": (
        tenures("from: 2024-01-01, owner: psrt", "from: 2024-01-01, owner: maintainers"),
        "another owner begins on 2024-01-01 already",
    ),
    "two owners from one day on, one in quotes": (
        tenures("from: 2024-01-01, owner: psrt", "from: '2024-01-01', owner: maintainers"),
        "another owner begins on 2024-01-01 already",
    ),
    "the same owner from one day on": (
        tenures("from: 2024-01-01, owner: psrt", "from: 2025-01-01, owner: psrt", "from: 2024-01-01, owner: psrt"),
        "another owner begins on 2024-01-01 already",
    ),
    "one login with two ids": (
        V + "coordinators:\n  users: ['Alice:2']\ntools:\n  a:\n    users: ['alice:1'] # here\n",
        "this login stands elsewhere in the file with another id",
    ),
    "one login with two ids in one list": (
        V + "coordinators:\n  users:\n    - 'alice:1'\n    - 'alice:2' # here\n",
        "this login stands elsewhere in the file with another id",
    ),
    "one login with two ids in an exemption": (
        f"{PIP}    users: ['a:2']\nexemptions:\n{EXEMPT} # here\n",
        "this login stands elsewhere in the file with another id",
    ),
}
