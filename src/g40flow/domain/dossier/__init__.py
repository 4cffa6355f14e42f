"""Dossiers: the steps they take, who may take them, their plan, text, decision and submission."""
