"""Files and frames into one long table, and that table into a panel."""
