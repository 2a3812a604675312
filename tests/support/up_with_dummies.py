"""`ilgam up` in a process of its own, with services that only say that they are healthy."""

import functools
from typing import Any, cast

import services.cli.up
from deploy.local.stack import Stack
from services.cli.__main__ import main
from tests.support.stack import dummy_command

if __name__ == "__main__":
    dummies = functools.partial(Stack, services=("tasks",), command=dummy_command, migrate=lambda _service, _url: None)
    cast("Any", services.cli.up).Stack = dummies
    main()
