"""The JSON API under /api/v1, for programs that show a token. See docs/api.md."""
