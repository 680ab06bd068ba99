"""The sound device through miniaudio: opened by named backends, never by its own choice, and given back in full.

Left to itself it would try JACK, which crashes it, and print 35 lines of ALSA. Its Python class leaks the context of
every device, four descriptors each; here it is freed.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ctk_tui.audio.player.servers import host_of, is_remote, server_in, server_of
from ctk_tui.audio.player.state import CHANNELS, RATE, Output

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ctk_tui.audio.layouts import Samples

Answer = TypeVar("Answer")
APP_NAME = "ctk"
NONE = "none"
"""Id of the output that plays to nobody, in real time."""
_SEPARATOR = "|"
_NAMES = {"pulseaudio": "PulseAudio", "coreaudio": "Core Audio", "wasapi": "WASAPI", "alsa": "ALSA", NONE: NONE}
_BACKENDS = {
    "pulseaudio": "PULSEAUDIO", "alsa": "ALSA", "coreaudio": "COREAUDIO", "wasapi": "WASAPI", "sndio": "SNDIO",
    "audio4": "AUDIO4", "oss": "OSS", NONE: "NULL",
}  # fmt: skip
_TRIES = 5
"""How often a sound server behind a tunnel is asked. PulseAudio turned away 5 of 100 connections that ssh made to its
socket, as those of user 65534: what is sent between its accept and its SO_PASSCRED bears no credentials."""
_server_lock = threading.Lock()


class NoDevice(Exception):
    """The device cannot be opened.

    Args:
        code: miniaudio's result, 0 where it has none.
    """

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Choice:
    """An output id taken apart."""

    backend: str = ""
    """A key of `_BACKENDS`, "" for the first that works."""
    server: str = ""
    """Sound server as PULSE_SERVER names it, "" for the usual one."""
    device: str = ""
    """The device's own id in hexadecimal, "" for the backend's default."""

    @classmethod
    def of(cls, text: str) -> Choice:
        """Return the choice that an output id stands for; "" is the first that works."""
        backend, _, rest = text.partition(_SEPARATOR)
        server, _, device = rest.rpartition(_SEPARATOR)
        return cls(backend if backend in _BACKENDS else "", server, device)

    def id(self) -> str:
        """Return the output id."""
        return NONE if self.backend == NONE else _SEPARATOR.join((self.backend, self.server, self.device))


def backends() -> list[str]:
    """Return the backends to try on this system, in order."""
    if sys.platform == "darwin":
        found = ["coreaudio"]
    elif sys.platform == "win32":
        found = ["wasapi"]
    elif sys.platform == "linux":
        found = ["pulseaudio", *(["alsa"] if has_card() else [])]
    else:
        found = ["pulseaudio", "sndio", "audio4", "oss"]
    return found


def has_card() -> bool:
    """Return whether ALSA has anything to play on; without a card it only prints to the terminal."""
    try:
        return any(name.startswith("pcm") and name.endswith("p") for name in os.listdir("/dev/snd"))
    except OSError:
        return False


class Device:
    """An open device, stopped at first.

    Args:
        choice: what to open.
        period_ms: length of a period in milliseconds.
        render: gives the frames that the device asks for; called in the device's thread, must not raise.

    Raises:
        NoDevice: it cannot be opened.
    """

    def __init__(self, choice: Choice, period_ms: int, render: Callable[[int], Samples]) -> None:
        self._render = render
        error = NoDevice("no backend")
        for backend in [choice.backend] if choice.backend else backends():
            try:
                self._device = _asked(_open, backend, choice.server, choice.device, period_ms)
                break
            except NoDevice as failed:
                error = failed
        else:
            raise error
        self.backend = backend
        self.name = _NAMES.get(backend, backend)
        self.host = host_of(choice.server if backend == "pulseaudio" else "", backend)

    def start(self) -> None:
        """Let it ask for sound.

        Raises:
            NoDevice: it cannot be started.
        """
        import miniaudio  # type: ignore[import-untyped]

        feed = self._feed()
        next(feed)
        try:
            self._device.start(feed)
        except miniaudio.MiniaudioError as error:
            raise NoDevice(str(error)) from error

    def stop(self) -> None:
        """Stop asking; it stays open."""
        import miniaudio

        try:
            self._device.stop()
        except miniaudio.MiniaudioError as error:
            raise NoDevice(str(error)) from error

    def close(self) -> None:
        """Give it back."""
        self._device.close()
        _free(self._device)

    def _feed(self) -> Generator[bytes | Samples, int, None]:
        count = yield b""
        while True:
            count = yield self._render(count)


def outputs(servers: list[str]) -> list[Output]:
    """Return what can be chosen here: every device of every backend and server that answers, and "none".

    Args:
        servers: sound servers as PULSE_SERVER names them, "" for the usual one.
    """
    found = []
    for backend in backends():
        for server in servers if backend == "pulseaudio" else [""]:
            try:
                devices = _asked(_list, backend, server)
            except NoDevice:
                continue
            host = host_of(server, backend)
            for device, name, default in devices:
                choice = Choice(backend, server, device)
                found.append(Output(choice.id(), name, _NAMES.get(backend, backend), host, default))
    return [*found, Output(NONE, "no sound", NONE, "")]


def _asked(ask: Callable[..., Answer], backend: str, server: str, *more: object) -> Answer:
    """Return what a sound server answers to `ask(backend, server, *more)`; one behind a tunnel is asked several times.

    Raises:
        NoDevice: it did not answer once.
    """
    remote = backend == "pulseaudio" and is_remote(server or server_of(os.environ))
    for _ in range(_TRIES - 1 if remote else 0):
        with contextlib.suppress(NoDevice):
            return ask(backend, server, *more)
    return ask(backend, server, *more)


def _list(backend: str, server: str) -> list[tuple[str, str, bool]]:
    """Return id, name and whether it is the default of every device of a backend."""
    import miniaudio

    lib, ffi = miniaudio.lib, miniaudio.ffi
    holder = _unopened()
    with server_in(server, _server_lock):
        context = _context(holder, backend)
    infos, count = ffi.new("ma_device_info**"), ffi.new("ma_uint32*")
    try:
        result = lib.ma_context_get_devices(context, infos, count, ffi.NULL, ffi.NULL)
        if result != lib.MA_SUCCESS:
            raise NoDevice("the devices cannot be listed", result)
        return [
            (
                bytes(ffi.buffer(ffi.addressof(info.id))).rstrip(b"\0").hex(),
                ffi.string(info.name).decode("utf-8", "replace"),
                bool(info.isDefault),
            )
            for info in (infos[0][index] for index in range(count[0]))
        ]
    finally:
        lib.ma_context_uninit(context)


def _open(backend: str, server: str, device: str, period_ms: int) -> Any:
    """Return miniaudio's device.

    Raises:
        NoDevice: it cannot be opened.
    """
    import miniaudio

    wanted = None
    if device:
        raw = bytes.fromhex(device)
        wanted = miniaudio.ffi.new("ma_device_id *")
        miniaudio.ffi.memmove(wanted, raw, len(raw))
    made = _unopened()
    try:
        with server_in(server, _server_lock):
            made.__init__(
                miniaudio.SampleFormat.FLOAT32, CHANNELS, RATE, buffersize_msec=period_ms, device_id=wanted,
                backends=[miniaudio.Backend[_BACKENDS[backend]]], app_name=APP_NAME,
            )  # fmt: skip
    except miniaudio.MiniaudioError as error:
        _free(made)
        raise NoDevice(str(error.args[0]), error.args[1] if len(error.args) > 1 else 0) from error
    return made


def _context(holder: Any, backend: str) -> Any:
    import miniaudio

    try:
        return holder._make_context([miniaudio.Backend[_BACKENDS[backend]]], app_name=APP_NAME)  # noqa: SLF001
    except miniaudio.MiniaudioError as error:
        raise NoDevice(str(error.args[0]), error.args[1] if len(error.args) > 1 else 0) from error


def _unopened() -> Any:
    """Return a device of miniaudio before its __init__, so that its context can be freed when that fails."""
    import miniaudio

    class Kept(miniaudio.PlaybackDevice):  # type: ignore[misc]
        """Keeps its context where it can be found."""

        context: Any = None
        callback_generator = None
        running = False
        stop_callback = None
        _device = None

        def _make_context(self, *args: Any, **more: Any) -> Any:
            self.context = super()._make_context(*args, **more)
            return self.context

    return Kept.__new__(Kept)


def _free(device: Any) -> None:
    import miniaudio

    if device.context is not None:
        miniaudio.lib.ma_context_uninit(device.context)
        device.context = None
