"""How Ilgam is put on machines: the embedded stack for one machine, and what larger set-ups share with it."""
