"""How the shipped models were made: `python -m analysis.language.training MODEL --work DIR`."""
