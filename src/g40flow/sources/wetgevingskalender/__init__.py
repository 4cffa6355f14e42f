"""The calendar of legislation: the fiche of each law in the making, by Keten-ID. See docs/sources.md."""

from g40flow.sources.wetgevingskalender.source import Wetgevingskalender as Wetgevingskalender
