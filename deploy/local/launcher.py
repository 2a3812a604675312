"""Becomes another program, as a child that does not outlive its parent.

Run as a file by `python -I -S`, so it stands on the standard library alone:

    launcher.py PARENT_PID DEATH_SIGNAL UID GID PASS_FOLDERS PROGRAM [ARGUMENT ...]

DEATH_SIGNAL is what the kernel sends to the program when the parent's starting thread ends (Linux; elsewhere the next
start ends what is left). UID is -1 to stay the same user. PASS_FOLDERS is 1 if the program's folders lie below one that
the new user may not enter, such as root's home: instead of opening that folder to everybody, the program keeps the one
right to pass through folders.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION = 0x20080522
EXIT_NO_PARENT = 125


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def main(arguments: list[str]) -> None:
    """Drop privileges, tie the life to the parent's, become the program."""
    parent, death_signal, uid, gid, pass_folders = (int(word) for word in arguments[:5])
    program = arguments[5:]
    if uid >= 0:
        _become(uid, gid, keep_passing=bool(pass_folders))
    if sys.platform == "linux":
        # After the change of user, which clears it.
        _call("prctl", PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(EXIT_NO_PARENT)
    # Python ignores it, and programs inherit that; they expect the default.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.umask(0o077)
    os.execv(program[0], program)  # noqa: S606  becoming exactly this program, without a shell, is the purpose


def _become(uid: int, gid: int, *, keep_passing: bool) -> None:
    kept = _passing_capability() if keep_passing else 0
    if kept:
        _call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if kept:
        mask = 1 << kept
        sets = (_Sets * 2)(_Sets(mask, mask, mask), _Sets(0, 0, 0))
        _call("capset", ctypes.byref(_Header(CAPABILITY_VERSION, 0)), sets)
        _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept, 0, 0)


def _passing_capability() -> int:
    """The weakest capability at hand that passes through closed folders; containers often hold only the stronger one."""
    sets = (_Sets * 2)()
    _call("capget", ctypes.byref(_Header(CAPABILITY_VERSION, 0)), sets)
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if sets[0].permitted & (1 << capability):
            return capability
    return 0


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


if __name__ == "__main__":
    main(sys.argv[1:])
