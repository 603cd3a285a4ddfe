"""What was known, and when: panels, loading, the simulated market."""
