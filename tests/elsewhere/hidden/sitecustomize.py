"""Read by Python as it starts: to modules of the package, this system lacks what Windows lacks.

Libraries keep what they had, as on Windows they have ways of their own.
"""

import builtins
import multiprocessing
import multiprocessing.context
from types import ModuleType
from typing import Any

WITHOUT = frozenset({"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"})
SIGNAL = """
Handlers NSIG SIGABRT SIGFPE SIGILL SIGINT SIGSEGV SIGTERM SIG_DFL SIG_IGN Signals default_int_handler getsignal
raise_signal set_wakeup_fd signal strsignal valid_signals
"""  # all that Windows has of it
NOT_OF_OS = """
O_CLOEXEC O_DIRECTORY O_NOCTTY O_NOFOLLOW O_NONBLOCK WNOHANG chown chroot ctermid fchdir fchmod fchown fork forkpty
getegid geteuid getgid getgroups getloadavg getpgid getpgrp getpriority getresuid getsid getuid killpg lchown lockf
major memfd_create minor mkfifo mknod nice openpty pathconf pidfd_open pipe2 posix_fadvise posix_fallocate
posix_spawn pread preadv pwrite pwritev readv register_at_fork sched_getaffinity sched_setaffinity sched_yield
sendfile setgid setpgid setpriority setsid setuid statvfs sync sysconf tcgetpgrp ttyname uname wait wait3 wait4
waitid writev
"""
KEPT, LEFT_OUT = frozenset(SIGNAL.split()), frozenset(NOT_OF_OS.split())
really = builtins.__import__
seen: dict[str, ModuleType] = {}


def lacking(name: str, module: ModuleType) -> ModuleType:
    """A module as it is elsewhere."""
    if name not in seen:
        seen[name] = ModuleType(name)
        for word, value in vars(module).items():
            if (word in KEPT or word.startswith("__")) if name == "signal" else word not in LEFT_OUT:
                vars(seen[name])[word] = value
    return seen[name]


def elsewhere(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    """``import`` as the package sees it."""
    found = really(name, globals, locals, fromlist, level)
    if level or not str((globals or {}).get("__name__", "")).startswith("gkingest"):
        return found
    if name in WITHOUT:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    first = name.partition(".")[0]
    return lacking(first, found) if first in ("os", "signal") and (name == first or not fromlist) else found


builtins.__import__ = elsewhere
multiprocessing.set_start_method("spawn")
for method in ("fork", "forkserver"):
    multiprocessing.context._concrete_contexts.pop(method)  # type: ignore[attr-defined]
multiprocessing.get_all_start_methods = lambda: ["spawn"]
