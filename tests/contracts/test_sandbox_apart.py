"""Who reaches the sandbox? It can pretend to be GitHub, so nothing that runs beside GitHub may find it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SANDBOX = "app.sandbox"
ALLOWED = {"app.cli.sandbox", "app.cli.demo", "app.cli.root", "app.__main__"}  # two commands, and what leads to all


def _modules() -> dict[str, Path]:
    """By name, as Python knows them."""
    found = {}
    for package in ("app", "webhooks", "policies"):
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _imported(name: str, path: Path) -> Iterator[str]:
    """Everything that is named after `import`, wherever in the module; each name of a package may be a module."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"import_module", "__import__", "run_module"}:
                yield str(node.args[0].value)


def _is_of_the_sandbox(name: str) -> bool:
    return name == SANDBOX or name.startswith(f"{SANDBOX}.")


def _reaching(imports: Mapping[str, set[str]]) -> set[str]:
    """Who imports it, or somebody who does."""
    reaching: set[str] = set()
    while new := {
        name
        for name, named in imports.items()
        if name not in reaching
        and not _is_of_the_sandbox(name)
        and any(_is_of_the_sandbox(each) or each in reaching for each in named)
    }:
        reaching |= new
    return reaching


def test_nothing_but_the_command_line_reaches_the_sandbox() -> None:
    """Whichever module is added tomorrow, and however many are between."""
    imports = {name: {*_imported(name, path)} for name, path in _modules().items()}

    assert _reaching(imports) == ALLOWED


def test_an_importer_is_seen_however_it_is_written(tmp_path: Path) -> None:
    """At the top or within a function, by its whole name, from its package, relatively, or as text."""
    ways = (
        "import app.sandbox.people",
        "from app.sandbox import people",
        "from app import sandbox",
        "def late():\n    from .sandbox.people import People",
        "from . import sandbox as pretended",
        "import importlib\nimportlib.import_module('app.sandbox')",
    )
    module = tmp_path / "worker.py"
    for way in ways:
        module.write_text(way, encoding="utf-8")
        imports = {
            "app.worker": {*_imported("app.worker", module)},
            "app.main": {"app.worker"},
            "app.web": {"app.clock"},
        }
        assert _reaching(imports) == {"app.worker", "app.main"}, way
