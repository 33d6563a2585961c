"""What is to be said to a customer from the first day to the last minute: playbooks, and each contract's own plan."""
