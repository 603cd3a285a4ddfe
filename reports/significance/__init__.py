"""What a family of variants shows beyond chance: tests, intervals, corrections, and a verdict in plain words."""
