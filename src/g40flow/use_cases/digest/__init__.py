"""Weekly digests: reading what they are made from, making and queueing them, and showing old ones."""
