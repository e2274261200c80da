"""Templates, and tasks made from them."""
