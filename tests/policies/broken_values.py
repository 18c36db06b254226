"""Files that are YAML, and say what a policy file cannot say."""

from __future__ import annotations

from tests.policies.broken_writing import (
    DAY,
    EXEMPT,
    KEY,
    MISSING,
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
