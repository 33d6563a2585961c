"""Why a renewal is at risk: rules that everybody can read, and managers can change (rules 22 to 24)."""
