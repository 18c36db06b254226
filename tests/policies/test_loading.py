"""Is a policy file valid, and if not, what would be right?"""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.config import commit_of
from policies.loading import MOST_MISTAKES, InvalidPolicy, load_policies
from policies.policy import all_policies
from tests.builders import NOW, PIP, WHEEL

DEFAULT = (resources.files("policies") / "pypa.yml").read_text(encoding="utf-8")


def test_the_shipped_file_asserts_only_pip() -> None:
    """Every other project opts in itself; nothing is enforced, and nobody is named."""
    loaded = load_policies(DEFAULT, "pypa.yml")

    managed = [repo for tool in loaded.file.tools.values() for repo in tool.repositories if tool.report_owner]
    assert [str(repo) for repo in managed] == ["pypa/pip", "pypa/get-pip"]
    owner = loaded.file.report_owner_of(PIP, NOW)
    assert owner is not None
    assert (owner[0], owner[1].wants_private_reporting) == ("psrt", False)
    assert loaded.file.report_owner_of(WHEEL, NOW) is None
    assert {settings.mode for settings in loaded.file.policies.values()} <= {"observe", "report"}
    assert ":" not in "".join(str(person) for tool in loaded.file.tools.values() for person in tool.users)
    assert loaded.commit == commit_of(DEFAULT)


@pytest.mark.parametrize("text", [DEFAULT.replace("\n", "\r\n"), "\ufeff" + DEFAULT], ids=["CRLF", "byte order mark"])
def test_files_from_windows_are_the_same(text: str) -> None:
    """Editors there write them so."""
    assert load_policies(text, "pypa.yml").file == load_policies(DEFAULT, "pypa.yml").file


KEYS = "version, coordination, coordinators, report_owners, tools, policies, exemptions, repository_ids, sentinels"
MAPPING = "Input should be a valid dictionary or instance of"
PERSON = 'is not a person; write LOGIN:NUMERIC_ID, as in "some-login:12345"'
REPO = "is not a repository; write OWNER/REPO, as in pypa/pip"
TEAM = "is not a team; write ORG/TEAM-SLUG, as in pypa/pip-committers"
NAME = "a name has letters, digits, dots, hyphens and underscores only, and at most 64"
SENTINEL = "write OWNER/REPO/GHSA-xxxx-xxxx-xxxx of a draft that somebody made for this"
SHARED = "belongs to a already; keep it in one tool"
TOO_LARGE = "no id on GitHub has so many digits; copy it from what GitHub's API answers"
DAY = "write a day, as in 2027-01-31"
DAYS = 'write a number of days, as in "90d"'
PACKAGE = "String should match pattern '^[a-z]+:[A-Za-z0-9@/._-]+$'"
V = "version: 1\n"
OWNER = V + "report_owners:\n  psrt: {takes_reports: email}\n"
EXEMPT = (
    'exemptions: [{policy: private-reporting, repository: pypa/pip, owner: "a:1", reason: moving, until: 2027-01-31}]'
)


def exempt(old: str, new: str) -> str:
    return V + EXEMPT.replace(old, new)


def tenure(written: str) -> str:
    return f"{OWNER}tools:\n  pip:\n    report_owner: [{{{written}}}]\n"


