"""A sound server of one's own: PulseAudio with a sink that plays to nobody and can be recorded."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from tests.support.flavours import Samples

SINK = "testsink"
RATE = 48000
_START = 15.0
_READ = 30.0


class PulseServer:
    """One server; use it in a `with`. Works as root and in containers, several side by side.

    Args:
        port: also listen there on 127.0.0.1, 0 for not at all.
    """

    def __init__(self, port: int = 0) -> None:
        # Not below the test's own folder: the path of a socket may have 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="ctkpulse-"))
        self.socket = self.folder / "native"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        home = str(self.folder / "home")
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "DBUS_", "DISPLAY"))
        }
        self._environ = kept | {
            "HOME": home,
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_CONFIG_HOME": home,
            "PULSE_RUNTIME_PATH": str(self.folder / "run"),
            "PULSE_STATE_PATH": home,
            "PULSE_COOKIE": str(self.folder / "cookie"),
        }
        for name in ("home", "run"):
            (self.folder / name).mkdir(mode=0o700)

    @property
    def environ(self) -> dict[str, str]:
        """What leads a client to this server."""
        return {"PULSE_SERVER": f"unix:{self.socket}", "PULSE_COOKIE": str(self.folder / "cookie"), "PULSE_SINK": SINK}

    def start(self) -> None:
        """Start it and wait until it answers."""
        script = self.folder / "null.pa"
        lines = [
            f"load-module module-native-protocol-unix socket={self.socket}",
            # Without norewinds the sink sleeps for up to 2 s: the first callback comes 1.3 s late.
            f"load-module module-null-sink sink_name={SINK} rate={RATE} channels=2 format=s16le norewinds=1",
            f"set-default-sink {SINK}",
            f"set-default-source {SINK}.monitor",
        ]
        if self._port:
            lines.append(f"load-module module-native-protocol-tcp listen=127.0.0.1 port={self._port} auth-anonymous=1")
        script.write_text("\n".join(lines) + "\n")
        # No --system, so that root needs no pulse user; no shared memory or cpu limit, for containers. It goes before
        # other processes where it may (root): on a machine that is busy it would itself leave gaps of 15 to 30 ms.
        self._process = subprocess.Popen(
            ["pulseaudio", "-n", "-F", str(script), "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit",
             "--use-pid-file=no", "--realtime=yes", "--high-priority=yes", "--disable-shm=yes", "--no-cpu-limit",
             "--log-target=stderr", "--log-level=error"],
            env=self._environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + _START
        while self.tell("info").returncode != 0:
            assert self._process.poll() is None, "pulseaudio ended"
            assert time.monotonic() < deadline, "pulseaudio did not start"

    def tell(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run pactl against this server."""
        return subprocess.run(
            ["pactl", *words], env=self._environ | self.environ, capture_output=True, text=True, timeout=_START
        )

    def kill(self) -> None:
        """Let it die as in a crash."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.socket.unlink(missing_ok=True)

    def freeze(self, on: bool) -> None:
        """Let it hang, or go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait(10)
        shutil.rmtree(self.folder)


class Recorder:
    """What the sink plays, as it comes; use it in a `with`.

    Args:
        server: whose sink.
    """

    def __init__(self, server: PulseServer) -> None:
        self._process = subprocess.Popen(
            ["parec", "-d", f"{SINK}.monitor", "--format=s16le", f"--rate={RATE}", "--channels=2", "--latency-msec=20",
             "--raw"],
            env=server._environ | server.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._pipe: IO[bytes] = self._process.stdout
        self._data = bytearray()
        self._from = 0
        self.until(lambda sound: len(sound) > 0)  # it is connected

    def forget(self) -> None:
        """Leave out of `sound` what was recorded up to now."""
        self._pump(0)
        self._from = len(self._data) // 4 * 4

    @property
    def sound(self) -> Samples:
        """What was recorded since the last `forget`, shape (frames, 2)."""
        data = self._data[self._from : len(self._data) // 4 * 4]
        return (np.frombuffer(bytes(data), "<i2").reshape(-1, 2) / 32768).astype(np.float32)

    def until(self, done: Any, timeout: float = _READ) -> Samples:
        """Record until `done(sound)` is true, and return the sound."""
        deadline = time.monotonic() + timeout
        while not done(self.sound):
            assert time.monotonic() < deadline, "what was waited for was not heard in time"
            self._pump(0.05)
        return self.sound

    def seconds(self, seconds: float) -> Samples:
        """Record so many seconds more, and return all of the sound."""
        wanted = len(self.sound) + round(seconds * RATE)
        return self.until(lambda sound: len(sound) >= wanted)

    def silence(self, seconds: float = 0.3, timeout: float = _READ) -> Samples:
        """Record until there was sound, and silence for `seconds` after it."""
        tail = round(seconds * RATE)

        def over(sound: Samples) -> bool:
            return bool(len(sound) > tail and sound[:-tail].any() and not sound[-tail:].any())

        return self.until(over, timeout)

    def quiet(self, seconds: float = 0.3) -> None:
        """Record until nothing was heard for `seconds`, and forget it all."""
        tail = round(seconds * RATE)
        self.forget()
        self.until(lambda sound: len(sound) > tail and not sound[-tail:].any())
        self.forget()

    def _pump(self, wait: float) -> None:
        while select.select([self._pipe], [], [], wait)[0]:
            data = os.read(self._pipe.fileno(), 1 << 16)
            assert data, "the recorder ended"
            self._data += data
            wait = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._pipe.close()


def heard(sound: Samples) -> Samples:
    """Return the recording without the silence before and behind the sound."""
    sounding = np.flatnonzero(np.abs(sound).max(axis=1) > 1e-3)
    return sound[sounding[0] : sounding[-1] + 1] if len(sounding) else sound[:0]
