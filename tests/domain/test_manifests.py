"""What do files say of what a repository ships or needs, whatever people wrote into them?"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.manifests import LARGEST, MOST, MOST_LOCKED, NotReadable, can_be_read, of_names, of_text
from tests.domain.lock_files import CARGO, CARGO_LOCK, HASHED, PDM, POETRY, PYLOCK, PYPROJECT, UV, VENDOR


def test_a_list_of_what_is_vendored() -> None:
    """Names as PEP 503 folds them, with the version where one is pinned; options, links and comments are no names."""
    assert of_text("src/pip/_vendor/vendor.txt", VENDOR) == {
        "pip:cachecontrol": "0.14.4",
        "pip:distlib": "0.4.3",
        "pip:requests": "2.34.2",
        "pip:certifi": "2026.7.22",
        "pip:tomli-w": "1.2.0",
        "pip:uvicorn": None,
    }


def test_what_a_project_needs() -> None:
    """What only its build or its developers need reaches no user."""
    assert of_text("pyproject.toml", PYPROJECT) == {"pip:installer": None, "pip:pip": "26.2", "pip:virtualenv": None}


def test_what_is_compiled_in() -> None:
    """Crates by their own names, and without those of the workspace itself."""
    assert of_text("Cargo.toml", CARGO) == {
        "rust:astral-tokio-tar": "0.6.3",
        "rust:zip": "8",
        "rust:tar": "0.4",
        "rust:astral-async-zip": "0.0.20",
    }


def test_names_of_wheels_and_of_what_installing_leaves() -> None:
    """Virtualenv has two wheels of pip, setuptools a folder of what was installed into it."""
    names = ["pip-26.0.1-py3-none-any.whl", "pip-26.1.2-py3-none-any.whl", "__init__.py", "jaraco.text-4.0.0.dist-info"]
    assert of_names(names) == {"pip:pip": "26.0.1, 26.1.2", "pip:jaraco-text": "4.0.0"}


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ("poetry.lock", POETRY, {"pip:installer": "1.0.0", "pip:pyyaml": "6.0.3"}),
        ("pdm.lock", PDM, {"pip:resolvelib": "1.2.1"}),
        ("uv.lock", UV, {"pip:virtualenv": "20.35.4, 21.0.0"}),
        ("Cargo.lock", CARGO_LOCK, {"rust:astral-tokio-tar": "0.6.3"}),
        ("Cargo.lock", CARGO_LOCK.replace("version = 4", ""), {"rust:astral-tokio-tar": "0.6.3"}),
        ("pylock.toml", PYLOCK, {"pip:attrs": "25.1.0"}),
        ("requirements/pylock.dev.toml", PYLOCK, {"pip:attrs": "25.1.0"}),
        (
            "requirements/main.txt",
            HASHED,
            {"pip:packaging": "26.3", "pip:readme-renderer": "44.0", "pip:msgpack": None},
        ),
    ],
    ids=["poetry", "pdm", "uv", "cargo", "an older cargo", "pylock", "a named pylock", "hashed requirements"],
)
def test_which_versions_a_lock_file_says(place: str, text: str, said: Mapping[str, str | None]) -> None:
    """Of what came from an index. What was checked out, or is the repository's own, has no released version."""
    assert of_text(place, text) == said