# text → the messages, each "line N: …"
TABLE = {
    # not a policy file at all
    "empty": ("", [f"1: {MAPPING} PolicyFile"]),
    "only a comment": ("# nothing\n", [f"1: {MAPPING} PolicyFile"]),
    "null": ("null", [f"1: {MAPPING} PolicyFile"]),
    "a list": ("- version: 1", [f"1: {MAPPING} PolicyFile"]),
    "a number": ("1", [f"1: {MAPPING} PolicyFile"]),
    "prose": ("Please see the wiki.", [f"1: {MAPPING} PolicyFile"]),
    "HTML of an error page": ("<html><body>Not found</body></html>", [f"1: {MAPPING} PolicyFile"]),
    # version
    "no version": ("tools: {}", ["1: version: Field required"]),
    "another version": ("version: 2", ["1: version: Input should be 1"]),
    "version as text": ('version: "1"', ["1: version: write version: 1"]),
    "version as a boolean": ("version: true", ["1: version: write version: 1"]),
    "version as a fraction": ("version: 1.0", ["1: version: write version: 1"]),
    # YAML that is none, or more than data
    "open bracket": (V + "tools: {", ["2: not YAML: expected the node content, but found '<stream end>'"]),
    "duplicate section": (V + "tools: {}\ntools: {}", ['3: "tools" is written twice; keep one']),
    "duplicate tool": (V + "tools:\n  pip: {}\n  pip: {}", ['4: "pip" is written twice; keep one']),
    "anchor": (V + "tools: &t {}", ["2: anchors and aliases are not read here; write the value out"]),
    "alias": (V + "tools: *t", ["2: anchors and aliases are not read here; write the value out"]),
    "tag": (V + "tools: !!map {}", ["2: tags (!…) are not read here; write the plain value"]),
    "code": (V + "tools: !!python/object:os.system {}", ["2: tags (!…) are not read here; write the plain value"]),
    "NUL": (V + "tools: {}\0", ["2: not YAML: it holds a character that YAML does not allow"]),
    "two documents": (V + "---\nversion: 1", ["2: not YAML: but found another document"]),
    "5 MB": (V + "#" * 5_000_000, ["1: the file is larger than 256 KiB"]),
    "deep": (V + "tools: " + "[" * 5_000, ["1: the file is nested too deeply"]),
    "merge key": (V + "<<: {tools: {}}", [f"2: <<: there is no such key; there is {KEYS}"]),
    # keys
    "unknown key": (V + "zzz: 1", [f"2: zzz: there is no such key; there is {KEYS}"]),
    "mistyped section": (V + "tols: {}", ['2: tols: there is no such key; did you mean "tools"?']),
    "wrong case": (V + "Tools: {}", ['2: Tools: there is no such key; did you mean "tools"?']),
    "mistyped key of a tool": (
        V + "tools:\n  pip:\n    repositores: [pypa/pip]",
        ['4: tools.pip.repositores: there is no such key; did you mean "repositories"?'],
    ),
    "mistyped key in a list": (
        tenure("from: 2024-01-01, owner: psrt, ownr: psrt"),
        ['6: tools.pip.report_owner.0.ownr: there is no such key; did you mean "owner"?'],
    ),
    "the name that we use for a key inside": (
        tenure("from_: 2024-01-01, owner: psrt"),
        [
            "6: tools.pip.report_owner.0.from: Field required",
            '6: tools.pip.report_owner.0.from_: there is no such key; did you mean "from"?',
        ],
    ),
    "mistyped key of an optional part": (
        V + "coordination: {repository: a/b, mod: observe}",
        ['2: coordination.mod: there is no such key; did you mean "mode"?'],
    ),
    "mistyped key far inside": (
        V + "report_owners:\n  psrt:\n    takes_reports: email\n    clocks:\n      finnish: 90d",
        ['6: report_owners.psrt.clocks.finnish: there is no such key; did you mean "finish"?'],
    ),
    "mistyped key of people": (
        V + "coordination:\n  repository: a/b\n  always_readers: {user: []}",
        ['4: coordination.always_readers.user: there is no such key; did you mean "users"?'],
    ),
    # wrong types
    "tools as a list": (V + "tools: [pip]", ["2: tools: Input should be a valid dictionary"]),
    "a tool without anything": (V + "tools:\n  pip:\n", [f"3: tools.pip: {MAPPING} Tool"]),
    "a tool as text": (V + "tools: {pip: pypa/pip}", [f"2: tools.pip: {MAPPING} Tool"]),
    "repositories as text": (
        V + "tools: {pip: {repositories: pypa/pip}}",
        ["2: tools.pip.repositories: Input should be a valid tuple"],
    ),
    "a policy as its mode": (
        V + "policies: {private-reporting: enforce}",
        [f"2: policies.private-reporting: {MAPPING} PolicySettings"],
    ),
    "coordination as text": (V + "coordination: a/b", [f"2: coordination: {MAPPING} Coordination"]),
    "exemptions as a mapping": (V + "exemptions: {}", ["2: exemptions: Input should be a valid tuple"]),
    "boolean as text": (
        V + "report_owners: {psrt: {takes_reports: email, publishes_on_github: 'no'}}",
        ["2: report_owners.psrt.publishes_on_github: Input should be a valid boolean"],
    ),
    "boolean as a number": (
        V + "report_owners: {psrt: {takes_reports: email, publishes_on_github: 0}}",
        ["2: report_owners.psrt.publishes_on_github: Input should be a valid boolean"],
    ),
    "contact as a number": (
        V + "report_owners: {psrt: {takes_reports: email, contact: 110}}",
        ["2: report_owners.psrt.contact: Input should be a valid string"],
    ),
    # closed choices
    "no such mode": (
        V + "policies: {private-reporting: {mode: enforced}}",
        ["2: policies.private-reporting.mode: Input should be 'observe', 'report' or 'enforce'"],
    ),
    "on is a boolean": (
        V + "policies: {private-reporting: {mode: on}}",
        ["2: policies.private-reporting.mode: Input should be 'observe', 'report' or 'enforce'"],
    ),
    "no such route": (
        V + "report_owners: {psrt: {takes_reports: fax}}",
        ["2: report_owners.psrt.takes_reports: Input should be 'email' or 'github'"],
    ),
    "an owner without a route": (
        V + "report_owners: {psrt: {}}",
        ["2: report_owners.psrt.takes_reports: Field required"],
    ),
    "no such store": (
        V + "coordination: {repository: a/b, store: wiki}",
        ["2: coordination.store: Input should be 'advisory' or 'issue'"],
    ),
    "issues that nobody is known to read": (
        V + "coordination: {repository: a/b, store: issue, always_readers: {users: []}}",
        [
            (
                "2: coordination: store: issue needs always_readers with at least one account or team: whoever can "
                "read the repository reads every case, so name all who can"
            )
        ],
    ),
    # repositories
    "a repository without owner": (
        V + "coordination: {repository: cases}",
        [f'2: coordination.repository: "cases" {REPO}'],
    ),
    "a repository as a URL": (
        V + "tools: {pip: {repositories: ['https://github.com/pypa/pip']}}",
        [f'2: tools.pip.repositories.0: "https://github.com/pypa/pip" {REPO}'],
    ),
    "a repository with .git and a space": (
        V + "tools: {pip: {repositories: [pypa/pip , 'pypa/p ip']}}",
        [f'2: tools.pip.repositories.1: "pypa/p ip" {REPO}'],
    ),
    "a pattern": (V + "tools: {pip: {repositories: ['pypa/*']}}", [f'2: tools.pip.repositories.0: "pypa/*" {REPO}']),
    "a path upwards": (
        V + "tools: {pip: {repositories: [pypa/..]}}",
        [f'2: tools.pip.repositories.0: "pypa/.." {REPO}'],
    ),
    "a repository in parts": (
        V + "coordination: {repository: {owner: ../../user, name: x}}",
        [f"""2: coordination.repository: "{{'owner': '../../user', 'name': 'x'}}" {REPO}"""],
    ),
    "no repository": (V + "coordination: {repository: null}", [f'2: coordination.repository: "None" {REPO}']),
    # people and teams
    "a login alone": (V + "coordinators: {users: [alice]}", [f'2: coordinators.users.0: "alice" {PERSON}']),
    "a login with an at sign": (
        V + "coordinators: {users: ['@alice:1']}",
        [f'2: coordinators.users.0: "@alice:1" {PERSON}'],
    ),
    "an id with a fraction": (
        V + "coordinators: {users: [alice:1.5]}",
        [f'2: coordinators.users.0: "alice:1.5" {PERSON}'],
    ),
    "an id of nothing": (V + "coordinators: {users: [alice:0]}", [f'2: coordinators.users.0: "alice:0" {PERSON}']),
    "a negative id": (V + "coordinators: {users: ['alice:-1']}", [f'2: coordinators.users.0: "alice:-1" {PERSON}']),
    "a login and an id as a mapping": (
        V + "coordinators: {users: [alice: 1]}",
        [f"""2: coordinators.users.0: "{{'alice': 1}}" {PERSON}"""],
    ),
    "a person in parts": (
        V + "coordinators: {users: [{login: a/b, id: -1}]}",
        [f"""2: coordinators.users.0: "{{'login': 'a/b', 'id': -1}}" {PERSON}"""],
    ),
    "digits that YAML takes for a time": (
        V + "coordinators: {users: [1234:56]}",
        [f'2: coordinators.users.0: "74096" {PERSON}'],
    ),
    "users as text": (V + "coordinators: {users: alice:1}", ["2: coordinators.users: Input should be a valid tuple"]),
    "half a character in a login": (
        V + 'coordinators: {users: ["\\ud800:1"]}',
        ["2: half of a character is escaped here, which is none"],
    ),
    "a team without organization": (V + "coordinators: {teams: [pip]}", [f'2: coordinators.teams.0: "pip" {TEAM}']),
    "a team by its title": (
        V + "coordinators: {teams: ['pypa/Pip committers']}",
        [f'2: coordinators.teams.0: "pypa/Pip committers" {TEAM}'],
    ),
    # packages, names, clocks, days
    "a package without ecosystem": (V + "tools: {pip: {packages: [pip]}}", [f"2: tools.pip.packages.0: {PACKAGE}"]),
    "a package with a space": (V + "tools: {pip: {packages: ['pip:a b']}}", [f"2: tools.pip.packages.0: {PACKAGE}"]),
    "a tool without a name": (V + 'tools: {"": {repositories: [pypa/pip]}}', [f"2: tools.: {NAME}"]),
    "a tool whose name is a table cell": (V + 'tools: {"a|b": {}}', [f"2: tools.a|b: {NAME}"]),
    "an owner whose name is a mention": (
        V + 'report_owners: {"@psrt": {takes_reports: email}}',
        [f"2: report_owners.@psrt: {NAME}"],
    ),
    "days as a number": (
        V + "report_owners: {psrt: {takes_reports: email, clocks: {finish: 90}}}",
        [f"2: report_owners.psrt.clocks.finish: {DAYS}"],
    ),
    "no days at all": (
        V + "report_owners: {psrt: {takes_reports: email, clocks: {finish: 0d}}}",
        [f"2: report_owners.psrt.clocks.finish: {DAYS}"],
    ),
    "no such day": (
        tenure("from: 2024-02-30, owner: psrt"),
        ['6: "2024-02-30" looks like a date or a number and is none'],
    ),
    "a day as a number": (tenure("from: 0, owner: psrt"), [f"6: tools.pip.report_owner.0.from: {DAY}"]),
    "a day in other words": (
        tenure("from: 1 January 2024, owner: psrt"),
        ["6: tools.pip.report_owner.0.from: Input should be a valid date or datetime, invalid character in year"],
    ),
    "an hour of a day": (
        exempt("2027-01-31", "2027-01-31T12:00:00Z"),
        ["2: exemptions.0.until: Datetimes provided to dates should have zero time - e.g. be exact dates"],
    ),
    "an exemption without end": (exempt(", until: 2027-01-31", ""), ["2: exemptions.0.until: Field required"]),
    "an exemption until whenever": (exempt("2027-01-31", "true"), [f"2: exemptions.0.until: {DAY}"]),
    "an exemption until never": (exempt("2027-01-31", "null"), [f"2: exemptions.0.until: {DAY}"]),
    "an exemption without owner": (exempt(' owner: "a:1",', ""), ["2: exemptions.0.owner: Field required"]),
    "an exemption without reason": (
        exempt("moving", "''"),
        ["2: exemptions.0.reason: String should have at least 3 characters"],
    ),
    "an exemption from everything": (
        exempt("private-reporting", "'*'"),
        [f'2: exemptions.0.policy: is "*"; there is {", ".join(policy.name for policy in all_policies())}'],
    ),
    # references
    "no such owner": (
        tenure("from: 2024-01-01, owner: psrt-team"),
        ['6: tools.pip.report_owner.0.owner: is "psrt-team"; did you mean "psrt"?'],
    ),
    "an owner where there is none": (
        V + "tools: {pip: {report_owner: [{from: 2024-01-01, owner: psrt}]}}",
        ['2: tools.pip.report_owner.0.owner: is "psrt"'],
    ),
    "no such policy": (
        V + "policies:\n  private_reporting: {}",
        ['3: policies.private_reporting: there is no policy "private_reporting"; did you mean "private-reporting"?'],
    ),
    "exempt from no such policy": (
        exempt("private-reporting", "privat-reporting"),
        ['2: exemptions.0.policy: is "privat-reporting"; did you mean "private-reporting"?'],
    ),
    "the id of a repository that nothing names": (
        V + "tools: {pip: {repositories: [pypa/pip]}}\nrepository_ids: {pypa/pipp: 7}",
        ['3: repository_ids.pypa/pipp: nothing names this repository; did you mean "pypa/pip"?'],
    ),
    "an id that is none": (
        V + "tools: {pip: {repositories: [pypa/pip]}}\nrepository_ids: {pypa/pip: seven}",
        ["3: repository_ids.pypa/pip: Input should be a valid integer"],
    ),
    "an id that no database keeps": (
        V + f"tools: {{pip: {{repositories: [pypa/pip]}}}}\nrepository_ids: {{pypa/pip: {2**63}}}",
        [f"3: repository_ids.pypa/pip: {TOO_LARGE}"],
    ),
    "an id without end": (
        V + f"tools: {{pip: {{repositories: [pypa/pip]}}}}\nrepository_ids: {{pypa/pip: 0x{'f' * 5_000}}}",
        [f"3: repository_ids.pypa/pip: {TOO_LARGE}"],
    ),
    "an id below all": (
        V + f"tools: {{pip: {{repositories: [pypa/pip]}}}}\nrepository_ids: {{pypa/pip: {-(10**19)}}}",
        ["3: repository_ids.pypa/pip: Input should be greater than 0"],
    ),
    "a person whose id no database keeps": (
        V + f"coordinators:\n  users: ['a:{2**63 - 1}', 'a:{2**63}', 'a:{'9' * 5_000}', 'a:²']",
        [
            f"3: coordinators.users.1: {TOO_LARGE}",
            f"3: coordinators.users.2: {TOO_LARGE}",
            f'3: coordinators.users.3: "a:²" {PERSON}',
        ],
    ),
    "a repository of two tools": (
        V + "tools:\n  a: {repositories: [pypa/pip]}\n  b: {repositories: [x/y, PyPA/Pip]}",
        [f"4: tools.b.repositories.1: pypa/pip {SHARED}"],
    ),
    "a package of two tools": (
        V + "tools:\n  a: {packages: ['pip:readme_renderer']}\n  b: {packages: ['pip:Readme-Renderer']}",
        [f"4: tools.b.packages.0: pip:readme-renderer {SHARED}"],
    ),
    # sentinels: the id of a draft is not repeated
    "a sentinel that is no advisory": (V + "sentinels: [pypa/pip]", [f"2: sentinels.0: {SENTINEL}"]),
    "a sentinel with a mistyped id": (
        V + "sentinels:\n  - pypa/pip/GHSA-2222-3333-4444\n  - astral-sh/uv/GHSA-2222-3333-44l4",
        [f"4: sentinels.1: {SENTINEL}"],
    ),
    "a sentinel without its repository": (V + "sentinels: [GHSA-2222-3333-4444]", [f"2: sentinels.0: {SENTINEL}"]),
    "sentinels as text": (
        V + "sentinels: pypa/pip/GHSA-2222-3333-4444",
        ["2: sentinels: Input should be a valid tuple"],
    ),
    "two sentinels of one account": (
        V + "sentinels:\n  - pypa/pip/GHSA-2222-3333-4444\n  - a/b/GHSA-2222-3333-4444\n"
        "  - PyPA/wheel/GHSA-2222-3333-5555",
        ["5: sentinels.2: pypa has a sentinel already; keep one for each account"],
    ),
    # several at once, in the order of the file
    "three mistakes": (
        V + "coordinators: {users: [alice]}\ntols: {}\npolicies: {private-reporting: {mode: off}}",
        [
            f'2: coordinators.users.0: "alice" {PERSON}',
            '3: tols: there is no such key; did you mean "tools"?',
            "4: policies.private-reporting.mode: Input should be 'observe', 'report' or 'enforce'",
        ],
    ),
}


