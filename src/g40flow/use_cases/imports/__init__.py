"""Taking in past responses, positions and campaigns from files."""
