"""Sounds alike: the nearest neighbours of a sound, in the catalog or outside it.

::

    with Toolkit.open(config_file) as toolkit:
        for audio_id, score in toolkit.similar.to("take.wav", 20):
            print(score, toolkit.catalog.details(audio_id).entry.path)
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from ctk_tui.catalog import classification, entries
from ctk_tui.model.errors import CtkError, FileUnreadable, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ctk_tui.classify.neighbours import Neighbours
    from ctk_tui.model.job import Job
    from ctk_tui.toolkit.audio import Sound
    from ctk_tui.toolkit.toolkit import Toolkit

SPARE = 32
"""Neighbours beyond those asked for: some are not shown, as what is missing is not."""


class SimilarFacade:
    """Searches by sound.

    Args:
        toolkit: the open toolkit.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit = toolkit
        self._database = toolkit.database

    def to(self, sound: Sound, count: int = 10, among: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return the audio files that sound most like one, without itself, each with the cosine of the embeddings.

        What is not classified, but can be read, is heard by the classifier now.

        Args:
            sound: an id or a path; a path may lie outside the catalog.
            count: how many.
            among: ids to look at; None for all that lists show.

        Raises:
            UsageError: there is no such id.
            FileUnreadable: there is no such file, or no copy of it is online.
            CtkError: nothing is classified yet, or all was by another model; or the sound is not classified, and
                the classifier cannot hear it.
        """
        import numpy as np

        if classification.stamped_state(self._database)[1] == 0:
            raise CtkError(
                "no sound is classified yet, so none is known to be like another",
                "`ctk classify` hears them; stopped at any time, it goes on where it was",
            )
        own = self.id_of(sound)
        embedding, version = self._embedding(sound, own)
        if not self._neighbours.nearest(embedding, 1, version=version):
            raise CtkError("what is classified was heard by another model", "`ctk classify` hears it anew")
        wanted = None if among is None else np.fromiter(among, np.int64, len(among))
        take = count + SPARE
        while True:
            found = self._neighbours.nearest(embedding, take, wanted, version=version)
            ids = [audio_id for audio_id, _ in found if audio_id != own]
            shown = entries.listed(self._database, ids) if among is None else set(ids)
            kept = [pair for pair in found if pair[0] in shown]
            if len(kept) >= count or len(found) < take:
                return kept[:count]
            take *= 4

    def id_of(self, sound: Sound) -> int | None:
        """Return the audio file that a sound is in the catalog, None where it lies outside.

        Raises:
            UsageError: there is no such id.
        """
        if isinstance(sound, int):
            return self._toolkit.catalog.details(sound).entry.id
        try:
            return self._toolkit.catalog.id_of(os.fsencode(sound))
        except UsageError:
            return None

    def _embedding(self, sound: Sound, own: int | None) -> tuple[NDArray[np.float32], str]:
        """Return the embedding of a sound, and the version of the model that gave it."""
        import numpy as np

        known = None if own is None else self._neighbours.embedding(own)
        if known is not None:
            return known
        if isinstance(sound, int):
            path = self._toolkit.audio.path_of(sound)
        else:
            path = os.path.abspath(os.fsencode(sound))
            if not os.path.exists(path):
                raise FileUnreadable(path, "there is no such file")
        version = self._toolkit.classifier.version()
        return np.array(self._toolkit.classifier.embedding(path), np.float32), version

    def catch_up(self, job: Job | None = None) -> int:
        """Make ready what was classified since the last search, so that the next one need not.

        Args:
            job: asked whether to go on.

        Returns:
            How many embeddings there are.

        Raises:
            Cancelled: the job was cancelled.
        """
        return self._neighbours.bring_up(None if job is None else job.check)

    @cached_property
    def _neighbours(self) -> Neighbours:
        # Imported now: it brings numpy, 75 ms that commands without it need not wait for.
        from ctk_tui.classify.neighbours import Neighbours

        return Neighbours(self._database)
