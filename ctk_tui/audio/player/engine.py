"""What play, seek, next and loop mean: which stretch of which file follows which, and what is told of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ctk_tui.audio.player.mixer import Mixer
from ctk_tui.audio.player.outlet import Outlet
from ctk_tui.audio.player.state import RATE, Kind, News, PlayerState, Status
from ctk_tui.audio.player.supply import Supply

if TYPE_CHECKING:
    from ctk_tui.audio.layouts import Samples

Tell = Callable[[News], None]
LAG = 0.75
"""Share of a period between the device's asking and the loudspeaker: 40 to 50 ms were measured at 60."""


@dataclass(slots=True)
class Track:
    """A stretch of one file, from some place to its end."""

    path: str
    """With surrogate escapes."""
    start: float
    """Seconds to its first frame."""
    duration: float | None = None
    """Seconds of the whole file."""
    bad: int = 0
    """Damaged pieces passed over."""
    failed: bool = False
    done: bool = False
    """Whether it was decoded to its end."""
    empty: bool = False
    """Whether nothing came out."""
    announced: bool = False
    """Whether it was told that it started; a seek or a loop is no start."""


class Engine:
    """The transport. Its methods may be called from any thread; news are told in any thread.

    Args:
        tell: takes the news.
        output: id of the output, "" for the first that works.
        buffer_ms: length of a device period, 0 for the one that suits.
        volume: linear gain.
        loop: whether files begin anew at their end.
        idle: seconds without sound until the device is stopped.
        over_ssh: whether the keyboard is on another host.
        stderr: descriptor for what decoders say.
    """

    def __init__(
        self,
        tell: Tell,
        *,
        output: str,
        buffer_ms: int,
        volume: float,
        loop: bool,
        idle: float,
        over_ssh: bool,
        stderr: int,
    ) -> None:
        self._tell = tell
        self._telling = threading.Lock()
        self._lock = threading.RLock()
        self._mixer = Mixer()
        self._volume = volume
        self._mixer.set_volume(volume)
        self._status: Status = "stopped"
        self._loop = loop
        self._next: str | None = None
        self._tracks: dict[int, Track] = {}
        self._newest = 0
        self._current = 0
        self._fell = False
        """Whether it is still because the last file failed: what follows that comes a moment late, and is played."""
        self.seq = 0
        self._supply = Supply(self, stderr)
        self.block = self._mixer.put  # what the supply decodes goes there as it comes
        self.outlet = Outlet(self, output, buffer_ms, idle, over_ssh=over_ssh)
        self._supply.begin()
        self.outlet.begin()

    # Commands

    def play(self, path: str, start: float = 0.0) -> None:
        """Play a file from `start` seconds on; the device is let go on whatever it was at."""
        with self._lock:
            self._cut(Track(path, max(0.0, start)))
            self._mixer.pause(False)
            self._go("playing")

    def pause(self) -> None:
        """Hold the sound."""
        with self._lock:
            if self._status == "playing":
                self._mixer.pause(True)
                self._go("paused")

    def resume(self) -> None:
        """Let a held sound go on; begin a stopped one anew."""
        with self._lock:
            if self._status == "paused":
                self._mixer.pause(False)
                self._go("playing")
            elif self._status == "stopped" and (track := self._tracks.get(self._current)) is not None:
                self.play(track.path)

    def stop(self) -> None:
        """End the sound; the file stays known, at its start."""
        with self._lock:
            track = self._tracks.get(self._current)
            self._next, self._fell = None, False
            self._supply.request(0, "", 0.0)
            self._mixer.cut(None)
            self._mixer.pause(False)
            if track is not None:
                self._newest += 1
                self._current = self._newest
                self._tracks = {self._current: Track(track.path, 0.0, track.duration, track.bad, track.failed)}
            self._go("stopped")

    def seek(self, seconds: float, *, relative: bool = False) -> None:
        """Go to a place of the file; paused stays paused, stopped stays stopped."""
        with self._lock:
            segment, place = self._heard()
            track = self._tracks.get(segment)
            if track is None or self._status == "stopped":
                return
            goal = max(0.0, place + seconds if relative else seconds)
            if track.duration is not None:
                goal = min(goal, track.duration)
            self._cut(Track(track.path, goal, track.duration, announced=track.announced))
            self._go(self._status)

    def follow(self, path: str | None) -> None:
        """Let a file follow without a gap, None for nothing; at once where the one before it has just failed."""
        with self._lock:
            if path is not None and self._fell:
                self.play(path)
                return
            self._next = path
            self._replan()

    def loop(self, on: bool) -> None:
        """Begin the file anew at its end, or no longer."""
        with self._lock:
            self._loop = on
            self._replan()

    def volume(self, gain: float) -> None:
        """Go to a linear gain, 0 to 1."""
        with self._lock:
            self._volume = min(1.0, max(0.0, gain))
            self._mixer.set_volume(self._volume)

    def _cut(self, track: Track) -> None:
        self._fell = False
        self._newest += 1
        self._current = self._newest
        self._tracks = {self._newest: track}
        self._mixer.cut(self._newest, round(track.start * RATE))
        self._supply.request(self._newest, track.path, track.start)

    def _go(self, status: Status) -> None:
        self._status = status
        self.outlet.want(status == "playing")

    # What follows

    def _replan(self) -> None:
        """Forget what was already decoded behind the current file, and decide anew what follows it."""
        before = self._mixer.segments
        self._mixer.drop_later()
        kept = self._mixer.segments
        if len(kept) < len(before):
            self._supply.request(0, "", 0.0)
            self._tracks = {segment: track for segment, track in self._tracks.items() if segment <= kept[-1]}
        if kept and self._tracks[kept[-1]].done and self._plan(kept[-1]):
            self.finished(kept[-1])

    def _plan(self, segment: int) -> bool:
        """Let decode what comes behind a segment that is decoded to its end; return whether there is something."""
        track = self._tracks[segment]
        if self._loop and not track.failed and not (track.empty and track.start == 0):
            path: str | None = track.path
        else:
            path = None if self._loop and not track.failed else self._next
            self._next = self._next if path is None else None
        if path is None:
            return False
        self._newest += 1
        again = path == track.path
        self._tracks[self._newest] = Track(path, 0.0, track.duration if again else None, announced=again)
        self._mixer.append(self._newest)
        self._supply.request(self._newest, path, 0.0, joins=True)
        return True

    # What the supply tells

    def opened(self, segment: int, duration: float | None) -> None:
        """Take the header's length."""
        with self._lock:
            if track := self._tracks.get(segment):
                track.duration = duration
        self.changed()

    def ended(self, segment: int, bad: int, empty: bool) -> None:
        """Go on to what follows."""
        with self._lock:
            if track := self._tracks.get(segment):
                track.bad, track.empty, track.done = bad, empty, True
                if self._plan(segment):
                    self.finished(segment)
                else:
                    self._supply.finish(segment)

    def finished(self, segment: int) -> None:
        """Take the true length."""
        with self._lock:
            end = self._mixer.finish(segment)
            track = self._tracks.get(segment)
            if track and end is not None and not (track.empty and track.start > 0):
                track.duration = end / RATE

    def failed(self, segment: int, reason: str, hint: str) -> None:
        """Tell it, play what there is of the file, and go on to what follows."""
        with self._lock:
            track = self._tracks.get(segment)
            if track is None or self._mixer.finish(segment) is None:
                return
            track.failed = track.done = True
            self._plan(segment)
        self._news("failed", track.path, reason, hint)
        self.watch()

    # What the outlet tells

    def render(self, count: int) -> Samples:
        """Give the device its frames."""
        self._mixer.lag = round(LAG * count)
        return self._mixer.render(count)

    def back(self) -> None:
        """Go on where the lost device was heard last."""
        with self._lock:
            if self._status != "stopped":
                segment, place = self._heard()
                if track := self._tracks.get(segment):
                    self._cut(Track(track.path, place, track.duration, announced=True))

    def gone(self) -> None:
        """Hold the sound: nobody expects it any more."""
        self.pause()

    def changed(self) -> None:
        """Tell the state."""
        self._news("state")

    # What is told

    def watch(self) -> None:
        """See which file is heard now and whether the end was reached; called many times a second."""
        news: list[tuple[Kind, str | None]] = []
        with self._lock:
            segment, _ = self._heard()
            while self._current < segment:
                old, self._current = self._tracks.pop(self._current, None), self._current + 1
                if old and not old.failed and old.path != self._tracks[segment].path:
                    news.append(("ended", old.path))
            track = self._tracks.get(segment)
            if track and not track.announced and self._mixer.sounded == segment:
                track.announced = True
                news.append(("started", track.path))
            if self._status == "playing" and self._mixer.drained():
                self._status = "stopped"
                self._fell = track is not None and track.failed
                self.outlet.want(False)
                news.append(("ended", track.path) if track and not track.failed else ("state", None))
        for kind, path in news:
            self._news(kind, path)
        self._supply.judge()

    def state(self) -> PlayerState:
        """Return everything there is to show."""
        with self._lock:
            segment, place = self._heard()
            track = self._tracks.get(segment)
            outside = self.outlet.outside
            return PlayerState(
                status=self._status,
                path=None if track is None else Path(track.path),
                position=place,
                duration=None if track is None else track.duration,
                next_path=None if self._next is None else Path(self._next),
                loop=self._loop,
                volume=self._volume,
                output=outside.output,
                output_id=self.outlet.choice,
                host=outside.host,
                problem=outside.problem,
                hint=outside.hint,
                buffer_ms=outside.buffer_ms,
                start_delay=self._mixer.start_delay,
                bad_packets=0 if track is None else track.bad,
                underruns=self._mixer.underruns,
                seq=self.seq,
            )

    def _heard(self) -> tuple[int, float]:
        segment, frame = self._mixer.heard()
        return (segment, frame / RATE) if segment in self._tracks else (self._current, 0.0)

    def _news(self, kind: Kind, path: str | None = None, reason: str = "", hint: str = "") -> None:
        # A state that was taken first is told first: else an old one could be the last word while nothing plays.
        # Never with the other lock held: this one is taken before it.
        with self._telling:
            self._tell(News(kind, self.state(), None if path is None else Path(path), reason, hint))
