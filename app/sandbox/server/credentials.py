"""Who is asking, and is it true?"""

from __future__ import annotations

import functools
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from app.sandbox.server.answers import Refusal, bad_credentials
from app.sandbox.server.sign_in import token_behind
from app.sandbox.state.apps import Registration, Token
from app.sandbox.state.outsiders import VISITOR, Outsider
from app.sandbox.state.world import World

_LONGEST = 600  # seconds (GitHub: "Generating a JSON Web Token (JWT) for a GitHub App")


def bearer_of(authorization: str) -> str:
    """What follows `Bearer` or `token`. Raises a 401."""
    scheme, _, credential = authorization.partition(" ")
    if scheme.lower() not in {"bearer", "token"} or not credential:
        raise Refusal(401, "Requires authentication")
    return credential.strip()


def outsider_of(world: World, authorization: str) -> Outsider | None:
    """The visitor, or the person whose token this is; None where an App asks. Raises a 401 for a token of nobody."""
    if not authorization:
        return VISITOR
    credential = bearer_of(authorization)
    if credential.startswith("ghu_"):
        return signed_in(world, credential)
    if not credential.startswith(("ghp_", "github_pat_")):
        return None
    if credential not in world.personal_tokens:
        raise bad_credentials()
    return world.personal_tokens[credential]


def signed_in(world: World, credential: str) -> Outsider:
    """The person who gave this token to an App. Raises a 401."""
    token = token_behind(world, credential, world.clock.now())
    if token is None:
        raise bad_credentials()
    return Outsider(id=token.person.id, login=token.person.login, reads_advisories=True, app=token.app)


def is_jwt(credential: str) -> bool:
    return not credential.startswith("ghs_") and credential.count(".") == 2  # noqa: PLR2004 - the parts of a JWT


def app_of(world: World, credential: str) -> Registration:
    """Which App signed this JWT? RS256 only, and valid at this moment by the world's clock."""
    claims = _unverified(credential)
    app = _issuer(world, claims.get("iss"))
    if not any(_is_signed_with(key, credential) for key in (app.public_key, *app.more_public_keys)):
        raise Refusal(401, "A JSON web token could not be decoded")
    _check_times(claims, world.clock.now().timestamp())
    return app


def _is_signed_with(key: str, credential: str) -> bool:
    try:
        jwt.decode(credential, _public_key(key), algorithms=["RS256"], options=_SIGNATURE_ONLY)
    except jwt.InvalidTokenError:
        return False
    return True


def app_named_by(world: World, credential: str) -> Registration | None:
    """Which App does this JWT name, whoever signed it?"""
    try:
        return _issuer(world, _unverified(credential).get("iss"))
    except Refusal:
        return None


_SIGNATURE_ONLY: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}


def _unverified(credential: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(credential, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise Refusal(401, "A JSON web token could not be decoded") from None
    return claims


def _issuer(world: World, issuer: object) -> Registration:
    for app in world.registrations.values():
        if str(issuer) in {str(app.id), app.client_id}:
            return app
    raise Refusal(404, "Integration not found")


def _check_times(claims: dict[str, Any], now: float) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int | float) or issued > now:
        raise Refusal(
            401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
        )
    if not isinstance(expires, int | float) or expires <= now:
        raise Refusal(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time "
            "at which the assertion expires",
        )
    if expires > now + _LONGEST:
        raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")


def token_of(world: World, credential: str) -> Token:
    """Which installation token is this? Expired ones and those of removed installations are bad credentials."""
    token = world.tokens.get(credential)
    if token is None or token.expires_at <= world.clock.now() or token.installation.id not in world.installations:
        raise bad_credentials()
    if token.installation.suspended_at:
        raise Refusal(403, "This installation has been suspended")
    return token


@functools.cache
def _public_key(pem: str) -> RSAPublicKey:
    """Reading a key takes longer than checking a signature with it."""
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, RSAPublicKey)  # noqa: S101 - we made it, see registering
    return key
