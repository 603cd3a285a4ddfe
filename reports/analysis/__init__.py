"""What is read off one run: holdings, targets, attribution, pullbacks, phases, execution, rules."""
