"""The control interface of the sandbox at /sandbox/: a page with buttons, and the same as JSON."""

from g40flow.sandbox.control.routes import control_routes

__all__ = ["control_routes"]
