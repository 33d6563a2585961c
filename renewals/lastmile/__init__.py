"""The last mile: where contracts leak between their first day and their last minute (rules 22 and 23)."""
