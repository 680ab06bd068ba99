"""What the doctor says of the classifier: what is installed, and whether its weights are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctk_tui.classify import extra
from ctk_tui.model.doctor import Check
from ctk_tui.model.format import size

if TYPE_CHECKING:
    from ctk_tui.toolkit.classifier import ClassifierFacade


def classifier(facade: ClassifierFacade) -> Check:
    """Look at the extra and at the weights; both may be missing on purpose, a damaged file is not."""
    [model] = facade.models()
    if model.missing:
        return Check("classifier", "ok", f"not installed: {', '.join(model.missing)}", extra.INSTALL)
    if model.state == "damaged":
        return Check("classifier", "warn", f"{model.path} is damaged", "`ctk models fetch` downloads it again")
    if model.state == "missing":
        fetch = f"`ctk models fetch` downloads them, {size(model.size)}"
        return Check("classifier", "ok", f"{model.name}: its weights are not there: {model.path}", fetch)
    said = {"ok": "checksum right", "own": "your own weights", "unverified": "`ctk models verify` takes its checksum"}
    return Check("classifier", "ok", f"{model.path}, {said[model.state]}")
