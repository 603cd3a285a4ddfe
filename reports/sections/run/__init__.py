"""The sections of a run's report, one file each; ``sections.report`` has their order."""
