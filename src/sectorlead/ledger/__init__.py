"""The trial ledger: every variant that was evaluated on a panel, kept so that a verdict can allow for all of them."""
