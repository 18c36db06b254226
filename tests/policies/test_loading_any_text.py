"""Does any text load, or is told as invalid, and nothing else?"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.loading import InvalidPolicy, load_policies
from tests.policies.shipped import DEFAULT


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
