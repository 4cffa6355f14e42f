"""Work on families of items."""
