"""How the tables came to be, step by step; run by `g40flow db upgrade`."""
