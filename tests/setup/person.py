"""How does somebody with a browser without JavaScript get through the wizard's pages and GitHub's?"""

from __future__ import annotations

import html
import re

import httpx

_FORM = re.compile(r"<form.*?</form>", re.DOTALL)
_FIELD = re.compile(r'<input[^>]*name="([^"]+)"(?:[^>]*?value="([^"]*)")?')
_LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


class Person:
    """One window. What is in it is all that is clicked on."""

    def __init__(self) -> None:
        self.http = httpx.Client(follow_redirects=True, trust_env=False, timeout=60)
        self.page: httpx.Response

    def open(self, address: str) -> None:
        self.page = self.http.get(address)

    def follow(self, words: str) -> None:
        [target] = {target for target, shown in _LINK.findall(self.page.text) if shown == words}
        self.open(str(self.page.url.join(html.unescape(target))))

    def click(self, words: str, **typed: str) -> None:
        """Send the form with the button of these words, after filling in what is typed."""
        form = next(each for each in _FORM.findall(self.page.text) if words in each)
        action = re.search(r'action="([^"]+)"', form)
        to = self.page.url.join(html.unescape(action[1])) if action else self.page.url
        origin = f"{self.page.url.scheme}://{self.page.url.netloc.decode()}"
        sent = {name: html.unescape(value) for name, value in _FIELD.findall(form)}
        self.page = self.http.post(to, data=sent | typed, headers={"origin": origin})
        self.page.raise_for_status()
