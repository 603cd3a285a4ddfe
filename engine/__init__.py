"""What happens to money: markets, sessions, two engines, and the record of a run."""