def test_a_lock_file_may_name_more_than_people_would_write() -> None:
    """Everything that something needs is in it; a tool in Rust has about a thousand of them."""
    package = '[[package]]\nname = "a{0}"\nversion = "{0}"\nsource = "registry+x"\n'
    many = "".join(package.format(number) for number in range(MOST + 1))
    assert len(of_text("Cargo.lock", many)) == MOST + 1
    with pytest.raises(NotReadable, match="it names more than 5000 components"):
        of_text("Cargo.lock", "".join(package.format(number) for number in range(MOST_LOCKED + 1)))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("poetry.lock", POETRY.replace('"2.1"', '"3.0"')),
        ("poetry.lock", POETRY.replace("[metadata]", "[meta]")),
        ("poetry.lock", 'metadata = "2.1"'),
        ("pdm.lock", PDM.replace('"4.5.0"', '"5.0"')),
        ("pdm.lock", PDM.replace('"4.5.0"', "[4]")),
        ("uv.lock", UV.replace("version = 1\n", "version = 2\n", 1)),
        ("uv.lock", UV.replace("version = 1\n", "", 1)),
        ("uv.lock", UV.replace("version = 1\n", f"version = 0x{'f' * 8_000}\n", 1)),
        ("Cargo.lock", CARGO_LOCK.replace("version = 4", "version = 5")),
        ("pylock.toml", PYLOCK.replace('"1.0"', '"2.0"')),
        ("pylock.toml", PYLOCK.replace("lock-version", "version")),
        ("conda.lock", POETRY),
    ],
)
def test_a_format_that_is_not_known_is_not_guessed_at(place: str, text: str) -> None:
    """Its next version may mean something else by the same words (PEP 751 asks tools to refuse it)."""
    with pytest.raises(NotReadable, match="its format is not known"):
        of_text(place, text)


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * (LARGEST // 2 - 10) + " = 1",
        "\n".join("[" + ".".join(["a"] * 200 + [f"b{number}"]) + "]" for number in range(1_000)),
        "x = { a" + ".a" * 100_000 + " = 1 }",
        "x = " + "[\n" * 200_000,
        "x = " + "{a=" * 2_000,
        "x = " + "9" * 5_000,
        'version = 4\nversion = 4\n[[package]]\nname = "a"',
        POETRY.replace('version = "1.0.0"', 'version = "1.0.0"\nversion = "1.0.0"'),
        POETRY.encode("utf-16").decode("latin-1"),
        "\ufeff" + POETRY,
        "\udc80" + POETRY,
        "version = 4\n[[package]]\n" + '\x00name = "a"\n',
        "version = 4\npackage = 7",
        "version = 4\npackage = [7, [], {}]",
        'version = 4\n[[package]]\nname = 7\nversion = "1"\nsource = "registry+x"',
        'version = 4\n[[package]]\nname = "a"\nversion = ["1"]\nsource = "registry+x"',
        'version = 4\n[[package]]\nname = "@octocat <!-- -->"\nversion = "1"\nsource = "registry+x"',
        'version = 4\n[[package]]\nname = "a"\nversion = "1\\u001b[31m"\nsource = "registry+x"',
    ],
)
@pytest.mark.parametrize("place", ["poetry.lock", "Cargo.lock"])
def test_a_hostile_lock_file_is_refused_at_once(place: str, text: str) -> None:
    """Long keys took tomllib the square of their length: half a MiB of them would stop everything for hours."""
    with pytest.raises(NotReadable):
        of_text(place, text)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("vendor.txt", ""),
        ("vendor.txt", "x==1\n" * LARGEST),
        ("vendor.txt", "\n".join(f"a{number}==1" for number in range(2_000))),
        ("pyproject.toml", "[[["),
        ("pyproject.toml", "a = " + "[" * 100_000),
        ("pyproject.toml", 'project = "pip"'),
        ("Cargo.toml", "dependencies = 7"),
    ],
)
def test_what_cannot_be_read_is_said_without_what_is_in_it(place: str, text: str) -> None:
    """Somebody emptied it, or wants to see what breaks: what was known before stays."""
    with pytest.raises(NotReadable) as error:
        of_text(place, text)
    assert len(str(error.value)) < len("it names more than 1000 components") + 10


@given(
    st.sampled_from(["vendor.txt", "pyproject.toml", "Cargo.toml", "Cargo.lock", "uv.lock", "pylock.toml"]),
    st.text(max_size=300),
)
def test_any_text_is_read_or_refused(place: str, text: str) -> None:
    """They are files of other people."""
    try:
        found = of_text(place, text)
    except NotReadable:
        return
    assert all(key.startswith(("pip:", "rust:")) and key.isprintable() for key in found)


def test_what_has_no_parser_is_not_asked_for() -> None:
    """A script that carries a wheel inside says nothing that can be read safely."""
    assert can_be_read("src/virtualenv/seed/wheels/embed")
    assert can_be_read("setuptools/_vendor/*.dist-info")
    assert can_be_read("poetry.lock")
    assert not can_be_read("public/get-pip.py")
