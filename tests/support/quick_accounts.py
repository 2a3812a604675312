"""The accounts service with hashes of passwords that cost little: a run of tests signs in a thousand times."""

import runpy

from services.accounts.credentials import passwords

passwords._PASSES, passwords._MEMORY_KIB = 1, 64

if __name__ == "__main__":
    runpy.run_module("services.accounts", run_name="__main__")
