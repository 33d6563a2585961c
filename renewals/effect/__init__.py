"""What goes along with renewing: playbooks by version, steps done or not. A comparison, no claim of cause."""
