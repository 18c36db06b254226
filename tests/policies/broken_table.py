"""Files that must never be in force, each with what is told. `# here` marks the line that has to be named."""

from __future__ import annotations

from dataclasses import dataclass

from tests.policies.broken_kinds import KINDS
from tests.policies.broken_values import KEYS, NAMES, REFERENCES
from tests.policies.broken_writing import (
    ANCHORS,
    NUMBER,
    PIP,
    TAGS,
    V,
)


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


# YAML that is none, or more than data.
YAML = {
    "empty": ("", "write a mapping, as in version: 1"),
    "blank": ("\n\n  \n", "write a mapping, as in version: 1"),
    "nothing but a comment": ("# nothing\n", "write a mapping, as in version: 1"),
    "nothing but a marker": ("---\n", "write a mapping, as in version: 1"),
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
    "a pointer of large files": (
        "version https://git-lfs.example/spec/v1\noid sha256:4d7a\n",
        "write a mapping, as in version: 1",
    ),
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
    "a line without end": ((V + "tools: " + "a" * 250_000).encode(), "tools: write a mapping"),
    "a key without end": ((V + "k" * 250_000 + ": 1\n").encode(), "not YAML"),
    "many mistakes": (
        (V + "exemptions: # here\n" + "- {policy: x}\n" * 8_000).encode(),
        "this is missing; write it, as in",
    ),
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
