"""Reports: one sheet per campaign, and the overview of a year."""
