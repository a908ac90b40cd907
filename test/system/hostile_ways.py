"""The ways out that hostile/*.c tries, and what refuses each: name -> (errnos that are a refusal, who succeeds outside).

Outside of an engine the same code must succeed, or the test could not fail: for ANYONE, or only where the test is ROOT;
UNSURE depends on how the machine's kernel was built, and shows only the refusal."""
from errno import (EACCES, EAFNOSUPPORT, ECONNREFUSED, EINVAL, EISCONN, ENODEV, ENOENT, ENOEXEC, ENOSYS, ENOTDIR, ENXIO,
                   EPERM, EPIPE, EPROTONOSUPPORT, EROFS, ESRCH, ESOCKTNOSUPPORT, EXDEV)
from signal import SIGSEGV, SIGSYS

ANYONE, ROOT, UNSURE = "anyone", "root", "unsure"

NO_SOCKET = {EAFNOSUPPORT, EPERM, EACCES}
# A path in a folder that cannot be entered, or is not there for the engine.
NO_PATH = {EACCES, EPERM, ENOENT, ENOTDIR, EROFS}
NO_UNIX = NO_PATH | {EAFNOSUPPORT}
# Behind a network namespace an abstract name leads nowhere.
NO_NAME = {EPERM, EACCES, EAFNOSUPPORT, ECONNREFUSED}
NO_CALL = {EPERM, EACCES, ENOSYS}
SHUT = {EPIPE}  # a socket whose sending side was shut for good before the engine got it
# Behind a namespace of processes there is no such process.
NO_PROCESS = NO_CALL | {ESRCH}
NO_PROC_FILE = NO_PATH | {ESRCH}
# Behind a namespace of kernel objects there is no such object.
NO_OBJECT = NO_CALL | {ENOENT, EINVAL}

SOCKETS = {
    "TCP to haar": (NO_SOCKET, ANYONE),
    "TCP to another server": (NO_SOCKET, ANYONE),
    "TCP over IPv6": (NO_SOCKET, UNSURE),
    "TCP listener": (NO_SOCKET, ANYONE),
    "UDP to another server": (NO_SOCKET, ANYONE),
    "UDP-Lite": (NO_SOCKET | {EPROTONOSUPPORT}, UNSURE),
    "multipath TCP": (NO_SOCKET | {EPROTONOSUPPORT}, UNSURE),
    "raw socket": (NO_SOCKET, ROOT),
    "packet socket": (NO_SOCKET, UNSURE),
    "netlink socket": (NO_SOCKET, ANYONE),
    "crypto socket": (NO_SOCKET, UNSURE),
    "vsock": (NO_SOCKET | {ENODEV, ESOCKTNOSUPPORT}, UNSURE),
    "abstract socket, stream": (NO_NAME, ANYONE),
    "abstract socket, datagram": (NO_NAME, ANYONE),
    "Unix socket outside, stream": (NO_UNIX, ANYONE),
    "Unix socket outside, datagram": (NO_UNIX, ANYONE),
    "operator's socket": (NO_UNIX, ANYONE),
    "sockets of haar and other instances": (NO_UNIX, ANYONE),
    "Unix listener in the data folder": (NO_UNIX, ANYONE),
    "abstract listener": (NO_NAME, ANYONE),
    "pair of datagram sockets": (NO_SOCKET, ANYONE),
    "inherited datagram socket to a path": (NO_UNIX | SHUT, ANYONE),
    "inherited datagram socket to a path, by message": (NO_UNIX | SHUT, ANYONE),
    "inherited datagram socket to a path, by messages": (NO_UNIX | SHUT, ANYONE),
    "inherited datagram socket to an abstract name": (NO_NAME | SHUT, ANYONE),
    "inherited datagram socket to an abstract name, by message": (NO_NAME | SHUT, ANYONE),
    "inherited datagram socket to other instances": (NO_UNIX | SHUT, UNSURE),
    "inherited datagram socket to other instances, by message": (NO_UNIX | SHUT, UNSURE),
}

