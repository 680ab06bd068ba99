"""The docs are true where a test can tell: links lead somewhere, rooms and decisions are all named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page, made of its headings as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[tuple[Path, str]]:
    """Return what a page links to in this repository: file and anchor."""
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if not re.match(r"[a-z]+:", target)]
    pairs = [target.partition("#")[::2] for target in targets]
    return [((page.parent / file).resolve() if file else page, anchor) for file, anchor in pairs]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in links(page):
        assert target.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(target), f"{page.name} links to {target.name}#{anchor}"


def test_every_page_is_reached_from_the_readme() -> None:
    reached, left = set(), [ROOT / "README.md"]
    while left:
        page = left.pop()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            left += [target for target, _ in links(page)]
    assert [page for page in PAGES if page not in reached] == []


def test_every_room_is_told_about() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    rooms = [path.parent.name for path in (ROOT / "ctk_tui").glob("*/__init__.py")]
    assert [room for room in rooms if f"`{room}/`" not in text] == []


def test_every_dependency_is_decided() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    text = (DOCS / "decisions" / "0002-dependencies.md").read_text("utf-8")
    declared = [*project["dependencies"], *project["optional-dependencies"]["classify"]]
    names = [re.split(r"[^\w-]", requirement)[0] for requirement in declared]
    assert [name for name in names if f"| {name} |" not in text] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((DOCS / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_names_two_set_up_commands() -> None:
    commands = re.findall(r"^(make \w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert commands == ["make demo", "make test"]
