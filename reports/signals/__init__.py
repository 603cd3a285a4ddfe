"""What a score says of later returns, laid out: the event study and the factor view."""
