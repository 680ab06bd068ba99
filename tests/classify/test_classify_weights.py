"""A checkpoint is weights and nothing else, of this network, whole; or the error says what is wrong and what to do."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import torch

from ctk_tui.classify.checkpoint import locate, require, state
from ctk_tui.classify.models import CNN14, Model
from ctk_tui.classify.sums import Sums
from ctk_tui.classify.weights import load, shapes
from ctk_tui.model.errors import Cancelled, CtkError
from ctk_tui.model.job import Job

if TYPE_CHECKING:
    from pathlib import Path


def refusal(path: Path) -> str:
    with pytest.raises(CtkError) as told:
        load(str(path))
    assert "ctk models fetch" in told.value.hint
    assert str(path) in told.value.message
    return told.value.message


class Bomb:
    """What a hostile file holds: a call of a shell that torch would do, were it asked for more than weights."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.mark}",)


@pytest.mark.parametrize("zipped", [False, True])
def test_a_program_in_it_is_not_run(tmp_path: Path, zipped: bool) -> None:
    mark, path = tmp_path / "run", tmp_path / "hostile.pth"
    torch.save({"model": Bomb(mark)}, path, _use_new_zipfile_serialization=zipped)
    assert "not a file of weights alone" in refusal(path)
    assert not mark.exists()


def test_whole_checkpoints_are_read(checkpoint: Path) -> None:
    found = load(str(checkpoint))
    assert set(shapes()) < set(found)
    assert len(found) == 84


def test_one_that_was_cut_off_is_damaged(checkpoint: Path, tmp_path: Path) -> None:
    whole = checkpoint.stat().st_size
    path = tmp_path / "cut.pth"
    with checkpoint.open("rb") as file:
        head = file.read(3_000_000)
    for size in (*range(0, 3000, 37), 3_000_000):
        assert size < whole
        path.write_bytes(head[:size])
        assert "damaged" in refusal(path) or "alone" in refusal(path)


def test_other_files_are_none(tmp_path: Path) -> None:
    path = tmp_path / "x.pth"
    path.write_bytes(b"RIFF" + bytes(5000))
    refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")
    refusal(path)
    torch.save([1, 2], path)
    assert "without weights" in refusal(path)
    torch.save({"model": {"a": 1}}, path)
    assert "without weights" in refusal(path)
    assert "cannot be read" in refusal(tmp_path / "not there")


def test_another_network_is_named_by_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "x.pth"
    torch.save({"model": {"fc1.weight": torch.zeros(3)}}, path)
    assert "is missing" in refusal(path)
    small = {name: torch.zeros(shape) for name, shape in shapes().items() if "conv" not in name}
    torch.save({"model": small | {"logmel_extractor.melW": torch.zeros(513, 128)}}, path)
    assert "is (513, 128), not (513, 64)" in refusal(path)
    torch.save({"model": {"logmel_extractor.melW": torch.full((513, 64), float("nan"))}}, path)
    assert "no number" in refusal(path)


def a_model(content: bytes) -> Model:
    import hashlib

    return Model("m", "m.pth", "", len(content), hashlib.sha256(content).hexdigest(), "", "")


def test_the_option_is_before_the_configuration_and_that_before_the_folder(tmp_path: Path) -> None:
    assert locate(CNN14, tmp_path, tmp_path / "a", "/b").path == tmp_path / "a"
    assert str(locate(CNN14, tmp_path, None, "/b").path) == "/b"
    default = locate(CNN14, tmp_path, None, "")
    assert (default.path, default.own) == (tmp_path / CNN14.file, False)


def test_states_of_a_checkpoint(tmp_path: Path) -> None:
    model, sums = a_model(b"weights"), Sums(tmp_path / "state" / "sums.json")
    where = locate(model, tmp_path, None, "")
    assert state(model, where, sums) == "missing"
    with pytest.raises(CtkError, match="are not there") as told:
        require(model, where, sums)
    assert "ctk models fetch" in told.value.hint
    assert "--checkpoint PATH" in told.value.hint
    where.path.write_bytes(b"weigh")
    assert state(model, where, sums) == "damaged"
    with pytest.raises(CtkError, match="it has 5 bytes, not 7"):
        require(model, where, sums)
    where.path.write_bytes(b"weighty")
    assert state(model, where, sums) == "unverified"
    with pytest.raises(CtkError, match="its SHA-256 is"):
        require(model, where, sums)
    assert state(model, where, sums) == "damaged"
    where.path.write_bytes(b"weights")
    os.utime(where.path, (1, 1))
    assert state(model, where, sums) == "unverified"
    assert require(model, where, sums) == model.sha256
    assert state(model, where, sums) == "ok"
    own = locate(model, tmp_path, tmp_path / "own", "")
    own.path.write_bytes(b"anything")
    assert state(model, own, sums) == "own"
    assert len(require(model, own, sums)) == 64


def test_a_file_is_hashed_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, sums = tmp_path / "a", Sums(tmp_path / "sums.json")
    path.write_bytes(b"x" * 3_000_000)
    job = Job()
    first = sums.of(path, job)
    assert job.done == 3_000_000
    monkeypatch.setattr(sums, "take", None)
    assert sums.of(path) == first
    monkeypatch.undo()
    path.write_bytes(b"y" * 3_000_000)
    os.utime(path, (5, 5))
    assert sums.of(path) != first
    (tmp_path / "sums.json").write_text("[nonsense")
    assert sums.of(path) != first
    sums.forget(path)
    assert sums.known(path) is None
    job.cancel()
    with pytest.raises(Cancelled):
        sums.take(path, job)
