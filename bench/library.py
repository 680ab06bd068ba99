"""The bench library: a big and messy folder made from a few real sounds, in about a minute.

Every sound is encoded once a format, with a title of ten digits in its tags; every file is then a copy with a number of
its own in that place, so that each is another content without being encoded again. A few are exact copies. The truth
(path to the path it is a copy of, or null) lies beside the folder as NAME.truth.json.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.common import arguments

SOUNDS = (
    "/usr/share/sonic-pi/samples",
    "/usr/share/hydrogen/data/drumkits",
    "/usr/share/asterisk/sounds",
)
"""Where Debian's sonic-pi-samples, hydrogen-drumkits and asterisk-core-sounds-en-wav put theirs."""
TITLE = "0123456789"
FORMATS: dict[str, tuple[int, list[str]]] = {
    "wav": (58, ["-c:a", "pcm_s24le"]),
    "mp3": (20, ["-b:a", "192k"]),
    "flac": (8, []),
    "ogg": (4, ["-c:a", "libvorbis", "-q:a", "5"]),
    "m4a": (4, ["-c:a", "aac", "-b:a", "160k"]),
    "aif": (4, ["-c:a", "pcm_s16be"]),
    "wma": (2, ["-c:a", "wmav2", "-b:a", "160k"]),
}
"""Extension to its share in percent and its encoder's options."""
COPIES = 0.04
WORDS = [
    *("kick", "snare", "hat", "clap", "tom", "perc", "vox", "choir", "chop", "shout", "bass", "sub", "reese", "pad"),
    *("lead", "synth", "stab", "pluck", "bell", "riser", "impact", "sweep", "loop", "break", "guitar", "strum"),
    *("piano", "field", "rain", "wind", "take", "final", "mix", "bounce", "stem", "old", "backup", "new", "edit"),
]


def encoded(sound: Path, extension: str, seconds: float | None) -> bytes:
    """Return the sound in another format, `TITLE` in its tags and no date in its header."""
    with tempfile.NamedTemporaryFile(suffix=f".{extension}") as file:
        line = ["ffmpeg", "-v", "error", "-y", "-i", str(sound), "-map", "0:a:0", "-map_metadata", "-1"]
        line += ["-ar", "44100", "-fflags", "+bitexact", *(["-t", str(seconds)] if seconds else [])]
        subprocess.run([*line, "-metadata", f"title={TITLE}", *FORMATS[extension][1], file.name], check=True)
        return Path(file.name).read_bytes()


def numbered(content: bytes, number: int) -> bytes:
    """Return the file with another title."""
    mine = f"{number:010d}"
    place = content.find(TITLE.encode())
    changed = bytearray(content)
    for coding in ("ascii", "utf-16-le"):  # WMA has it in UTF-16, and twice
        changed = changed.replace(TITLE.encode(coding), mine.encode(coding))
    if changed == content and mine != TITLE:
        raise ValueError("the title is not in the file")
    return bytes(with_checksum(changed, place) if content.startswith(b"OggS") else changed)


def with_checksum(ogg: bytearray, place: int) -> bytearray:
    """Return an Ogg file with the checksum of the page around `place` made true again (RFC 3533, section 6)."""
    start = ogg.rfind(b"OggS", 0, place)
    table = ogg[start + 27 : start + 27 + ogg[start + 26]]
    end = start + 27 + len(table) + sum(table)
    ogg[start + 22 : start + 26] = bytes(4)
    checksum = 0
    for byte in ogg[start:end]:
        checksum ^= byte << 24
        for _ in range(8):
            checksum = (checksum << 1 ^ (0x04C11DB7 if checksum & 0x80000000 else 0)) & 0xFFFFFFFF
    ogg[start + 22 : start + 26] = checksum.to_bytes(4, "little")
    return ogg


def pick_sounds(count: int, dice: random.Random) -> list[Path]:
    """Return real sounds of everyday sizes."""
    found = [path for folder in SOUNDS for path in Path(folder).rglob("*") if path.suffix in {".wav", ".flac"}]
    usable = sorted(path for path in found if 20_000 < path.stat().st_size < 900_000)
    if len(usable) < count:
        raise SystemExit("install sonic-pi-samples, hydrogen-drumkits and asterisk-core-sounds-en-wav")
    return dice.sample(usable, count)


def folder_name(dice: random.Random) -> Path:
    """Return one to four folders below each other."""
    return Path(*(f"{dice.choice(WORDS)} {dice.randint(1, 40)}" for _ in range(dice.randint(1, 4))))


def make(library: Path, files: int, *, seconds: float | None = None, seed: int = 1) -> dict[str, str | None]:
    """Make the library unless it lies there, and return its truth.

    Args:
        library: its folder; an older one in its place is removed if its truth file says that we made it.
        files: how many.
        seconds: cut the sounds to this length, None leaves them whole.
        seed: of names, folders and picks.

    Raises:
        SystemExit: the folder holds something else, or there are no sounds to make it from.
    """
    truth_file = library.with_name(library.name + ".truth.json")
    made_as = {"files": files, "seconds": seconds, "seed": seed}
    if truth_file.exists():
        told = json.loads(truth_file.read_text("utf-8"))
        if told["made_as"] == made_as:
            truth: dict[str, str | None] = told["truth"]
            return truth
        shutil.rmtree(library)
        truth_file.unlink()
    elif library.exists():
        raise SystemExit(f"{library}: not made by this bench")
    truth = write_files(library, files, seconds, random.Random(seed))
    truth_file.write_text(json.dumps({"made_as": made_as, "truth": truth}), "utf-8")
    return truth


def write_files(library: Path, files: int, seconds: float | None, dice: random.Random) -> dict[str, str | None]:
    """Write all files and return path to the path it is a copy of, None for a content of its own."""
    shares = [extension for extension, (share, _) in FORMATS.items() for _ in range(share)]
    sounds = pick_sounds(24, dice)
    forms: dict[tuple[Path, str], bytes] = {}
    truth: dict[str, str | None] = {}
    originals: list[str] = []
    while len(truth) < files:
        folder = folder_name(dice)
        (library / folder).mkdir(parents=True, exist_ok=True)
        for _ in range(min(dice.randint(8, 40), files - len(truth))):
            number = len(truth)
            stem = f"{dice.choice(WORDS)}_{dice.choice(WORDS)}_{number:06d}"
            of = dice.choice(originals) if originals and dice.random() < COPIES else None
            if of is not None:
                path = folder / f"{stem}{Path(of).suffix}"
                shutil.copyfile(library / of, library / path)
            else:
                form = (dice.choice(sounds), dice.choice(shares))
                if form not in forms:
                    forms[form] = encoded(*form, seconds)
                path = folder / f"{stem}.{form[1]}"
                (library / path).write_bytes(numbered(forms[form], number))
                originals.append(path.as_posix())
            truth[path.as_posix()] = of
    return truth


def main() -> None:
    """Make the library and say what is in it."""
    given = arguments(__doc__.partition("\n")[0]).parse_args()
    truth = make(given.library, given.files, seconds=given.max_seconds)
    copies = sum(of is not None for of in truth.values())
    size = sum((given.library / path).stat().st_size for path in truth)
    print(json.dumps({"files": len(truth), "audio_files": len(truth) - copies, "copies": copies, "bytes": size}))


if __name__ == "__main__":
    main()