@pytest.mark.parametrize(("text", "messages"), TABLE.values(), ids=TABLE)
def test_a_broken_file_is_told_by_file_line_and_what_would_be_right(text: str, messages: list[str]) -> None:
    """Somebody has to mend it, and does not know our code."""
    with pytest.raises(InvalidPolicy) as refused:
        load_policies(text, "greenroom.yml")

    assert str(refused.value).split("\n") == [f"greenroom.yml line {message}" for message in messages]


def test_a_tool_may_name_a_repository_twice() -> None:
    """That is untidy and harms nobody."""
    load_policies(V + "tools: {a: {repositories: [pypa/pip, PyPA/pip]}}", "greenroom.yml")


def test_many_mistakes_are_told_as_one_notice() -> None:
    """A file of another program is not worth ten thousand lines of log."""
    text = V + "".join(f"key{number}: 1\n" for number in range(MOST_MISTAKES + 7))

    with pytest.raises(InvalidPolicy) as refused:
        load_policies(text, "greenroom.yml")

    lines = str(refused.value).split("\n")
    assert len(lines) == MOST_MISTAKES + 1
    assert lines[-1] == "greenroom.yml: and 7 more mistakes"


def only_loads_or_is_invalid(text: str) -> None:
    try:
        told = load_policies(text, "greenroom.yml").commit
    except InvalidPolicy as refused:
        told = str(refused)
    assert told.startswith(("greenroom.yml line ", "sha256:"))
    assert told.encode()  # every log and every terminal takes it


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_loads_or_is_invalid(text: str) -> None:
    """The last good file stays only where the mistake is told as one."""
    only_loads_or_is_invalid(text)


