"""What was fetched, kept for good: vintages on disk, snapshots, and the pace of asking."""
