"""What is told of a file that is no policy file, or no plain YAML?"""

from __future__ import annotations

import pytest

from tests.policies.broken_files import KEYS, MAPPING, V, mistakes

# text → the messages, each with its line
NO_FILE = {
    "empty": ("", [f"1: {MAPPING} version: 1"]),
    "only a comment": ("# nothing\n", [f"1: {MAPPING} version: 1"]),
    "null": ("null", [f"1: {MAPPING} version: 1"]),
    "a list": ("- version: 1", [f"1: {MAPPING} version: 1"]),
    "a number": ("1", [f"1: {MAPPING} version: 1"]),
    "prose": ("Please see the wiki.", [f"1: {MAPPING} version: 1"]),
    "HTML of an error page": ("<html><body>Not found</body></html>", [f"1: {MAPPING} version: 1"]),
    # version
    "no version": ("tools: {}", ["1: version: this is missing; write it, as in version: 1"]),
    "another version": ("version: 2", ["1: version: write version: 1"]),
    "version as text": ('version: "1"', ["1: version: write version: 1"]),
    "version as a boolean": ("version: true", ["1: version: write version: 1"]),
    "version as a fraction": ("version: 1.0", ["1: version: write version: 1"]),
}


@pytest.mark.parametrize(("text", "messages"), NO_FILE.values(), ids=NO_FILE)
def test_what_is_no_policy_file_is_told(text: str, messages: list[str]) -> None:
    """An error page, or the file of another program, says nothing about any project."""
    assert mistakes(text) == messages


# text → the messages, each with its line
NO_YAML = {
    "open bracket": (V + "tools: {", ["2: not YAML: did not find expected node content"]),
    "duplicate section": (V + "tools: {}\ntools: {}", ['3: "tools" is written twice; keep one']),
    "duplicate tool": (V + "tools:\n  pip: {}\n  pip: {}", ['4: "pip" is written twice; keep one']),
    "anchor": (V + "tools: &t {}", ["2: anchors and aliases are not read here; write the value out"]),
    "alias": (V + "tools: *t", ["2: anchors and aliases are not read here; write the value out"]),
    "tag": (V + "tools: !!map {}", ["2: tags (!…) are not read here; write the plain value"]),
    "code": (V + "tools: !!python/object:os.system {}", ["2: tags (!…) are not read here; write the plain value"]),
    "NUL": (V + "tools: {}\0", ["2: not YAML: it holds a character that YAML does not allow"]),
    "two documents": (V + "---\nversion: 1", ["2: not YAML: but found another document"]),
    "5 MB": (V + "#" * 5_000_000, ["1: the file is larger than 256 KiB"]),
    "deep": (V + "tools: " + "[" * 5_000, ["2: the file is nested too deeply"]),
    "merge key": (V + "<<: {tools: {}}", [f"2: <<: there is no such key; there is {KEYS}"]),
}


@pytest.mark.parametrize(("text", "messages"), NO_YAML.values(), ids=NO_YAML)
def test_what_is_no_plain_yaml_is_told(text: str, messages: list[str]) -> None:
    """Anchors and tags are more than data, and whoever mends the file need not know them."""
    assert mistakes(text) == messages
