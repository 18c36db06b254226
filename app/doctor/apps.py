"""Are the Apps registered, installed and called as they have to be? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

from app.doctor.lines import Line, State
from app.doctor.seen import AppSeen, HookSeen
from app.domain.delivery import silence_told
from app.domain.facts import Fact, Known
from app.github.installations import Installation, is_within
from policies.permissions import lacking

QUIET = timedelta(days=7)
APART = timedelta(days=1)  # between what arrived by GitHub's log, and what was taken in here
MANY = 3  # deliveries that failed one after the other: the last of all may have come while we were started anew
_IS_IT_ACTIVE = "on GitHub, look at the App's settings: is the webhook active? and at Advanced → Recent deliveries"
_REDELIVER = "redeliver one of them, or add a label to an issue, then look again: it is taken in within seconds"
_AGAIN = "try again later; the log of greenroom serve says whether GitHub tells it"
_SETTINGS = "on GitHub: Settings → Developer settings → GitHub Apps → {} → Permissions & events"
_ACCEPT = "an owner of {}: Settings → GitHub Apps → {} → Review request"


def of_app(app: AppSeen) -> Iterator[Line]:
    for setting, state in app.keys.items():
        yield _key(app.name, setting, state)
    yield from _registration(app)
    if not isinstance(app.installations, Known):
        why = app.installations.reason
        yield Line(group=app.name, name="installations", state="cannot tell", says=why, do="try again later")
        return
    installed = {each.account.lower(): each for each in app.installations.value}
    needed, named = ({account.lower() for account in accounts} for accounts in (app.needed_in, app.named))
    for account in app.needed_in:
        found = installed.get(account.lower())
        if found is None:
            do = f"an owner of {account} installs {app.name}"
            yield Line(group=app.name, name=account, state="problem", says="not installed", do=do)
        else:
            yield _installation(app, found)
    yield from _of_consents(app, [found for account, found in installed.items() if account in named - needed])
    if strangers := sorted(found.account for account, found in installed.items() if account not in needed | named):
        says = f"also installed in {', '.join(strangers)}, of which policy says nothing"
        yield Line(group=app.name, name="others", state="ok", says=says)


def _of_consents(app: AppSeen, installed: list[Installation]) -> Iterator[Line]:
    """Where nobody needs it, and policy names the account: those where all is well together."""
    lines = [_installation(app, each) for each in sorted(installed, key=lambda each: each.account)]
    yield from (line for line in lines if line.state != "ok")
    if well := [line.name for line in lines if line.state == "ok"]:
        says = f"also installed in {', '.join(well)}, which is their consent to what policy enforces"
        yield Line(group=app.name, name="consents", state="ok", says=says)


def _key(app: str, setting: str, state: str) -> Line:
    if state == "accepted":
        return Line(group=app, name=setting, state="ok", says="GitHub accepts it")
    if state == "refused":
        do = f"make a new private key of {app} on GitHub and put it there; first see that this machine's clock is right"
        return Line(group=app, name=setting, state="problem", says="GitHub does not accept it", do=do)
    if state == "unknown":
        do = "compare the App's id in the settings with the one on its page on GitHub"
        return Line(group=app, name=setting, state="problem", says="GitHub knows no App of that id", do=do)
    return Line(group=app, name=setting, state="cannot tell", says=state, do="try again later")


def _registration(app: AppSeen) -> Iterator[Line]:
    if not isinstance(app.registered, Known):
        why = app.registered.reason
        yield Line(group=app.name, name="registration", state="cannot tell", says=why, do="try again later")
        return
    found, where = app.registered.value, _SETTINGS.format(app.registered.value.slug or app.name)
    for permission, level in sorted(app.asked.items()):
        missing = lacking(found.permissions, {permission: level})
        has = found.permissions.get(permission, "none")
        name = f"permission {permission}"
        if missing:
            do = f"{where}: give it {level}; then each installation has to accept that"
            yield Line(group=app.name, name=name, state="problem", says=f"{has}, but {level} is needed", do=do)
        elif not is_within({permission: has}, app.asked):
            do = f"{where}: take it back to {level}"
            yield Line(group=app.name, name=name, state="problem", says=f"{has}, and only {level} is asked for", do=do)
        else:
            yield Line(group=app.name, name=name, state="ok", says=has)
    yield from _too_many(app, found.permissions, where)
    for event in sorted(app.events):
        has_it = event in found.events
        do = "" if has_it else f"{where}: subscribe to {event}"
        state: State = "ok" if has_it else "problem"
        says = "subscribed" if has_it else "not subscribed: its deliveries never come"
        yield Line(group=app.name, name=f"event {event}", state=state, says=says, do=do)


def _too_many(app: AppSeen, granted: Mapping[str, str], where: str) -> Iterator[Line]:
    for permission in sorted(granted.keys() - app.asked.keys()):
        do = f"{where}: take it away, as app.yml does not ask for it"
        says = f"{granted[permission]}, and nothing needs it"
        yield Line(group=app.name, name=f"permission {permission}", state="problem", says=says, do=do)


def _installation(app: AppSeen, found: Installation) -> Line:
    troubles = list(_troubles(app, found))
    line = partial(Line, group=app.name, name=found.account)
    why = app.hidden.get(found.account.lower(), ())
    unlisted = f"which repositories it sees: {why}" if isinstance(why, str) else ""
    if not troubles:
        how = "on selected repositories" if found.repository_selection != "all" else "on all repositories"
        says = f"installed {how}, all permissions accepted"
        return line(state="ok", says=says) if not unlisted else line(state="cannot tell", says=unlisted, do=_AGAIN)
    said, do = zip(*troubles, strict=True)
    says = "; ".join((*said, unlisted) if unlisted else said)
    return line(state="problem", says=says, do="; ".join(dict.fromkeys(do)))


def _troubles(app: AppSeen, found: Installation) -> Iterator[tuple[str, str]]:
    accept = _ACCEPT.format(found.account, app.name)
    if found.suspended:
        yield "suspended", f"an owner of {found.account} lifts the suspension"
    if missing := lacking(found.permissions, app.asked):
        yield f"not accepted: {', '.join(missing)}", accept
    wider = sorted(name for name, level in found.permissions.items() if not is_within({name: level}, app.asked))
    if wider:
        yield f"more than app.yml asks for: {', '.join(wider)}", f"narrow the permissions of {app.name} on GitHub"
    if silent := sorted(app.events - set(found.events)):
        yield f"no deliveries of {', '.join(silent)}", accept
    hidden = app.hidden.get(found.account.lower(), ())
    if hidden and not isinstance(hidden, str):
        do = f"an owner of {found.account} selects them for {app.name}, or policy stops naming them"
        yield f"does not see {_few(hidden)}", do


def of_hook(hook: HookSeen, now: datetime) -> Iterator[Line]:
    """Its address stays unsaid: who set it may have put a password into it."""
    group, do = "Deliveries", "on GitHub, in the App's settings under Webhook, write {} and switch SSL verification on"
    right = f"{hook.public_url}/webhooks/github" if hook.public_url else "https://HOST/webhooks/github"
    fact = hook.webhook
    if _is_loopback(fact.value.url or "" if isinstance(fact, Known) else "") or _is_loopback(hook.public_url or ""):
        says = "loopback is each machine's own: GitHub delivers nothing to here"
        do = "give this machine an address that the world reaches, in GREENROOM_PUBLIC_URL and in the App's settings"
        yield Line(group=group, name="loopback", state="problem", says=says, do=do)
    elif not isinstance(fact, Known):
        yield Line(group=group, name="address", state="cannot tell", says=fact.reason, do="try again later")
    else:
        wrong = _wrong_address(fact.value.url, hook.public_url)
        if wrong is None and not fact.value.verifies:
            wrong = "GitHub does not verify its certificate"
        state: State = "problem" if wrong else "ok"
        yield Line(
            group=group, name="address", state=state, says=wrong or f"{right}", do=do.format(right) if wrong else ""
        )
    yield _silent(hook) or _activity(hook, now)


def _is_loopback(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _wrong_address(url: str | None, public_url: str | None) -> str | None:
    if not url:
        return "the webhook has no address"
    try:
        parts = urlsplit(url)
        is_ours = parts.scheme == "https" and bool(parts.hostname) and parts.path == "/webhooks/github"
    except ValueError:
        is_ours = False
    if not is_ours:
        return "it does not point to /webhooks/github of an https address"
    if public_url and (parts.scheme, parts.netloc.lower()) != (_origin(public_url)):
        return "it points to another host than GREENROOM_PUBLIC_URL"
    return None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _silent(hook: HookSeen) -> Line | None:
    """By what was seen to happen, unless the log lists something by now that it did not when the two were compared."""
    sent = hook.failing.value[1] if isinstance(hook.failing, Known) else None
    if hook.silence is None or (sent is not None and sent >= hook.silence.since):
        return None
    says = f"{silence_told(hook.silence)}: is the webhook switched off?"
    return Line(group="Deliveries", name="activity", state="problem", says=says, do=_IS_IT_ACTIVE)


def _activity(hook: HookSeen, now: datetime) -> Line:
    at = hook.last_delivery
    state, says = _by_log(hook.failing, at) or _by_what_was_taken_in(at, now)
    told = f"the last one was taken in {at:%Y-%m-%d %H:%M} UTC" if at else "none was taken in yet"
    do = {"ok": "", "problem": _IS_IT_ACTIVE, "cannot tell": f"{_IS_IT_ACTIVE}; {_REDELIVER}"}[state]
    return Line(group="Deliveries", name="activity", state=state, says=told + says, do=do)


def _by_log(failing: Fact[tuple[int, datetime | None]], at: datetime | None) -> tuple[State, str] | None:
    """None where GitHub's log is empty. `at` is when the last delivery was taken in."""
    if not isinstance(failing, Known):
        return "cannot tell", f"; GitHub's log of deliveries: {failing.reason}"
    failed, sent = failing.value
    if sent is None:
        return None
    if failed >= MANY:
        return "problem", f"; by GitHub's log its last {failed} did not arrive"
    says = f"; GitHub sent the last one of its log {sent:%Y-%m-%d %H:%M} UTC"
    if at is None:
        return "cannot tell", says if failed else f"{says}, and by that it arrived somewhere"
    if not failed and sent - at > APART:
        return "cannot tell", f"{says}, and by that it arrived somewhere else"
    return "ok", says


def _by_what_was_taken_in(at: datetime | None, now: datetime) -> tuple[State, str]:
    if at is None:
        return "cannot tell", ", and GitHub does not say whether the webhook is active"
    return ("cannot tell", ", long ago") if now - at > QUIET else ("ok", "")


def _few(names: Iterable[object]) -> str:
    shown = sorted(map(str, names))
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")  # noqa: PLR2004
