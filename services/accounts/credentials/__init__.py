"""What passwords, tokens and keys are made and checked with."""
