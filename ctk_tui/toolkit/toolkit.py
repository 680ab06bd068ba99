"""The toolkit: one open catalog with its configuration, and a facade for each kind of work."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Self

from ctk_tui.catalog import derive, sources
from ctk_tui.catalog.opening import open_database
from ctk_tui.config.load import load
from ctk_tui.config.paths import database_file
from ctk_tui.toolkit.nesting import guard, rehome_nested, whole_protected

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from ctk_tui.catalog.connection import Database
    from ctk_tui.disk.locks import Held
    from ctk_tui.model.settings import Settings
    from ctk_tui.toolkit.audio import AudioFacade
    from ctk_tui.toolkit.catalog import CatalogFacade
    from ctk_tui.toolkit.classifier import ClassifierFacade
    from ctk_tui.toolkit.doctor import Doctor
    from ctk_tui.toolkit.duplicates import DuplicatesFacade
    from ctk_tui.toolkit.files import FilesFacade
    from ctk_tui.toolkit.jobs import JobsFacade
    from ctk_tui.toolkit.similar import SimilarFacade
    from ctk_tui.toolkit.sources import SourcesFacade


class Toolkit:
    """What the front ends stand on; a third front end, or a script, needs nothing else.

    ::

        with Toolkit.open(config_file) as toolkit:
            for entry in toolkit.catalog.search("kick"):
                print(entry.path)

    Args:
        database: the open catalog.
        held: the lock that every open catalog shares.
        settings: the configuration in force.
        config_path: its file, which may not exist yet.
    """

    def __init__(self, database: Database, held: Held, settings: Settings, config_path: Path) -> None:
        self.database = database
        self.settings = settings
        self.config_path = config_path
        self._held = held

    @classmethod
    def open(cls, config_path: Path, *, database_path: Path | None = None, settings: Settings | None = None) -> Self:
        """Open the catalog that a configuration names.

        Args:
            config_path: the configuration file; a missing one means the defaults.
            database_path: another catalog than the configuration's.
            settings: the configuration, where the caller has read it already.

        Raises:
            ConfigError: the configuration is off.
            CatalogError: the catalog cannot be opened.
        """
        settings = settings or load(config_path, strict=True).settings
        database, held = open_database(database_file(database_path, os.environ, settings))
        toolkit = cls(database, held, settings, config_path)
        try:
            toolkit.sync()
        except BaseException:
            toolkit.close()
            raise
        return toolkit

    def reload(self) -> None:
        """Read the configuration again, after it was edited."""
        self.settings = load(self.config_path, strict=True).settings
        self.sync()

    def sync(self) -> None:
        """Make the catalog's sources those of the configuration."""
        if self.database.read_only:
            return
        wanted = self.settings.sources
        changed = sources.sync(self.database, wanted, whole_protected(wanted))
        if changed.placed:
            rehome_nested(self.database, wanted)
        if changed.placed or changed.guarded:
            guard(self.database, self.settings, changed.placed | changed.guarded)
        for source_id in changed.placed:
            derive.refresh_source(self.database, source_id)

    @cached_property
    def catalog(self) -> CatalogFacade:
        """Search, details, totals."""
        from ctk_tui.toolkit.catalog import CatalogFacade

        return CatalogFacade(self)

    @cached_property
    def sources(self) -> SourcesFacade:
        """The sources, and scanning them."""
        from ctk_tui.toolkit.sources import SourcesFacade

        return SourcesFacade(self)

    @cached_property
    def audio(self) -> AudioFacade:
        """Playing, and the outlines of sounds."""
        from ctk_tui.toolkit.audio import AudioFacade

        return AudioFacade(self)

    @cached_property
    def duplicates(self) -> DuplicatesFacade:
        """What is there twice."""
        from ctk_tui.toolkit.duplicates import DuplicatesFacade

        return DuplicatesFacade(self)

    @cached_property
    def files(self) -> FilesFacade:
        """Changing the user's files: plans, apply, undo, quarantine."""
        from ctk_tui.toolkit.files import FilesFacade

        return FilesFacade(self)

    @cached_property
    def classifier(self) -> ClassifierFacade:
        """What sounds are: labels, embeddings, categories."""
        from ctk_tui.toolkit.classifier import ClassifierFacade

        return ClassifierFacade(self)

    @cached_property
    def similar(self) -> SimilarFacade:
        """What sounds alike."""
        from ctk_tui.toolkit.similar import SimilarFacade

        return SimilarFacade(self)

    @cached_property
    def jobs(self) -> JobsFacade:
        """Long work: running it, watching it, ending it."""
        from ctk_tui.toolkit.jobs import JobsFacade

        return JobsFacade(self)

    @cached_property
    def doctor(self) -> Doctor:
        """Whether everything is as it should be."""
        from ctk_tui.toolkit.doctor import Doctor

        return Doctor(self)

    def close(self) -> None:
        """Close the catalog; the toolkit must not be used any more."""
        if "audio" in self.__dict__:
            self.audio.close()
        if "jobs" in self.__dict__:
            self.jobs.close()
        self.database.close()
        self._held.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
