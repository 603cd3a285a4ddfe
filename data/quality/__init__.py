"""What is wrong with the data, by name: rules that look at bars, and the gate before a run."""