# Where the first is refused the socket stays connected, which is what the kernel then says to the others.
RECEIVED = {
    "received socket, disconnected": (NO_CALL, ANYONE),
    "received socket, fast open by sendto": (NO_CALL | {EISCONN}, ANYONE),
    "received socket, disconnected again": (NO_CALL, ANYONE),
    "received socket, fast open by sendmsg": (NO_CALL | {EISCONN}, ANYONE),
    "received socket, disconnected a third time": (NO_CALL, ANYONE),
    "received socket, fast open by sendmmsg": (NO_CALL | {EISCONN}, ANYONE),
    "received socket, bound": (NO_CALL | {EINVAL}, ANYONE),
    "received socket, listening": (NO_CALL | {EINVAL}, ANYONE),
    "received socket, disconnected at last": (NO_CALL, ANYONE),
    "received socket, connected to haar": (NO_CALL, ANYONE),
}

PROCESSES = {
    "haar, signalled": (NO_PROCESS, ANYONE),
    "another engine, signalled": (NO_PROCESS, ANYONE),
    "a stranger, signalled": (NO_PROCESS, ANYONE),
    "haar's thread, signalled": (NO_PROCESS, ANYONE),
    "haar, signalled by descriptor": (NO_PROCESS, ANYONE),
    "a descriptor of haar's, taken": (NO_PROCESS, ROOT),
    "a descriptor of another engine's, taken": (NO_PROCESS, ROOT),
    "haar's limits": (NO_PROCESS, ANYONE),
    "haar's priority": (NO_PROCESS, ANYONE),
    "haar's processors": (NO_PROCESS, ANYONE),
    "haar's scheduling": (NO_PROCESS, ANYONE),
    "haar's disk priority": (NO_PROCESS, ANYONE),
    "haar's pages, moved": (NO_PROCESS, UNSURE),
    "haar's memory file": (NO_PROC_FILE, ROOT),
    "haar's environment": (NO_PROC_FILE, ROOT),
    "haar's memory map": (NO_PROC_FILE, ROOT),
    "haar's descriptors": (NO_PROC_FILE, ROOT),
    "haar's descriptor": (NO_PROC_FILE, ROOT),
    "haar's root": (NO_PROC_FILE, ROOT),
    "haar's working folder": (NO_PROC_FILE, ROOT),
    "haar's command line": (NO_PROC_FILE, ANYONE),
    "the list of processes": (NO_PATH, ANYONE),
    "a user namespace": (NO_CALL, UNSURE),
    "a mount namespace": (NO_CALL, ROOT),
    "a network namespace": (NO_CALL, ROOT),
    "all namespaces": (NO_CALL, UNSURE),
    "a user namespace by clone": (NO_CALL, UNSURE),
    "a network namespace by clone": (NO_CALL, ROOT),
    "a user namespace by clone3": (NO_CALL, UNSURE),
    "haar's network namespace": (NO_CALL | NO_PROC_FILE, ROOT),
    "haar's mount namespace": (NO_CALL | NO_PROC_FILE, ROOT),
    "haar's namespaces by process": (NO_PROCESS, ROOT),
    "a mount": (NO_CALL, ROOT),
    "a mount by fsopen": (NO_CALL, ROOT),
    "a copy of the mounts": (NO_CALL, ROOT),
    "another root": (NO_CALL, ROOT),
    "to be root": (NO_CALL | {EINVAL}, ROOT),
    "to be another user": (NO_CALL | {EINVAL}, ROOT),
    "other groups": (NO_CALL | {EINVAL}, ROOT),
    "another host name": (NO_CALL, ROOT),
    "a key, added": (NO_CALL, UNSURE),
    "keys, looked for": (NO_CALL, UNSURE),
    "a shared segment of others": (NO_OBJECT, ANYONE),
    "a shared segment of others, by key": (NO_OBJECT, ANYONE),
    "a semaphore of others": (NO_OBJECT, ANYONE),
    "a message queue of others": (NO_OBJECT, ANYONE),
    "a POSIX queue of others": (NO_OBJECT, UNSURE),
    "a new POSIX queue": (NO_CALL, UNSURE),
    "a 32-bit system call": (NO_CALL | {-SIGSYS, -SIGSEGV}, UNSURE),
    "an x32 system call": (NO_CALL | {-SIGSYS}, UNSURE),
}

