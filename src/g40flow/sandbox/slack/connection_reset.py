"""An answer that never comes: the TCP connection is reset instead."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_CLOSE_WITH_RESET = struct.pack("ii", 1, 0)


class ConnectionReset(Response):
    """Closes the connection with a TCP reset, so that the caller cannot know what happened."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reset_connection(send)
        # Until the server has noticed; otherwise it would report an answer that is missing.
        while (await receive())["type"] != "http.disconnect":
            await asyncio.sleep(0)


def reset_connection(send: Callable[..., Any]) -> None:
    """Reset the TCP connection behind an ASGI `send`.

    Raises RuntimeError under a server whose connection cannot be reached; uvicorn's can.
    """
    transport = transport_behind(send)
    if transport is None:
        raise RuntimeError("cannot reset: no asyncio transport behind this ASGI server")
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITH_RESET)
    transport.abort()


def transport_behind(send: Callable[..., Any]) -> asyncio.Transport | None:
    """The connection of an ASGI `send`, looked for through the closures that middleware puts around it.

    uvicorn keeps it as `transport` on the object whose method `send` is; ASGI has no other way to it.
    """
    waiting: list[Any] = [send]
    seen: set[int] = set()
    while waiting:
        candidate = waiting.pop()
        if id(candidate) in seen:
            continue
        seen.add(id(candidate))
        owner = getattr(candidate, "__self__", None)
        transport: asyncio.Transport | None = getattr(owner, "transport", None)
        if transport is not None and hasattr(transport, "abort"):
            return transport
        inner = [cell.cell_contents for cell in getattr(candidate, "__closure__", None) or ()]
        waiting += [part for part in (*inner, getattr(candidate, "func", None)) if callable(part)]
    return None
