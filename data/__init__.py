"""What was known, and when: panels, files and sources they come from, their quality, the simulated market."""
