"""The vocabulary every part shares: errors, ids, money, time. Standard library only."""
