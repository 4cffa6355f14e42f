"""The web socket of Socket Mode: hello, envelopes, acknowledgements, disconnects."""

import json
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from g40flow.sandbox.slack.deliveries import Connection, Deliveries

MOST_CONNECTIONS = 10


@dataclass
class SocketEndpoint:
    """The ASGI endpoint behind the address that apps.connections.open gives."""

    deliveries: Deliveries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, from handshake to close."""
        socket = WebSocket(scope, receive, send)
        app_id = self._redeem(socket.query_params.get("ticket", ""))
        if app_id is None:
            await socket.close()
            return
        await socket.accept()
        connection = Connection(app_id, socket, send)
        if len(self.deliveries.connections_of(app_id)) >= MOST_CONNECTIONS:
            await self.deliveries.disconnect(connection, "too_many_websockets")
            return
        self.deliveries.connections.append(connection)
        try:
            await self._serve(connection)
        finally:
            self.deliveries.forget(connection)

    def _redeem(self, ticket: str) -> str | None:
        """The app of a ticket that has not been used or got too old."""
        workspace = self.deliveries.workspace
        with workspace.lock:
            app_id, until = workspace.tickets.pop(ticket, (None, None))
        return app_id if until is not None and self.deliveries.clock.now() <= until else None

    async def _serve(self, connection: Connection) -> None:
        await connection.socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.deliveries.connections_of(connection.app_id)),
                "connection_info": {"app_id": connection.app_id},
                "debug_info": {
                    "host": "sandbox",
                    "started": self.deliveries.clock.now().isoformat(),
                    "build_number": 1,
                    "approximate_connection_time": 18060,
                },
            }
        )
        while True:
            try:
                message = json.loads(await connection.socket.receive_text())
            except (WebSocketDisconnect, RuntimeError):
                # RuntimeError: the stand-in itself closed the socket while this was waiting.
                return
            except ValueError:
                continue
            if isinstance(message, dict):
                connection.acknowledge(message)
