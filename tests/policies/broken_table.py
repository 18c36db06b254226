"""Files that must never be in force, each with what is told. `# here` marks the line that has to be named."""

from __future__ import annotations

from dataclasses import dataclass

V = "version: 1\n"
OWNERS = V + "report_owners:\n  psrt: {takes_reports: email}\n  maintainers: {takes_reports: github}\n"
PIP = OWNERS + "tools:\n  pip:\n    repositories: [pypa/pip]\n"
TWO = PIP + "  wheel:\n    repositories: [pypa/wheel]\n"
ANCHORS = "anchors and aliases are not read here"
TAGS = "tags (!…) are not read here"
NUMBER = "is not the same number to every program"
MISSING = "Field required"
KEY = "there is no such key; did you mean"
DAY = "write a day, as in"
PERSON = "this is not a person; write LOGIN:NUMERIC_ID"
REPO = "is not a repository; write OWNER/REPO"
TEAM = "is not a team; write ORG/TEAM-SLUG"
MODE = "Input should be 'observe', 'report' or 'enforce'"
EXEMPT = "- {policy: private-reporting, repository: pypa/pip, owner: 'a:1', reason: moving, until: 2027-01-31}"


def exempt(old: str = "", new: str = "") -> str:
    return f"{PIP}exemptions:\n{EXEMPT.replace(old, new)} # here\n"


def tenures(*written: str) -> str:
    rows = "".join(f"      - {{{each}}}\n" for each in written[:-1])
    return f"{PIP}    report_owner:\n{rows}      - {{{written[-1]}}} # here\n"


