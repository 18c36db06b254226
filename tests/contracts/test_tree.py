"""What is true of the tree itself: no machine in it, a table test for each policy, and no way to publish."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from policies.policy import all_policies

ROOT = Path(__file__).parents[2]
CODE = ("app", "webhooks", "policies")
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40


def _tracked() -> list[Path]:
    git = ["git", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if listed.returncode != 0:
        pytest.skip("this is no checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def _modules() -> Iterator[Path]:
    for package in CODE:
        yield from (ROOT / package).rglob("*.py")


# Written in halves, so that this file does not hold what it looks for.
MACHINE = re.compile(
    r"/(?:home|Users|root|work|workspace)/[\w.-]+/|[A-Z]:\\Users\\"
    r"|\b(?:pypi|files\.pythonhosted|registry\.npmjs|registry\.yarnpkg|proxy\.golang|index\.crates)" + r"\.(?:org|io)\b"
)
# The tool that PyPI is, as people write about it and as advisories name it.
ABOUT_PYPI = re.compile(r"pypa\.json$|github-wire\.json$|\.md$")


def test_nothing_in_the_tree_names_a_machine_or_a_registry() -> None:
    """A lock that names a host sends strangers there; a path of somebody's machine helps nobody."""
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in _tracked()
        if not ABOUT_PYPI.search(path.name) and path != Path(__file__)
        for match in MACHINE.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert found == []


def test_locks_are_hash_pinned_and_name_no_host() -> None:
    """What is installed is what was reviewed, wherever it comes from."""
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        pinned = re.findall(r"^[A-Za-z0-9][\w.\[\],-]*==\S+", text, flags=re.MULTILINE)
        assert pinned
        assert len(pinned) <= text.count("--hash=sha256:")
        assert "://" not in text


def test_every_policy_has_a_table_test_of_its_own() -> None:
    """One policy, one file, one table test: `policies/x_y.py` and `tests/policies/test_x_y.py`."""
    missing = [
        name
        for policy in all_policies()
        if not (ROOT / "tests" / "policies" / (name := f"test_{policy.name.replace('-', '_')}.py")).exists()
    ]

    assert missing == []


def test_every_policy_says_its_sentence() -> None:
    """It is the first line of its file."""
    assert [policy.name for policy in all_policies() if not policy.sentence.endswith(".")] == []


def test_no_code_path_sends_the_state_published() -> None:
    """The word occurs where advisories are read, and nowhere that sends one."""
    writing = [ROOT / "app" / "github" / "writer.py", ROOT / "app" / "domain" / "actions.py"]

    assert [path.name for path in writing if "published" in _strings_outside_docstrings(path)] == []


def _strings_outside_docstrings(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    }


def test_modules_and_functions_stay_small() -> None:
    """The file that each project regrets is the one that knows every kind of thing."""
    long = [str(path.relative_to(ROOT)) for path in _modules() if _lines(path) > LONGEST_MODULE]
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION and "migrations" not in path.parts:
                    long.append(f"{path.relative_to(ROOT)}: {node.name} ({length})")

    assert long == []


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_every_module_answers_a_question() -> None:
    """Its first line says which."""
    silent = [str(path.relative_to(ROOT)) for path in _modules() if not ast.get_docstring(ast.parse(path.read_text()))]

    assert [name for name in silent if not name.startswith("app/store/migrations")] == []


def test_no_module_is_a_drawer() -> None:
    """A drawer has a name that says nothing, so everything fits in."""
    drawers = {"utils", "helpers", "common", "base", "manager", "services", "misc"}

    assert [str(path) for path in _modules() if path.stem in drawers] == []


def _contracts() -> list[dict[str, object]]:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(read["tool"]["importlinter"]["contracts"])


def test_what_decides_is_under_a_contract() -> None:
    """Whoever adds a module that decides adds it to the contract that keeps I/O out of it."""
    [deciding] = [each for each in _contracts() if each["name"] == "Deciding does no I/O"]
    pure = {"policies", "app.domain", "app.reconcile.decide", "app.reconcile.mirror", "app.reconcile.cases"}

    assert set(deciding["source_modules"]) >= pure  # type: ignore[call-overload]
    assert set(deciding["forbidden_modules"]) >= {  # type: ignore[call-overload]
        "httpx", "starlette", "sqlalchemy", "asyncio", "app.github", "app.store",
    }  # fmt: skip


BREACHES = {
    "a policy that asks GitHub": ("policies/private_reporting.py", "import httpx"),
    "a decision that reads the database": ("app/reconcile/decide.py", "from app.store import cases"),
    "a domain that knows a library": ("app/domain/facts.py", "import msgspec"),
    "intake that knows the store": ("webhooks/endpoint.py", "from app.store import inbox"),
    "an app that knows the sandbox": ("app/worker.py", "from app.sandbox import people"),
    "an answer to pull requests that can write": ("app/policy_file/pulls.py", "from app.github import writer"),
    "an answer to pull requests that can write in a roundabout way": (
        "app/github/asking.py",
        "from app.github import writer",
    ),
    "an answer to pull requests that knows the database": ("app/github/checks.py", "from app.store import work"),
    "a survey that can write": ("app/survey/questions.py", "from app.github import writer"),
    "a survey that signs in as an App": ("app/survey/asking.py", "from app.github import client"),
    "a survey that knows the database": ("app/survey/looking.py", "from app.store import cases"),
    "a store that knows what is decided": ("app/store/cases.py", "from app.reconcile import plan"),
}


@pytest.mark.slow
@pytest.mark.parametrize("breach", [None, *BREACHES])
def test_the_import_contracts_bite(tmp_path: Path, breach: str | None) -> None:
    """A contract that has never been seen to fail may be about nothing. A copy of the tree is broken on purpose."""
    for package in CODE:
        for path in (ROOT / package).rglob("*.py"):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    if breach:
        broken, line = BREACHES[breach]
        path = tmp_path / broken
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")

    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(  # noqa: S603 - our own tool
        [sys.executable, "-c", code, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode == 0) == (breach is None), done.stdout + done.stderr
    if breach:
        assert "BROKEN" in done.stdout
