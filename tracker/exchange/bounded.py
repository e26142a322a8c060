"""Files of others, read a piece at a time and never further than a life's history goes.

Whatever a file claims about itself, no more than this is read of it, kept of it or unpacked
from it; what is larger stops with a TrackerError before it costs memory or minutes.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import msgspec

from tracker.errors import TrackerError
from tracker.text.escape import terminal

# Ten years of 27 habits are 98,000 answers: 25 MB as our own JSON, 12 MB as a table.
MOST_BYTES = 64 * 2**20  # of one file, or of all that is unpacked from a zip
MOST_LINES = 2**21  # a note of several lines is several of them
LONGEST_LINE = 2**20  # characters; a note of a book's length still passes
MOST_VALUES = 2_500_000  # in one file of JSON
MOST_MEMBERS = 10_000  # files in a zip; a folder a habit, three files a folder
MOST_PACKED = 16 * 2**20  # bytes of a zip; the list of its members is read before anything else
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the two that unpack piece by piece
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError,
)  # fmt: skip
PIECE = 2**16
# An escape of JSON; "half" is one half of a character without the other.
ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(?P<half>u[dD][89a-fA-F][\da-fA-F]{2})|.)",
    re.DOTALL,
)
Kind = TypeVar("Kind")


class Stream(io.RawIOBase):
    """Bytes from somewhere, up to a limit; TrackerError beyond it."""

    def __init__(self, source: BinaryIO, name: str, most: int = MOST_BYTES) -> None:
        """Reads on from where the source stands, and closes it when closed itself."""
        self.source, self.name, self.left = source, name, most

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """The next bytes; none at the end."""
        piece = self.source.read(len(buffer))
        self.left -= len(piece)
        if self.left < 0:
            raise too_large(self.name)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the source too."""
        self.source.close()
        super().close()


class TextFile:
    """A text that is read line by line, as often as asked, and never kept whole."""

    def __init__(self, name: str, opened: Callable[[], BinaryIO]) -> None:
        """A text.

        Args:
            name: the file's name, for errors.
            opened: its bytes, from the first one on.
        """
        self.name, self.opened = name, opened

    def lines(self) -> Iterator[str]:
        """Every line with its end; UTF-8, or UTF-16 where the file says so.

        Raises TrackerError for anything else, and for a line that no program writes.
        """
        with self._stream() as buffered:
            encoding = _encoding(buffered.peek(2))
            text = io.TextIOWrapper(buffered, encoding=encoding, newline="")
            for number in range(1, MOST_LINES + 2):
                try:
                    line = text.readline(LONGEST_LINE + 1)
                except UnicodeDecodeError as error:
                    raise TrackerError(
                        f"{self.name}: byte {self._undecodable()} is not {_name_of(encoding)}. "
                        "Save the file as UTF-8 and try again."
                    ) from error
                if not line:
                    return
                if len(line) > LONGEST_LINE or number > MOST_LINES:
                    raise too_large(self.name)
                yield line

    def first_line(self) -> str:
        """The first line that holds something; "" where none does."""
        return next((line for line in self.lines() if line.strip()), "")

    def _stream(self) -> io.BufferedReader:
        return io.BufferedReader(Stream(self.opened(), self.name), PIECE)

    def _undecodable(self) -> int:
        """Which byte, counted from 1, is the first that makes no character."""
        with self._stream() as buffered:
            encoding = _encoding(buffered.peek(2)).removesuffix(
                "-sig"
            )  # it would not count its mark
            decoder = codecs.getincrementaldecoder(encoding)()
            passed = 0
            while True:
                piece = buffered.read(PIECE)
                waiting = len(decoder.getstate()[0])
                try:
                    decoder.decode(piece, final=not piece)
                except UnicodeDecodeError as error:
                    return passed - waiting + error.start + 1
                passed += len(piece)


def text_file(path: Path) -> TextFile:
    """A file on the disk."""
    return TextFile(str(path), lambda: path.open("rb"))


def content(path: Path) -> bytes:
    """A whole file as UTF-8; TrackerError for one that no export is as large as."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise too_large(str(path))
    if not _encoding(data).startswith("utf-16"):
        return data.removeprefix(codecs.BOM_UTF8)
    return data.decode("utf-16", "replace").encode()


def from_json(data: bytes, kind: type[Kind], name: str) -> Kind:
    """JSON as what it should be; items that are `Raw` are taken apart one by one, later.

    Half a character, as programs cut emoji, becomes a question mark. Raises TrackerError for
    broken JSON and for more values than an export has, msgspec.ValidationError for another form.
    """
    if data.count(b",") > MOST_VALUES:
        raise too_large(name)
    try:
        try:
            return msgspec.json.decode(data, type=kind)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            whole = ESCAPE.sub(lambda escape: escape[0] if escape["half"] is None else b"?", data)
            return msgspec.json.decode(whole, type=kind)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, RecursionError) as error:
        raise TrackerError(f"{name}: broken JSON ({error}). Export anew.") from error


@contextmanager
def unpacked(
    file: BinaryIO, name: str, wanted: Callable[[str], bool]
) -> Iterator[dict[str, TextFile]]:
    """The members of a zip that are wanted, by their paths; TrackerError for one that is broken.

    What a zip says of a member's size is never trusted with memory: more than it says is not
    read, and less than it says breaks off.
    """
    try:
        if file.seek(0, io.SEEK_END) > MOST_PACKED:
            raise too_large(name)
        with zipfile.ZipFile(file) as archive:
            yield dict(_members(archive, name, wanted))
    except UNREADABLE as error:
        reason = terminal(str(error)) or type(error).__name__
        raise TrackerError(
            f"{name}: the zip cannot be unpacked ({reason}). Export anew."
        ) from error


def _members(
    archive: zipfile.ZipFile, name: str, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, TextFile]]:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise too_large(name)
    chosen = [info for info in members if wanted(info.filename)]
    if sum(info.file_size for info in chosen) > MOST_BYTES:
        raise too_large(name)
    seen: set[str] = set()
    for info in chosen:
        place = terminal(f"{name}: {info.filename}")
        if info.filename in seen:
            raise TrackerError(f"{place} is in the zip twice. Export anew.")
        if info.compress_type not in METHODS:
            raise TrackerError(f"{place} is packed in a way that no export uses. Pack it as a zip.")
        seen.add(info.filename)
        yield info.filename, TextFile(place, partial(_member, archive, info))


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    return cast("BinaryIO", archive.open(info))


def too_large(name: str) -> TrackerError:
    """What is said of a file that holds more than anyone's history."""
    return TrackerError(
        f"{name}: larger than any history of habits, so it was not read to its end. If it is one, "
        "export it in parts, by year or by habit. Nothing was imported."
    )


def _encoding(start: bytes) -> str:
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16" if wide else "utf-8-sig"


def _name_of(encoding: str) -> str:
    return "UTF-16" if encoding == "utf-16" else "UTF-8"