FILES = {
    "haar's key": (NO_PATH, ANYONE),
    "haar's state": (NO_PATH, ANYONE),
    "haar's state, written": (NO_PATH, ANYONE),
    "the operator's token": (NO_PATH, ANYONE),
    "haar's folder, listed": (NO_PATH, ANYONE),
    "the run folder, listed": (NO_PATH, ANYONE),
    "files of other instances": (NO_PATH, ANYONE),
    "/etc/shadow": (NO_PATH, ROOT),
    "/, listed": (NO_PATH, ANYONE),
    "a file for all, read": (NO_PATH, ANYONE),
    "a file for all, written": (NO_PATH, ANYONE),
    "a file for all, shortened": (NO_PATH, ANYONE),
    "a file for all, by handle": (NO_PATH | {ENOSYS}, ROOT),
    "a folder for all, listed": (NO_PATH, ANYONE),
    "a folder for all, made in": (NO_PATH, ANYONE),
    "a file moved out": (NO_PATH | {EXDEV}, ANYONE),
    "a file moved in": (NO_PATH | {EXDEV}, ANYONE),
    "a file removed": (NO_PATH, ANYONE),
    "a hard link": (NO_PATH | {EXDEV}, ANYONE),
    "a hard link to the key": (NO_PATH | {EXDEV}, ANYONE),
    "a symbolic link": (NO_PATH, ANYONE),
    "a symbolic link to the key": (NO_PATH, ANYONE),
    "a file's mode": (NO_PATH, ANYONE),
    "a file's mode, by fchmodat2": (NO_PATH | {ENOSYS}, UNSURE),
    "the mode of haar's folder": (NO_PATH, ANYONE),
    "the mode of the run folder": (NO_PATH, ANYONE),
    "a file's owner": (NO_PATH, ANYONE),
    "the owner of haar's folder": (NO_PATH, ANYONE),
    "its own file, given away": (NO_PATH | {EINVAL}, ROOT),
    "a file's times": (NO_PATH, ANYONE),
    "the times of haar's folder": (NO_PATH, ANYONE),
    "a file's attributes": (NO_PATH | {ENOSYS}, UNSURE),
    "a file's attributes, by setxattrat": (NO_PATH | {ENOSYS}, UNSURE),
    "the attributes of haar's folder": (NO_PATH | {ENOSYS}, UNSURE),
    "a character device": (NO_PATH, ROOT),
    "a block device": (NO_PATH, ROOT),
    "a FIFO in the data folder": (NO_PATH, ANYONE),
    "shared memory of others": (NO_PATH, ANYONE),
    "new shared memory": (NO_PATH, ANYONE),
    "a temporary file": (NO_PATH, ANYONE),
    "a kernel setting": (NO_PATH, ROOT),
    "the kernel's trigger": (NO_PATH, UNSURE),
    "the kernel's log": (NO_PATH, ROOT),
    "a terminal": (NO_PATH, UNSURE),
    "a device of the system": (NO_PATH | {ENXIO}, ANYONE),
    "a setting below /sys": (NO_PATH, UNSURE),
}

MEMORY = {
    "code in new memory": (NO_CALL, ANYONE),
    "code in shared memory": (NO_CALL, ANYONE),
    "code by mprotect": (NO_CALL, ANYONE),
    "code by pkey_mprotect": (NO_CALL, ANYONE),
    "code by personality": (NO_CALL, ANYONE),
    "code in a memory file": (NO_CALL, ANYONE),
    "code in a shared segment": (NO_CALL | {ENOENT}, ANYONE),
    "code in a file of the data folder": (NO_CALL, ANYONE),
    "code that can be written": (NO_CALL, ANYONE),
    "secret memory": (NO_CALL, UNSURE),
    "the shell": (NO_PATH, ANYONE),
    "the loader as a program": (NO_PATH, ANYONE),
    "a program in memory": (NO_CALL, ANYONE),
    "a program in the data folder": (NO_PATH, ANYONE),
    "the engine's own program again": (NO_PATH | {ENOEXEC}, ANYONE),
    "haar's memory": (NO_PROCESS, ROOT),
    "haar, traced": (NO_PROCESS, ROOT),
    "another engine, traced": (NO_PROCESS, ROOT),
    "io_uring": (NO_CALL, UNSURE),
    "userfaultfd": (NO_CALL, UNSURE),
    "performance counters": (NO_CALL, UNSURE),
    "a program in the kernel": (NO_CALL, ROOT),
}

WAYS = {**FILES, **PROCESSES, **MEMORY, **SOCKETS, **RECEIVED}

# What only namespaces hold: where an ordinary user may not make any, haar tells so (`haar status`), and these succeed.
NAMESPACES_ALONE = {"a shared segment of others", "a shared segment of others, by key", "a semaphore of others",
                    "a message queue of others", "code in a file of the data folder"}
