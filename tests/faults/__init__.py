"""Real processes, killed for real: nothing is lost, nothing is doubled (rule 20)."""
