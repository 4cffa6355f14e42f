"""Channels, one file each: hands a finished message over, or says why it could not."""
