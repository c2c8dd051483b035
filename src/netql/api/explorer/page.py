"""The explorer's page and its files.

The page holds no inline script and asks nothing of any other host, so it works offline
and under a policy that forbids both. The files live under a path that names their
content: a browser may keep them for good, and an upgrade is seen at once.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"

# Inline styles are for the editor, which places its own; fonts and icons come as data: URLs.
# 'self' covers the WebSocket too: current browsers match ws to http and wss to https.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)

PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

ASSET_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=31536000, immutable",
}

STYLES = ("vendor/graphiql.min.css", "vendor/plugin-explorer.css", "explorer.css")

# In the order they need each other; boot.js is a module and runs after them all.
SCRIPTS = (
    "vendor/react.production.min.js",
    "vendor/react-dom.production.min.js",
    "vendor/graphiql.min.js",
    "vendor/plugin-explorer.js",
    "vendor/graphql-ws.min.js",
)

VIEWER_BAR = """\
<header id="viewer-bar">
<strong>netql demo</strong>
<label for="viewing-as">Viewing as</label>
<select id="viewing-as" autocomplete="off" disabled><option value="guest">Guest</option></select>
<output id="viewer-about" for="viewing-as"></output>
</header>
"""


class _LastingFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(ASSET_HEADERS)
        return response


def explorer_page(*, demo: bool) -> Response:
    """The explorer; in the demo with its example tabs and a bar to choose the viewer."""
    return HTMLResponse(_html(demo), headers=PAGE_HEADERS)


def explorer_assets() -> Mount:
    """The route that serves what the page loads."""
    return Mount(_base(), app=_LastingFiles(directory=STATIC), name="explorer-assets")


@cache
def _base() -> str:
    digest = sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return f"/explorer/{digest.hexdigest()[:16]}"


@cache
def _html(demo: bool) -> str:
    base = _base()
    styles = "".join(f'<link rel="stylesheet" href="{base}/{name}">\n' for name in STYLES)
    scripts = "".join(f'<script defer src="{base}/{name}"></script>\n' for name in SCRIPTS)
    return (
        "<!doctype html>\n"
        f'<html lang="en" data-demo="{"true" if demo else "false"}">\n'
        "<head>\n"
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>netql explorer</title>\n"
        f'<link rel="icon" type="image/svg+xml" href="{base}/favicon.svg">\n'
        f"{styles}{scripts}"
        f'<script type="module" src="{base}/boot.js"></script>\n'
        "</head>\n"
        "<body>\n"
        f"{VIEWER_BAR if demo else ''}"
        '<main id="graphiql"></main>\n'
        "<noscript>The explorer needs JavaScript.</noscript>\n"
        "</body>\n"
        "</html>\n"
    )
