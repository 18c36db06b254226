"""What can be typed?

Exit codes: 0 done, or nothing to look at · 1 failed · 2 usage or invalid configuration · 3 findings or a plan that is
not empty · 4 cannot tell. With --json standard output is exactly one JSON object; everything else goes to standard
error.
"""

from __future__ import annotations

import typer

from app.cli import cases, halt, offers, plans, proposals, running
from app.cli.audit import audit
from app.cli.backup import backup, restore
from app.cli.cve import ids
from app.cli.demo import demo
from app.cli.doctor import doctor
from app.cli.explain import explain
from app.cli.exports import export
from app.cli.findings import findings
from app.cli.migrate import migrate
from app.cli.notices import notices
from app.cli.policy import policy
from app.cli.relay import relay
from app.cli.retention import retention
from app.cli.rotation import rotate
from app.cli.sandbox import sandbox
from app.cli.setup import setup
from app.cli.suggestions import suggest
from app.cli.survey import survey
from app.cli.vendoring import vendoring

HELP = """Coordinate the security of Python packaging tools on GitHub.

Exit codes: 0 done · 1 failed · 2 misuse · 3 findings, or a plan that is not empty · 4 cannot tell.
"""
TRYING, LOOKING, ALLOWING = "Try it and set it up", "What is so, and why", "What may be done"
CASES, RUNNING, KEEPING = "Cases", "Run it", "Keep it well"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP)
for panel, commands in {
    TRYING: (demo, survey, setup, doctor, sandbox),
    RUNNING: (running.serve, running.sweep),
    LOOKING: (findings, explain, notices, vendoring),
    ALLOWING: (plans.plan, plans.approve, plans.withdraw, halt.writes, halt.thaw),
    CASES: (export,),
    KEEPING: (backup, restore, migrate, retention),
}.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
for spoken in (suggest, proposals.confirm, proposals.decline, offers.offer, relay, offers.restore):
    cases.case.command()(spoken)
cases.case.add_typer(ids, name="cve")
app.add_typer(cases.case, name="case", rich_help_panel=CASES)
app.add_typer(policy, name="policy", rich_help_panel=ALLOWING)
app.add_typer(audit, name="audit", rich_help_panel=LOOKING)
app.add_typer(rotate, name="rotate", rich_help_panel=KEEPING)


def main() -> None:
    """The entry point."""
    app()
