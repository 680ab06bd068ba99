"""FFmpeg's filters for sound: the resampler, and what lays channels one behind the other.

av.AudioResampler does the same, but starts a thread for every core in every file.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctk_tui.audio.layouts import Channels, Samples


class Chain:
    """A chain of filters that gives packed float32.

    Args:
        rate: hertz of what is fed.
        sample_format: FFmpeg's name of its sample format.
        layout: FFmpeg's name of its channels.
        filters: names and arguments.
    """

    def __init__(self, rate: int, sample_format: str, layout: str, *filters: tuple[str, str]) -> None:
        from av.filter import Graph

        self._graph: Any = Graph()
        self._graph.threads = 1
        source = self._graph.add_abuffer(
            sample_rate=rate, format=sample_format, layout=layout, time_base=Fraction(1, rate)
        )
        nodes = [self._graph.add(*each) for each in (*filters, ("aformat", "sample_fmts=flt"))]
        self._graph.link_nodes(source, *nodes, self._graph.add("abuffersink")).configure()

    def feed(self, frame: Any) -> Iterator[Any]:
        """Give the frames that come out for one of PyAV's; None for the rest of them, at the end."""
        import av

        self._graph.push(frame)
        while True:
            try:
                yield self._graph.pull()
            except (av.BlockingIOError, av.EOFError):  # it wants more, or has no more
                return


class Resampler:
    """Goes from one rate to another; its first sample lies exactly where the first one given lies.

    Args:
        from_rate: hertz given.
        to_rate: hertz wanted.
        channels: 1 or 2.
    """

    def __init__(self, from_rate: int, to_rate: int, channels: Channels) -> None:
        self.rates = (from_rate, to_rate, channels)
        """What it was made for."""
        self._layout = "mono" if channels == 1 else "stereo"
        self._chain = Chain(from_rate, "flt", self._layout, ("aresample", str(to_rate)))

    def feed(self, samples: Samples | None) -> Iterator[Samples]:
        """Give what comes out for these samples; None for the rest of it, at the end."""
        import av
        import numpy as np

        frame: Any = None
        if samples is not None:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "flt", self._layout)
            frame.sample_rate = self.rates[0]
        for out in self._chain.feed(frame):
            yield np.asarray(out.to_ndarray(), np.float32).reshape(-1, self.rates[2])
