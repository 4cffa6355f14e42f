"""Examples of every message, in a file that somebody wrote, as people would get them."""

from g40flow.sandbox.gallery.pages import gallery_routes as gallery_routes
