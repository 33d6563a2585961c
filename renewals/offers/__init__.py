"""Offers: what a customer can choose from to go on, what each costs, and what was agreed (rules 2, 3 and 12)."""
