"""How people want to hear things: choosing it, heeding it, being away, and unsubscribing."""
