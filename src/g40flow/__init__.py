"""Workflow engine with which a network of cities answers consultations and runs lobby campaigns."""
