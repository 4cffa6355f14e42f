"""Complete pieces of work, one function each: every transaction is kept whole or not at all."""
