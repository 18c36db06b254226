"""What if GitHub allows few requests an hour?"""

from __future__ import annotations

import httpx


class Scarce(httpx.AsyncBaseTransport):
    """The connection to a GitHub that allows `an_hour` requests to one account, or to all of them."""

    def __init__(self, inner: httpx.AsyncBaseTransport, account: str = "") -> None:
        self._inner, self._account, self.an_hour = inner, account, 12_500

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        is_theirs = f"/{self._account}/" in request.url.path or f'"{self._account}/' in answer.text
        if "x-ratelimit-limit" in answer.headers and (is_theirs or not self._account):
            answer.headers["x-ratelimit-limit"] = str(self.an_hour)
        return answer
