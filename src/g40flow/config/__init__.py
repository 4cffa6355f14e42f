"""What the network may change, read from typed, strict YAML; secrets come from the environment."""
