"""What may have come of an ask or a point, and how that is explained."""
