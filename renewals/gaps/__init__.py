"""What a product that locks by its own convention takes from whom, and what it really took (rule 21)."""