@dataclass(frozen=True, slots=True)
class Broken:
    """A file, and a fragment of what is told about it."""

    content: bytes
    words: str
    line: int

    @classmethod
    def of(cls, text: str | bytes, words: str) -> Broken:
        content = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
        lines = content.split(b"\n")
        return cls(content, words, next((at for at, line in enumerate(lines, 1) if b"# here" in line), 1))


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
    "version of the future": ("version: 2 # here\n", "version: Input should be 1"),
    "version as text": ('version: "1" # here\n', "version: write version: 1"),
    "version as a truth": ("version: true # here\n", "version: write version: 1"),
    "version with a fraction": ("version: 1.0 # here\n", "version: write version: 1"),
    "version of nothing": ("version: # here\n", "version: write version: 1"),
    "coordination as text": (V + "coordination: a/b # here\n", "coordination: Input should be"),
    "coordination without repository": (V + "coordination: {mode: observe} # here\n", f"repository: {MISSING}"),
    "coordination in two places": (
        V + "coordination:\n  repository: [a/b, a/c] # here\n",
        "coordination.repository",
    ),
    "store of another kind": (
        V + "coordination:\n  repository: a/b\n  store: discussions # here\n",
        "store: Input should be 'advisory' or 'issue'",
    ),
    "issues without readers": (V + "coordination: {repository: a/b, store: issue} # here\n", "needs always_readers"),
    "mode of mirrors": (V + "coordination:\n  repository: a/b\n  mode: on # here\n", f"coordination.mode: {MODE}"),
    "coordinators as a list": (V + "coordinators: ['a:1'] # here\n", "coordinators: Input should be"),
    "users as text": (V + "coordinators:\n  users: a:1 # here\n", "users: Input should be a valid tuple"),
    "users as a mapping": (V + "coordinators:\n  users: {a: 1} # here\n", "users: Input should be a valid tuple"),
    "users of nothing": (V + "coordinators:\n  users: # here\n", "users: Input should be a valid tuple"),
    "owners as a list": (V + "report_owners: [psrt] # here\n", "report_owners: Input should be a valid dictionary"),
    "owner as text": (V + "report_owners:\n  psrt: email # here\n", "report_owners.psrt: Input should be"),
    "owner of nothing": (V + "report_owners:\n  psrt: # here\n", "report_owners.psrt: Input should be"),
    "owner without a way": (V + "report_owners:\n  psrt: {} # here\n", f"takes_reports: {MISSING}"),
    "owner by pigeon": (
        V + "report_owners:\n  psrt: {takes_reports: pigeon} # here\n",
        "takes_reports: Input should be 'email' or 'github'",
    ),
    "owner by a truth": (
        V + "report_owners:\n  psrt: {takes_reports: true} # here\n",
        "takes_reports: Input should be 'email' or 'github'",
    ),
    "contact as a number": (
        V + "report_owners:\n  psrt: {takes_reports: email, contact: 5} # here\n",
        "contact: Input should be a valid string",
    ),
    "publishes as a word": (
        V + "report_owners:\n  psrt: {takes_reports: email, publishes_on_github: no} # here\n",
        "publishes_on_github: Input should be a valid boolean",
    ),
    "publishes as a number": (
        V + "report_owners:\n  psrt: {takes_reports: email, publishes_on_github: 0} # here\n",
        "publishes_on_github: Input should be a valid boolean",
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
    "tools as a list": (V + "tools: [pip] # here\n", "tools: Input should be a valid dictionary"),
    "tools of nothing": (V + "tools: # here\n", "tools: Input should be a valid dictionary"),
    "tool as text": (V + "tools:\n  pip: pypa/pip # here\n", "tools.pip: Input should be"),
    "repositories as text": (
        V + "tools:\n  pip:\n    repositories: pypa/pip # here\n",
        "repositories: Input should be a valid tuple",
    ),
    "packages as a mapping": (
        V + "tools:\n  pip:\n    packages: {pip: pip} # here\n",
        "packages: Input should be a valid tuple",
    ),
    "owner of a tool as text": (PIP + "    report_owner: psrt # here\n", "report_owner: Input should be a valid tuple"),
    "tenure as text": (PIP + "    report_owner:\n      - psrt # here\n", "report_owner.0: Input should be"),
    "policies as a list": (
        V + "policies: [private-reporting] # here\n",
        "policies: Input should be a valid dictionary",
    ),
    "policy as text": (V + "policies:\n  private-reporting: enforce # here\n", "private-reporting: Input should be"),
    "policy as a truth": (V + "policies:\n  private-reporting: true # here\n", "private-reporting: Input should be"),
    "mode of nothing": (V + "policies:\n  private-reporting: {mode: } # here\n", f"mode: {MODE}"),
    "mode in capitals": (V + "policies:\n  private-reporting: {mode: Enforce} # here\n", f"mode: {MODE}"),
    "mode off": (V + "policies:\n  private-reporting: {mode: off} # here\n", f"mode: {MODE}"),
    "mode misspelt": (V + "policies:\n  private-reporting: {mode: enforced} # here\n", f"mode: {MODE}"),
    "mode as a list": (V + "policies:\n  private-reporting: {mode: [enforce]} # here\n", f"mode: {MODE}"),
    "exemptions as a mapping": (V + "exemptions: {a: b} # here\n", "exemptions: Input should be a valid tuple"),
    "exemption as text": (V + "exemptions:\n  - all of it # here\n", "exemptions.0: Input should be"),
    "ids as a list": (V + "repository_ids: [1] # here\n", "repository_ids: Input should be a valid dictionary"),
    "sentinels as text": (V + "sentinels: none # here\n", "sentinels: Input should be a valid tuple"),
    "a list": ("- version: 1 # here\n", "Input should be"),
    "a word": ("version # here\n", "Input should be"),
    "a number": ("1\n", "Input should be"),
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
    "package without ecosystem": (V + "tools:\n  a:\n    packages: [pip] # here\n", "String should match pattern"),
    "package of spaces": (V + "tools:\n  a:\n    packages: ['pip: pip'] # here\n", "String should match pattern"),
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
    "no such day in quotes": (tenures('from: "2024-02-30", owner: psrt'), "Input should be a valid date"),
    "exemption without end": (exempt(", until: 2027-01-31"), "until: write the day"),
    "exemption for ever": (exempt("2027-01-31", "never"), "until: write the day"),
    "exemption without owner": (exempt("owner: 'a:1', "), f"owner: {MISSING}"),
    "exemption by a login": (exempt("'a:1'", "alice"), PERSON),
    "exemption without reason": (exempt("reason: moving, "), f"reason: {MISSING}"),
    "exemption with no reason": (exempt("moving", "''"), "reason: String should have at least 3"),
    "exemption with a blank reason": (exempt("moving", "'    '"), "reason: String should have at least 3"),
    "exemption with a date as reason": (exempt("moving", "2027-01-01"), "reason: Input should be a valid string"),
    "exemption without policy": (exempt("policy: private-reporting, "), f"policy: {MISSING}"),
    "exemption without repository": (exempt("repository: pypa/pip, "), f"repository: {MISSING}"),
    "exemption of everything": (exempt("pypa/pip", "'*'"), REPO),
    "id as text": (PIP + "repository_ids:\n  pypa/pip: '5' # here\n", "Input should be a valid integer"),
    "id with a fraction": (PIP + "repository_ids:\n  pypa/pip: 5.0 # here\n", "Input should be a valid integer"),
    "id of a truth": (PIP + "repository_ids:\n  pypa/pip: true # here\n", "Input should be a valid integer"),
    "id nought": (PIP + "repository_ids:\n  pypa/pip: 0 # here\n", "Input should be greater than 0"),
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

# YAML that is none, or more than data.
YAML = {
    "empty": ("", "Input should be"),
    "blank": ("\n\n  \n", "Input should be"),
    "nothing but a comment": ("# nothing\n", "Input should be"),
    "nothing but a marker": ("---\n", "Input should be"),
    "nothing but an end": ("...\n", "not YAML"),
    "two documents": (V + "--- # here\nversion: 1\n", "not YAML: but found another document"),
    "three documents": (V + "--- # here\nversion: 1\n---\n", "not YAML: but found another document"),
    "section written twice": (V + "tools: {}\ntools: {} # here\n", '"tools" is written twice'),
    "tool written twice": (V + "tools:\n  a: {}\n  a: {} # here\n", '"a" is written twice'),
    "mode written twice": (
        V + "policies:\n  private-reporting:\n    mode: observe\n    mode: enforce # here\n",
        '"mode" is written twice',
    ),
    "version written twice": (V + "version: 1 # here\n", '"version" is written twice'),
    "anchor": (V + "tools: &a {} # here\n", ANCHORS),
    "alias": (V + "tools: *a # here\n", ANCHORS),
    "anchor of a key": (V + "&a tools: {} # here\n", ANCHORS),
    "alias as a key": (V + "*a : {} # here\n", ANCHORS),
    "billion laughs": (
        V + "a: &a [lol] # here\n" + "".join(f"b{n}: &b{n} [{'*a,' * 9}]\n" for n in range(9)),
        ANCHORS,
    ),
    "quadratic blowup": (V + f"a: &a {'x' * 50_000} # here\nb: [{'*a,' * 5_000}]\n", ANCHORS),
    "endless recursion": (V + "a: &a [*a] # here\n", ANCHORS),
    "merged mapping": (V + "tools:\n  a: &a {} # here\n  b: {<<: *a}\n", ANCHORS),
    "python object": (V + "tools: !!python/object/apply:os.system ['true'] # here\n", TAGS),
    "python name": (V + "tools: !!python/name:os.system x # here\n", TAGS),
    "own tag": (V + "tools: !include other.yml # here\n", TAGS),
    "tag of text": (V + "tools: !!str {} # here\n", TAGS),
    "binary": (V + "tools: !!binary aGVsbG8= # here\n", TAGS),
    "set": (V + "tools: !!set {a} # here\n", TAGS),
    "nameless tag": (V + "tools: ! x # here\n", TAGS),
    "tag of the file": ("!!map # here\nversion: 1\n", TAGS),
    "octal number": (PIP + "repository_ids:\n  pypa/pip: 0777 # here\n", NUMBER),
    "octal number of YAML 1.2": (PIP + "repository_ids:\n  pypa/pip: 0o777 # here\n", NUMBER),
    "hexadecimal number": (PIP + "repository_ids:\n  pypa/pip: 0x1F # here\n", NUMBER),
    "binary number": (PIP + "repository_ids:\n  pypa/pip: 0b11 # here\n", NUMBER),
    "number with underscores": (PIP + "repository_ids:\n  pypa/pip: 1_000 # here\n", NUMBER),
    "number in base 60": (PIP + "repository_ids:\n  pypa/pip: 190:20:30 # here\n", NUMBER),
    "person in base 60": (V + "coordinators:\n  users: [12:34] # here\n", NUMBER),
    "number with an exponent": (PIP + "repository_ids:\n  pypa/pip: 1e3 # here\n", NUMBER),
    "not a number": (PIP + "repository_ids:\n  pypa/pip: .nan # here\n", NUMBER),
    "endless": (PIP + "repository_ids:\n  pypa/pip: .inf # here\n", NUMBER),
    "list as a key": (V + "? [a] # here\n: 1\n", "a key has to be plain text"),
    "mapping as a key": (V + "? {a: 1} # here\n: 1\n", "a key has to be plain text"),
    "key of two lines": (V + '"a\\nb": 1 # here\n', "a key has to be plain text"),
    "key that cannot be seen": (V + '"to\\u200bols": {} # here\n', "a key has to be plain text"),
    "tabs": (V + "tools:\n\tpip: {} # here\n", "not YAML"),
    "open list": (V + "tools: [ # here", "not YAML"),
    "open mapping": (V + "tools: {pip: # here", "not YAML"),
    "open quotes": (V + 'contact: "x # here', "not YAML"),
    "wrong indentation": (V + "tools:\n  a: {}\n b: {} # here\n", "not YAML"),
    "a colon too many": (V + "tools: a: b # here\n", "not YAML"),
    "at sign": (V + "tools: @x # here\n", "not YAML"),
    "backtick": (V + "tools: `x` # here\n", "not YAML"),
    "half of a character": (V + 'tools: "\\ud800" # here\n', "not YAML"),
    "escape of no character": (V + 'tools: "\\UFFFFFFFF" # here\n', "not YAML"),
    "YAML of the future": ("%YAML 9.9 # here\n---\nversion: 1\n", "not YAML"),
    "merge conflict": (V + "<<<<<<< HEAD\ntools: {} # here\n=======\ntools: {}\n>>>>>>> branch\n", "not YAML"),
    "JSON with a comma too many": ('{"version": 1,, "tools": {}} # here\n', "not YAML"),
    "a web page": ("<!DOCTYPE html>\n<html><body>404: Not Found</body></html>\n", "not YAML"),
    "a pointer of large files": ("version https://git-lfs.example/spec/v1\noid sha256:4d7a\n", "Input should be"),
}

# Bytes that are no text, and files that are too much.
BYTES = {
    "NUL": (V.encode() + b"tools: \0 # here\n", "not YAML: it holds a character"),
    "escape code of terminals": (V.encode() + b"tools: \x1b[31m # here\n", "not YAML: it holds a character"),
    "Latin-1": (V.encode() + b"tools: {}\ncontact: \xe4 # here\n", "not text in UTF-8"),
    "UTF-16": ((V + "tools: {}\n").encode("utf-16"), "not text in UTF-8"),
    "UTF-16 without a mark": ((V + "tools: {}\n").encode("utf-16-le"), "not YAML: it holds a character"),
    "UTF-32": ((V + "tools: {}\n").encode("utf-32"), "not text in UTF-8"),
    "half of a character, as bytes": (V.encode() + b"contact: \xed\xa0\x80 # here\n", "not text in UTF-8"),
    "overlong": (V.encode() + b"contact: \xc0\xaf # here\n", "not text in UTF-8"),
    "a packed file": (b"\x1f\x8b\x08\x00" + b"\0" * 100, "not text in UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not text in UTF-8"),
    "5 MB of comments": (b"#" * 5_000_000, "the file is larger than 256 KiB"),
    "5 MB of nothing": (b"\n" * 5_000_000, "the file is larger than 256 KiB"),
    "a byte too many": (V.encode() + b"#" * (256 * 1024 - 10), "the file is larger than 256 KiB"),
    "deep lists": ((V + "tools: " + "[" * 100_000).encode(), "the file is nested too deeply"),
    "deep mappings": (V.encode() + b"tools: " + b"{a: " * 60_000, "the file is nested too deeply"),
    "deep blocks": (b"".join(b" " * n + b"a:\n" for n in range(500)), "the file is nested too deeply"),
    "deep dashes": (b"- " * 100_000, "the file is nested too deeply"),
    "many values": ((V + "sentinels: [" + "a," * 100_000 + "]").encode(), "the file holds more than 60,000 values"),
    "many keys": ((V + "a0: 1 # here\n" + "".join(f"a{n}: 1\n" for n in range(1, 20_000))).encode(), "no such key"),
    "many unknown owners": (
        (
            V
            + "report_owners:\n"
            + "".join(f"  o{n}: {{takes_reports: email}}\n" for n in range(2_000))
            + "tools:\n"
            + "".join(f"  t{n}: {{report_owner: [{{from: 2024-01-01, owner: x{n}}}]}}\n" for n in range(2_000))
        ).encode(),
        'is "x0"; did you mean "o0"?',
    ),
    "a line without end": ((V + "tools: " + "a" * 250_000).encode(), "tools: Input should be a valid dictionary"),
    "a key without end": ((V + "k" * 250_000 + ": 1\n").encode(), "not YAML"),
    "many mistakes": ((V + "exemptions: # here\n" + "- {policy: x}\n" * 8_000).encode(), "Field required"),
}

_TABLES: tuple[dict[str, tuple[str, str]] | dict[str, tuple[bytes, str]], ...] = (
    KEYS, KINDS, NAMES, REFERENCES, YAML, BYTES
)  # fmt: skip
# Where the line that has to be named cannot be marked in the file itself, or is that of the first of several mistakes.
LINES = {
    "deep lists": 2,
    "deep mappings": 2,
    "deep blocks": 22,
    "many values": 2,
    "a line without end": 2,
    "a key without end": 2,
    "many mistakes": 3,
    "many unknown owners": 2_004,
    "open list": 2,
    "open mapping": 2,
    "nothing but an end": 1,
    "nothing but a marker": 2,
    "a web page": 2,
    "two documents": 2,
    "UTF-16 without a mark": 1,
    "open quotes": 2,
}
TABLE = {
    name: Broken(made.content, made.words, LINES.get(name, made.line))
    for table in _TABLES
    for name, (content, words) in table.items()
    for made in [Broken.of(content, words)]
}
