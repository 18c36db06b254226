"""Which pages are there, and for whom is each? Whatever is not in this table is not served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from app.dashboard import (
    access,
    audit,
    case_buttons,
    case_confirming,
    case_export,
    case_ids,
    case_links,
    case_list,
    case_page,
    findings,
    overview,
    plans,
    repository,
)
from app.dashboard.guard import Needs
from app.dashboard.here import Here


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One route. Of a `case` page the path names its number as `{case}`, of a `repository` page `{owner}/{repo}`."""

    method: str
    path: str
    needs: Needs
    show: Callable[[Here], Awaitable[Response]]


def _get(path: str, needs: Needs, show: Callable[[Here], Awaitable[Response]]) -> Page:
    return Page(method="GET", path=path, needs=needs, show=show)


def _post(path: str, needs: Needs, do: Callable[[Here], Awaitable[Response]]) -> Page:
    return Page(method="POST", path=path, needs=needs, show=do)


_CASE = "/cases/{case}"
_CASES: tuple[Page, ...] = (
    _get("/cases", "member", case_list.show),
    _get("/cases/new", "lead", case_buttons.new),
    _post("/cases/new", "lead", case_buttons.open_case),
    _get(_CASE, "case", case_page.show),
    _post(f"{_CASE}/answer", "case", case_buttons.answer),
    _post(f"{_CASE}/ask", "case", case_buttons.ask),
    _post(f"{_CASE}/proposals/{{proposal}}/confirm", "lead", case_buttons.confirm),
    _post(f"{_CASE}/proposals/{{proposal}}/decline", "lead", case_buttons.decline),
    _post(f"{_CASE}/suggestions", "lead", case_buttons.suggestion),
    _post(f"{_CASE}/invite", "lead", case_buttons.invite),
    _post(f"{_CASE}/coordinator", "lead", case_buttons.coordinator),
    _post(f"{_CASE}/embargo", "lead", case_buttons.embargo),
    _get(f"{_CASE}/leave", "lead", case_confirming.asks("leave")),
    _post(f"{_CASE}/leave", "lead", case_buttons.leave),
    _get(f"{_CASE}/close", "lead", case_confirming.asks("close")),
    _post(f"{_CASE}/close", "lead", case_buttons.close),
    _get(f"{_CASE}/disclose", "lead", case_confirming.asks("disclose")),
    _post(f"{_CASE}/disclose", "lead", case_buttons.disclose),
    _get(f"{_CASE}/not-public", "lead", case_confirming.asks("not-public")),
    _post(f"{_CASE}/not-public", "lead", case_buttons.not_public),
    _get(f"{_CASE}/restore", "lead", case_confirming.asks("restore")),
    _post(f"{_CASE}/restore", "lead", case_buttons.restore),
    _post(f"{_CASE}/link", "lead", case_links.link),
    _post(f"{_CASE}/unlink", "case", case_links.unlink),
    _post(f"{_CASE}/relay", "case", case_links.relay),
    _post(f"{_CASE}/offer", "case", case_links.offer),
    _post(f"{_CASE}/cve/request", "case", case_ids.request),
    _post(f"{_CASE}/cve/record", "case", case_ids.record),
    _post(f"{_CASE}/cve/write", "case", case_ids.write),
    _post(f"{_CASE}/cve/drop", "lead", case_ids.drop),
    _post(f"{_CASE}/export", "case", case_export.export),
)

PAGES: tuple[Page, ...] = (
    _get("/", "member", overview.show),
    _get("/findings", "member", findings.show),
    _get("/findings.csv", "member", findings.as_csv),
    _get("/findings.json", "member", findings.as_json),
    _post("/findings/accept", "lead", findings.accept),
    _get("/repositories/{owner}/{repo}", "repository", repository.show),
    _post("/repositories/{owner}/{repo}/look", "repository", repository.look_again),
    _get("/plans", "lead", plans.show),
    _post("/plans", "lead", plans.make_one),
    _post("/plans/withdraw", "lead", plans.withdraw),
    _post("/plans/thaw", "lead", plans.thaw),
    _post("/plans/writes", "lead", plans.switch),
    _get("/plans/{plan}", "lead", plans.show_one),
    _post("/plans/{plan}/approve", "lead", plans.approve),
    _get("/plans/{plan}/wide", "lead", plans.ask_wide),
    _post("/plans/{plan}/wide", "lead", plans.approve_wide),
    _get("/audit", "lead", audit.show),
    _get("/access", "anybody", access.show),
    *_CASES,
)
