"""Prints the `authorization` block for a NATS server of one's own: `python -m deploy.nats.server_users SECRETS_DIR`.

The folder is the `secrets` folder of the data folder that `ilgam up --external` uses; include the output in the
server's configuration.
"""

import json
import sys
from pathlib import Path

from deploy.local.secret_files import load_or_create
from deploy.nats.permissions import authorization


def main(arguments: list[str]) -> int:
    """Print the block; 2 if the folder is missing."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m deploy.nats.server_users SECRETS_DIR (an existing folder)\n")
        return 2
    users = authorization(load_or_create(Path(arguments[0])).nats)
    sys.stdout.write(f"authorization: {json.dumps(users, indent=2)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
