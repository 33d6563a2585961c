"""Payments: by which terms, what is still to be paid, and how its payment is learned of. No money moves an end."""
