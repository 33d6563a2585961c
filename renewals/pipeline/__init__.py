"""Renewals on their way: stages, money, next steps, and the record of every change (rules 12 and 22)."""
