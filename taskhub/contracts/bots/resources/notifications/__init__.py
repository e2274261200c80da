"""What people are told: what of it they want, what there is, and that they have read it."""
