"""Every message of the product with made-up contents: for the gallery, and for tests to compare with."""
