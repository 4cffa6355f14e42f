"""Handing a text in: the form, the checks by two people, the pack, the receipt, and what follows."""
