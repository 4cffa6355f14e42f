"""Figures about what the network did: pure functions over facts. docs/reports.md says how each is counted."""
