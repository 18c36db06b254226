"""What may somebody send who wants us to fall over? Everything follows from the dice."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.webhooks.deliveries import SECRET
from webhooks.signature import sign

REPO, GHSA = "pypa/pip", "GHSA-2222-3333-4444"
EVENTS = (
    "repository_advisory",
    "security_advisory",
    "repository",
    "public",
    "security_and_analysis",
    "installation",
    "ping",
    "of_no_use",
)
NAMES = (  # the places that are read, as paths into the payload
    ("action",),
    ("repository",),
    ("repository", "full_name"),
    ("repository_advisory",),
    ("repository_advisory", "ghsa_id"),
    ("security_advisory",),
    ("security_advisory", "ghsa_id"),
)
ODD_TEXTS = (
    "", "\x00", "pypa/pip\x00", "pypa/pip\n", "pypa", "pypa/pip/x", "../../etc", "/", "pypa//pip", "pypa/pip ",
    "\ud800", "pypa/\udfff", "GHSA-2222-3333-444\x00", "GHSA-2222-3333-4444-5555", "\u202epip/apyp", "pypa/\uff50ip",
    "a" * 70_000, "case/1", "sweep", "poll", "pypa/pip#private-reporting", "'; drop table work; --", "%n", "\U0001f4a5",
)  # fmt: skip
DEEP = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What arrives."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


def request(dice: random.Random, number: int) -> Request:
    """One hostile request; nine of ten are signed, as if GitHub itself had been made to send them."""
    body = dice.choice(_BODIES)(dice)
    usual = {
        b"content-type": b"application/json",
        b"x-github-event": dice.choice(EVENTS).encode(),
        b"x-github-delivery": f"hostile-{number}".encode(),
        b"x-hub-signature-256": sign(body, SECRET) if dice.random() < 0.9 else dice.randbytes(71),
    }
    headers = [*usual.items()]
    if dice.random() < 0.3:
        dice.choice(_SPOILERS)(dice, headers)
    return Request(body=body, headers=tuple(headers))


def _payload() -> dict[str, Any]:
    return {
        "action": "reported",
        "repository": {"id": 1446474, "full_name": REPO},
        "repository_advisory": {"ghsa_id": GHSA, "summary": "under embargo"},
        "security_advisory": {"ghsa_id": GHSA, "identifiers": [{"type": "GHSA", "value": GHSA}]},
        "installation": {"id": 5},
    }


def _deep(dice: random.Random) -> bytes:
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'{"action":[', b"]}")))
    return opening * DEEP + dice.choice((b"", b"1" + closing * DEEP))


def _deep_inside(dice: random.Random) -> bytes:
    place = dice.choice(NAMES)[-1].encode()
    return json.dumps(_payload()).encode().replace(b'"' + place + b'":', b'"' + place + b'":' + b"[" * DEEP, 1)


def _wrong_type(dice: random.Random) -> bytes:
    odd: tuple[Any, ...] = (
        None,
        True,
        0,
        -1,
        1.5,
        [],
        {},
        [[]],
        [REPO],
        {"full_name": {"full_name": REPO}},
        10**300,
        dice.choice(ODD_TEXTS),
    )
    return _with(dice.choice(NAMES), dice.choice(odd))


def _odd_text(dice: random.Random) -> bytes:
    return _with(dice.choice(NAMES), dice.choice(ODD_TEXTS))


def _with(place: tuple[str, ...], value: Any) -> bytes:
    payload = _payload()
    inner = payload
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    return json.dumps(payload).encode()


def _huge_number(dice: random.Random) -> bytes:
    digits = b"9" * dice.choice((20, 400, 5000, 100_000))
    number = dice.choice((digits, b"-" + digits, b"1e" + digits[:9], b"0." + digits, b"1" + digits + b".5"))
    return b'{"action":"reported","repository":{"full_name":' + number + b'},"id":' + number + b"}"


def _twice(dice: random.Random) -> bytes:
    name = dice.choice(NAMES)[0]
    more = json.dumps({name: dice.choice((None, 7, [], {}, "\x00"))})[1:-1].encode()
    body = json.dumps(_payload()).encode()
    return dice.choice((b"{" + more + b"," + body[1:], body[:-1] + b"," + more + b"}"))


def _encoded_otherwise(dice: random.Random) -> bytes:
    text = json.dumps(_payload())
    return dice.choice(
        (text.encode("utf-16"), text.encode("utf-32"), b"\xef\xbb\xbf" + text.encode(), gzip.compress(text.encode()))
    )


def _broken(dice: random.Random) -> bytes:
    body = bytearray(json.dumps(_payload()).encode())
    for _ in range(dice.randint(1, 6)):
        body[dice.randrange(len(body))] = dice.choice(b'\x00\x1f"\\{}[]:,\x80\xff')  # never another well-formed name
    return bytes(body[: dice.choice((len(body), dice.randrange(len(body))))])


def _no_object(dice: random.Random) -> bytes:
    return dice.choice(
        (b"", b"null", b"[]", b'"text"', b"7", b"NaN", b"Infinity", b"\x00" * 1000, b"{} {}", dice.randbytes(300))
    )


def _wide(dice: random.Random) -> bytes:
    many = {f"key-{number}": number for number in range(dice.choice((1000, 20_000)))}
    return json.dumps(dice.choice((_payload() | many, {"repository": many}, [many]))).encode()


_BODIES: tuple[Callable[[random.Random], bytes], ...] = (
    _deep,
    _deep_inside,
    _wrong_type,
    _wrong_type,
    _odd_text,
    _odd_text,
    _huge_number,
    _twice,
    _encoded_otherwise,
    _broken,
    _broken,
    _no_object,
    _wide,
    lambda _: json.dumps(_payload()).encode(),
)

Headers = list[tuple[bytes, bytes]]
_ODD_VALUES = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"a" * 20_000,
    b"a\r\nb: c",
    b"\xef\xbd\x98",
    b"application/json, text/plain",
    b"%00",
)


def _replace(dice: random.Random, headers: Headers) -> None:
    place = dice.randrange(len(headers))
    headers[place] = (headers[place][0], dice.choice(_ODD_VALUES))


def _drop(dice: random.Random, headers: Headers) -> None:
    del headers[dice.randrange(len(headers))]


def _double(dice: random.Random, headers: Headers) -> None:
    headers.append(dice.choice(headers))


def _lie_about_length(dice: random.Random, headers: Headers) -> None:
    headers.append((b"content-length", dice.choice((b"-1", b"0", b"9" * 18, b"9" * 5000, b"0x10", b"\xb2", b"1e3"))))


def _claim_an_encoding(dice: random.Random, headers: Headers) -> None:
    headers.append((b"content-encoding", dice.choice((b"gzip", b"br", b"deflate, gzip", b"\x00"))))
    headers[0] = (b"content-type", dice.choice((b"application/json; charset=utf-16", b"APPLICATION/JSON;;;=", b"*/*")))


_SPOILERS: tuple[Callable[[random.Random, Headers], None], ...] = (
    _replace,
    _drop,
    _double,
    _lie_about_length,
    _claim_an_encoding,
)
