"""What came of asks and points: votes, motions, amendments and commitments that were followed for them."""
