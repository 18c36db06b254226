"""On which line does a value stand, and what is not read at all?"""

from __future__ import annotations

from datetime import date

import pytest

from policies.yaml_lines import LARGEST_FILE, Document, Unreadable, read_document


def test_an_empty_file_is_nothing() -> None:
    """Whether that is valid is for others to say."""
    assert read_document("") == Document(None, {})


def test_values_know_their_lines() -> None:
    """A key stands where its name is, an item where it begins."""
    document = read_document("version: 1\ntools:\n  pip:\n    repositories:\n      - pypa/pip\n      - pypa/get-pip\n")

    assert document.data == {"version": 1, "tools": {"pip": {"repositories": ["pypa/pip", "pypa/get-pip"]}}}
    assert document.line_of(("version",)) == 1
    assert document.line_of(("tools", "pip")) == 3
    assert document.line_of(("tools", "pip", "repositories", 1)) == 6


def test_a_missing_value_is_told_by_what_is_around_it() -> None:
    """A key that should be there has no line of its own."""
    document = read_document("\n\ntools:\n  pip: {}\n")

    assert document.line_of(("tools", "pip", "owner", 0, "name")) == 4
    assert document.line_of(("nowhere",)) == 3
    assert read_document("").line_of(("nowhere",)) == 1


def test_plain_scalars_are_what_yaml_says() -> None:
    """Dates are dates, `true` is a boolean, `on` is a word since YAML 1.2, and what is quoted is text."""
    text = '{day: 2027-01-31, mode: true, text: on, more: "true", none: null, number: 90, share: 0.5}'
    data = read_document(text).data

    assert data == {
        "day": date(2027, 1, 31),
        "mode": True,
        "text": "on",
        "more": "true",
        "none": None,
        "number": 90,
        "share": 0.5,
    }


def test_a_key_is_the_text_that_is_written() -> None:
    """`on: 1` is a key named on, and a merge key merges nothing."""
    assert read_document("on: 1\n2024-01-01: 2\n<<: {a: 3}").data == {"on": 1, "2024-01-01": 2, "<<": {"a": 3}}