WORDS = st.sampled_from(
    [
        "version",
        "tools",
        "pip",
        "from",
        "owner",
        "until",
        "0",
        "1",
        "1.5",
        "true",
        "null",
        "2027-02-30",
        "<<",
        "%YAML 1.1",
    ]
)
MARKS = st.sampled_from(
    [
        ": ",
        "\n",
        "\n  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "&a ",
        "*a",
        "!!bool ",
        "!!int ",
        "! ",
        "? ",
        "|\n",
        '"',
        "'",
        "#",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(WORDS, MARKS, st.sampled_from(['"\\U00110000"', '"\\ud800"', "\0", "\ufeff", "0x", "1_"]))))
def test_any_yaml_loads_or_is_invalid(parts: list[str]) -> None:
    """Random text is seldom YAML; this is, more often."""
    only_loads_or_is_invalid("version: 1\n" + "".join(parts))


SHORT = DEFAULT[: DEFAULT.index("  packaging:")] + DEFAULT[DEFAULT.index("policies:") :]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SHORT)),
            st.integers(0, 12),
            st.one_of(WORDS, MARKS, st.text(max_size=3)),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_edit_of_the_shipped_file_loads_or_is_invalid(edits: list[tuple[int, int, str]]) -> None:
    """People edit what they were given: something is cut out, something else is put there."""
    text = SHORT
    for start, length, put in edits:
        text = text[:start] + put + text[start + length :]

    only_loads_or_is_invalid(text)
