"""The ledger: what companies put in, what jobs hold, what workers earned. Double entry, append only, whole won."""