BOMB = "\n".join(
    [
        "a0: &a0 [x, x, x, x, x, x, x, x, x]",
        *(f"a{n}: &a{n} [" + f"*a{n - 1}, " * 9 + "]" for n in range(1, 9)),
    ]
)
NO_ANCHORS = "anchors and aliases are not read here; write the value out"
ESCAPE = "not YAML: found invalid Unicode character escape code"
NO_NUMBER = "is not the same number to every program; write digits, or put it in quotes"
NO_TAGS = "tags (!…) are not read here; write the plain value"
TABLE = {
    "anchor bomb": (BOMB, 1, NO_ANCHORS),
    "anchor": ("a: 1\nb: &x 1", 2, NO_ANCHORS),
    "anchor of a mapping": ("a: &x\n  b: 1", 1, NO_ANCHORS),
    "anchor of a list": ("a: 1\nb: &x [1]", 2, NO_ANCHORS),
    "alias of nothing": ("a: 1\n\nb: *x", 3, NO_ANCHORS),
    "python object": ("a: !!python/object/apply:os.system ['true']", 1, NO_TAGS),
    "python name": ("a: !!python/name:os.system x", 1, NO_TAGS),
    "own tag": ("a: 1\nb: !secret x", 2, NO_TAGS),
    "tag of a mapping": ("a: !x {b: 1}", 1, NO_TAGS),
    "tag of a list": ("a: !x [1]", 1, NO_TAGS),
    "set": ("a: !!set {b}", 1, NO_TAGS),
    "binary": ("a: !!binary aGVsbG8=", 1, NO_TAGS),
    "no boolean": ("a: !!bool perhaps", 1, NO_TAGS),
    "no timestamp": ("a: !!timestamp tomorrow", 1, NO_TAGS),
    "no integer": ('a: !!int ""', 1, NO_TAGS),
    "tag by directive": ("%TAG ! tag:yaml.org,2002:\n---\na: !bool perhaps", 3, NO_TAGS),
    "duplicate key": ("a: 1\nb: 2\na: 3", 3, '"a" is written twice; keep one'),
    "duplicate key further in": ("a:\n  b: 1\n  b: 1", 3, '"b" is written twice; keep one'),
    "list as key": ("? [a]\n: 1", 1, "a key has to be plain text"),
    "mapping as key": ("a: 1\n? {b: 1}\n: 1", 2, "a key has to be plain text"),
    "line end in a key": ('a: 1\n"b\\nc": 1', 2, "a key has to be plain text"),
    "half a character in a key": ('"\\ud800": 1', 1, ESCAPE),
    "no such day": ("a: 1\nb: 2027-02-30", 2, '"2027-02-30" looks like a date or a number and is none'),
    "no such number": ("a: 1\nb: 0b_", 2, f'"0b_" {NO_NUMBER}'),
    "endless number": ("a: " + "9" * 5000, 1, f'"{"9" * 40}" looks like a date or a number and is none'),
    "NUL": ("a: 1\nb: \0", 2, "not YAML: it holds a character that YAML does not allow"),
    "escape of no character": ('a: "\\UFFFFFFFF"', 1, ESCAPE),
    "another escape of no character": ('a: "\\U00110000"', 1, ESCAPE),
    "endless version": (f"%YAML 1.{'9' * 5000}\n---\na: 1", 1, "not YAML: found extremely long version number"),
    "octal number": ("a: 0777", 1, f'"0777" {NO_NUMBER}'),
    "octal number of YAML 1.2": ("a: 0o777", 1, f'"0o777" {NO_NUMBER}'),
    "hexadecimal number": ("a: 0x1F", 1, f'"0x1F" {NO_NUMBER}'),
    "number with an underscore": ("a: 1_000", 1, f'"1_000" {NO_NUMBER}'),
    "sexagesimal number": ("a: 1\nb: 190:20:30", 2, f'"190:20:30" {NO_NUMBER}'),
    "exponent": ("a: 1e3", 1, f'"1e3" {NO_NUMBER}'),
    "no number": ("a: .nan", 1, f'".nan" {NO_NUMBER}'),
    "endless": ("a: -.inf", 1, f'"-.inf" {NO_NUMBER}'),
    "two documents": ("a: 1\n---\nb: 1", 2, "not YAML: but found another document"),
    "tabs": ("a: 1\n\tb: 1", 2, "not YAML: found a tab character that violates indentation"),
    "open list": ("a: [1,", 1, "not YAML: did not find expected node content"),
    "open quote": ('a: "b\n', 1, "not YAML: found unexpected end of stream"),
    "reserved": ("a: @b", 1, "not YAML: found character that cannot start any token"),
    "deep lists": ("[" * 20_000, 1, "the file is nested too deeply"),
    "deep mappings": ("{a: " * 20_000, 1, "the file is nested too deeply"),
    "deeper than any policy": ("- " * 22, 1, "the file is nested too deeply"),
    "many values": ("[" + "a," * 60_001 + "]", 1, "the file holds more than 60,000 values"),
    "5 MB": ("a" * 5_000_000, 1, "the file is larger than 256 KiB"),
    "large in bytes though short in characters": ("ä" * (LARGEST_FILE // 2 + 1), 1, "the file is larger than 256 KiB"),
}


@pytest.mark.parametrize(("text", "line", "message"), TABLE.values(), ids=TABLE)
def test_what_is_not_read(text: str, line: int, message: str) -> None:
    """Data only. A file that is merged by mistake must neither run, nor grow, nor bring the reader down."""
    with pytest.raises(Unreadable) as refused:
        read_document(text)

    assert (refused.value.line, str(refused.value)) == (line, message)


def test_a_file_of_the_largest_size_is_read() -> None:
    """The limit is a limit, not a trap."""
    assert read_document("a: " + "x" * (LARGEST_FILE - 3)).data["a"].startswith("xxx")
