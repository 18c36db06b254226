"""How is a port taken before any work begins, and what is said where it cannot be had?"""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


class CannotListen(OSError):
    """The port is taken, or not ours to take. The message says which, and what to do."""


def listen(port: int, *, instead: str, host: str = LOOPBACK) -> socket.socket:
    """Port 0 takes a free one. `instead` says how to choose another one. Raises CannotListen."""
    # The protocol is named, as asyncio leaves Nagle's algorithm on otherwise, and each answer takes 40 ms.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)  # at once: two sockets that only bound would both have it
    except OSError as error:
        listener.close()
        place = f"port {port}" if host == LOOPBACK else f"port {port} of {host}"
        raise CannotListen(f"{place}: {error.strerror}; choose another one {instead}") from error
    return listener
