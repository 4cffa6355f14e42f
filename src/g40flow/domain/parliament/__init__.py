"""What a Chamber decided, and by whom: votes, seats and commitments, from values alone."""
