"""The `ilgam` command: starts the system and asks it things from outside, through its public APIs."""
