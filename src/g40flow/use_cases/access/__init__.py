"""Who comes in, and who may do what: signing in, people and their roles, tokens of programs."""
