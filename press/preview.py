"""Preview: publish, serve on this machine, and publish again what changed, as often as it changes."""

from __future__ import annotations

import http.server
import os
import re
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from press.build import RenderSummary
from press.errors import PressError
from press.hooks import drop_stale
from press.output_folder import written_files

LOOK = 0.4  # seconds between two looks at the files
HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", ""})  # what a page of this server asks for
WAITING = (
    "<!DOCTYPE html><title>Preview</title><body><p>Not published yet: the terminal says why.</p>"
)
LEFT_OUT = {"node_modules", "venv", "env", "__pycache__", "_freeze", "_site"}
PAGES = (".qmd", ".md", ".ipynb")
VERSION = "/__press__/version"
RELOAD = """<script>
(() => {
  let held = null;
  const look = async () => {
    try {
      const now = await (await fetch("/__press__/version", { cache: "no-store" })).text();
      if (held !== null && held !== now) location.reload();
      held = now;
    } catch (error) { /* the server is away */ }
    setTimeout(look, 500);
  };
  look();
})();
</script>"""


class PreviewHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the site as it is now; each page asks whether there is a newer one."""

    def __init__(self, *given: Any, published: Callable[[], int], **named: Any) -> None:
        """Take what says how often the site has been published."""
        self.published = published
        super().__init__(*given, **named)

    def parse_request(self) -> bool:
        """Refuse a page of another site whose name was made to lead here (DNS rebinding)."""
        if not super().parse_request():
            return False
        host = self.headers.get("Host", "").strip().lower()
        if re.sub(r":\d+$", "", host) in HOSTS:
            return True
        self.send_error(403, "This preview answers at localhost alone")
        return False

    def do_GET(self) -> None:
        """Answer with a file; a page gets the script that reloads it."""
        path = self.path.split("?")[0].split("#")[0]
        if path == VERSION:
            return self.answer(str(self.published()).encode(), "text/plain")
        if not self.published():
            return self.answer((WAITING + RELOAD + "</body>").encode(), "text/html; charset=utf-8")
        file = Path(self.translate_path(path))
        if file.is_dir() and path.endswith("/"):
            file /= "index.html"
        if file.suffix == ".html" and file.is_file():
            page = file.read_text(encoding="utf-8", errors="replace")
            reloading = page.replace("</body>", RELOAD + "</body>", 1)
            return self.answer(reloading.encode(), "text/html; charset=utf-8")
        return super().do_GET()

    def answer(self, content: bytes, kind: str) -> None:
        """Send what was made here."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Let nothing be cached: a reload shows what is there now."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *given: object) -> None:
        """Say nothing: the terminal is for what was published."""


def snapshot(root: Path, sites: Collection[Path]) -> dict[str, tuple[int, int]]:
    """When each source file changed last, and its size; what is in a published site is none."""
    files_seen = {}
    for folder, names, files in os.walk(root):
        directory = Path(folder)
        names[:] = [
            name
            for name in names
            if name not in LEFT_OUT and not name.startswith(".") and directory / name not in sites
        ]
        for name in files:
            try:
                status = (directory / name).stat()
            except OSError:
                continue
            files_seen[os.path.relpath(directory / name, root)] = (
                status.st_mtime_ns,
                status.st_size,
            )
    return files_seen


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The files that are new, gone or other than they were."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


class PreviewSession:
    """What has been executed since the preview began: only what changed is executed again."""

    def __init__(
        self, root: Path, render: Callable[[Callable[[str], bool]], RenderSummary | None]
    ) -> None:
        """Take what renders, given which pages' results may be kept; None where it failed."""
        self.root, self.render = root, render
        self.executed: set[str] = set()
        self.output: Path | None = None  # the published site, once there is one
        self.count = 0  # how often the site has been published

    def publish(self, names: list[str]) -> bool:
        """Publish after some files changed; whether it went well."""
        unchanged = {page for page in self.executed if not self.touched(page, set(names))}
        summary = self.render(unchanged.__contains__)
        if summary is None:
            return False
        self.output = summary.output
        self.executed = unchanged | {page for page, _, _ in summary.executed}
        self.count += 1
        return True

    def touched(self, page: str, names: set[str]) -> bool:
        """Whether a page's results stand on a file that changed."""
        try:
            reached = drop_stale.dependencies(self.root, page)
        except (OSError, ValueError):
            return True
        return page in names or any(
            path.resolve().relative_to(self.root).as_posix() in names for path in reached
        )

    def files(self) -> dict[str, tuple[int, int]]:
        """The project's files as they are now, without those of its published sites."""
        sites = {self.root / folder for folder in written_files(self.root)}
        return snapshot(self.root, sites | ({self.output} if self.output else set()))


def serve(session: PreviewSession, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted, and publish after every change."""

    def handler(*given: Any) -> PreviewHandler:
        folder = str(session.output or session.root / "_site")
        return PreviewHandler(*given, directory=folder, published=lambda: session.count)

    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise PressError(f"--port {port}: {why}. Give another port.") from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(f"press: http://localhost:{server.server_address[1]}/  (Ctrl-C ends it)")
    seen = session.files()
    try:
        while True:
            time.sleep(LOOK)
            now = session.files()
            names = changed(seen, now)
            if not names:
                continue
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            say(f"press: {', '.join(names[:3])}{more} changed")
            session.publish(names)
            seen = session.files()
            late = [name for name in changed(now, seen) if name in now and name.endswith(PAGES)]
            if late:  # saved, or written by a script, while the render ran
                session.publish(late)
                seen = session.files()
    finally:
        server.shutdown()
        server.server_close()
