"""Lobby campaigns: their steps, types, asks, people and documents.

What they share with texts is in g40flow.domain.dossier.
"""
