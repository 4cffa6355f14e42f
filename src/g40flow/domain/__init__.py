"""What items, groups, deadlines and messages are, and every decision made from values alone.

Standard library only; no clock is read and nothing is fetched or stored here.
"""
