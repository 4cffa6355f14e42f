"""Values become Dutch text, with templates/."""
