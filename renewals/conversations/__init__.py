"""What was said between us and somebody at a customer, and what one side promised the other."""
