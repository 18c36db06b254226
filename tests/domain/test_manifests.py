"""What do files say of what a repository ships or needs, whatever people wrote into them?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.manifests import LARGEST, NotReadable, can_be_read, of_names, of_text

VENDOR = """\
CacheControl==0.14.4
distlib==0.4.3
requests==2.34.2
    certifi==2026.7.22
# a comment
-r more.txt
--hash=sha256:00
https://files.example/evil.whl
tomli_w==1.2.0 ; python_version < "3.11"
uvicorn[standard]>=0.30
"""
PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
[project]
name = "poetry"
dependencies = ["installer (>=0.7.0,<0.8.0)", "pip==26.2", "virtualenv", 7]
[dependency-groups]
test = ["pytest"]
"""
CARGO = """\
[workspace.dependencies]
astral-tokio-tar = { version = "0.6.3", features = ["tokio"] }
zip = "8"
tar-rs = { package = "tar", version = "0.4" }
uv-client = { path = "crates/uv-client" }
[dependencies]
astral_async_zip = "0.0.20"
"""


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


@given(st.sampled_from(["vendor.txt", "pyproject.toml", "Cargo.toml"]), st.text(max_size=300))
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
    assert not can_be_read("public/get-pip.py")
