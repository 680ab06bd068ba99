"""The model on the command line: where it is, fetching it from a server that breaks off, verifying it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ctk_tui.classify import extra
from ctk_tui.classify.models import CNN14
from ctk_tui.config.paths import models_dir
from tests.support.downloads import Server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Ctk


@pytest.mark.parametrize("words", [["classify"], ["classify", "--json"], ["models", "verify"]])
def test_every_command_that_needs_it_says_what_to_install(
    ctk: Ctk, monkeypatch: pytest.MonkeyPatch, home: Path, words: list[str]
) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    (home / "own.pth").write_bytes(b"weights")
    said = ctk(*words, "--checkpoint", home / "own.pth")
    assert said.code == 1
    assert "not installed: torch, soxr, panns-inference" in said.err
    assert "pip install" in said.err


def test_the_list_needs_nothing(ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    said = ctk("models")
    assert said.code == 0
    assert "cnn14: not there: `ctk models fetch` downloads it" in said.text
    assert CNN14.sha256 in said.text
    assert "CC BY 4.0" in said.text
    assert "not installed: torch, soxr, panns-inference" in said.text


def test_as_json(ctk: Ctk) -> None:
    [model] = ctk("models", "list", "--json").json["models"]
    assert (model["name"], model["state"], model["size"]) == ("cnn14", "missing", 327_428_481)
    assert model["path"].endswith("/models/Cnn14_mAP=0.431.pth")


def test_without_weights_there_is_a_next_step(ctk: Ctk, tmp_path: Path) -> None:
    for words in (["classify"], ["models", "verify"]):
        said = ctk(*words)
        assert said.code == 1
        assert "the weights of the classifier are not there" in said.err
        assert "ctk models fetch" in said.err
    said = ctk("classify", "--checkpoint", tmp_path / "typo.pth")
    assert said.code == 1
    assert "typo.pth" in said.err


def test_fetched_whole_and_known_as_right(ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(range(256)) * 4000
    with Server(content) as server:
        served = replace(CNN14, url=server.url, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        monkeypatch.setattr("ctk_tui.toolkit.classifier.CNN14", served)
        said = ctk("models", "fetch")
        assert (said.code, said.err) == (0, "")
        assert "its checksum is right" in said.text
        assert (models_dir() / CNN14.file).read_bytes() == content
        assert "there, and its checksum is right" in ctk("models").text
        assert ctk("models", "fetch").code == 0
        assert len(server.asked) == 1  # what is there is not downloaded again
        (models_dir() / CNN14.file).write_bytes(content[:-1])
        assert "damaged" in ctk("models").text
        assert ctk("models", "fetch").code == 0
        assert (models_dir() / CNN14.file).read_bytes() == content


def test_the_doctor_looks_at_it(ctk: Ctk, monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> dict[str, str]:
        return next(check for check in ctk("doctor", "--json").json["checks"] if check["name"] == "classifier")

    assert (look()["status"], "ctk models fetch" in look()["hint"]) == ("ok", True)
    models_dir().mkdir(parents=True)
    (models_dir() / CNN14.file).write_bytes(b"half")
    assert (look()["status"], "is damaged" in look()["detail"]) == ("warn", True)
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    assert (look()["status"], "pip install" in look()["hint"]) == ("ok", True)
