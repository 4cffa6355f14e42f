"""Weekly digests: for whom, when, over which stretch of time, and what stands in them."""
