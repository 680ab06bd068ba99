"""A real SSH server on the loopback, with keys and configuration of its own, and a client that reaches it as HOST."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

_START = 15.0
_PRIVSEP = Path("/run/sshd")
"""Where an sshd of root insists on a folder; the system's own start makes it."""
SERVER = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
LogLevel ERROR
SetEnv {environment}
ForceCommand cd "$HOME" && eval "$SSH_ORIGINAL_COMMAND"
"""
"""Sessions begin in the HOME of the test: sshd goes to that of the system's user."""
CLIENT = """
Host HOST
    HostName 127.0.0.1
    Port {port}
    User {user}
    IdentityFile {folder}/user
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile {folder}/known
    GlobalKnownHostsFile /dev/null
    ExitOnForwardFailure yes
    LogLevel ERROR
"""


class SshHost:
    """One server; use it in a `with`.

    Args:
        environ: variables of the sessions on it.
    """

    def __init__(self, environ: dict[str, str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ctkssh-"))
        self._made = False
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        values = {
            "port": port,
            "folder": self.folder,
            "user": getpass.getuser(),
            "environment": " ".join(f'"{name}={value}"' for name, value in environ.items()),
        }
        for name in ("host", "user"):
            key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", os.fspath(self.folder / name)]
            subprocess.run(key, check=True, stdin=subprocess.DEVNULL)
        public = (self.folder / "host.pub").read_text()
        (self.folder / "known").write_text(f"[127.0.0.1]:{port} {public}")
        (self.folder / "server").write_text(SERVER.format(**values))
        (self.folder / "client").write_text(CLIENT.format(**values))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def shell(self) -> str:
        """What makes `ssh HOST` in a shell reach this server."""
        return f'ssh() {{ command ssh -F "{self.folder}/client" "$@"; }}\n'

    def ssh(self, *words: str, **options: object) -> subprocess.Popen[bytes]:
        """Start an ssh client with these words behind its options."""
        line = ["ssh", "-F", os.fspath(self.folder / "client"), *words]
        return subprocess.Popen(line, stdin=subprocess.DEVNULL, **options)  # type: ignore[call-overload, no-any-return]

    def __enter__(self) -> Self:
        if os.geteuid() == 0 and not _PRIVSEP.exists():
            _PRIVSEP.mkdir(mode=0o755)
            self._made = True
        with open(self.folder / "log", "wb") as log:
            self._process = subprocess.Popen(
                ["/usr/sbin/sshd", "-D", "-e", "-f", self.folder / "server"], stdin=subprocess.DEVNULL, stderr=log
            )
        deadline = time.monotonic() + _START
        while (tried := self.ssh("HOST", "true", stderr=subprocess.PIPE).communicate()[1]) != b"":
            said = (self.folder / "log").read_text()
            assert self._process.poll() is None, f"sshd ended: {said}"
            assert time.monotonic() < deadline, f"sshd takes nobody: {tried!r} {said}"
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
        if self._made:
            _PRIVSEP.rmdir()
        shutil.rmtree(self.folder)
