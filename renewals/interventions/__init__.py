"""The moment of a lock has a person in it: who is on duty, what they do, and how soon (rules 13 and 23)."""
