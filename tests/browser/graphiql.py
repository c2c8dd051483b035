"""The explorer as a person works it: pick who is asking, pick a tab, press run, read the answer.

Whatever a page does that it should not, like asking another host or writing to the console, is
kept on `Explorer.faults`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, Request, WebSocket
from playwright.async_api import TimeoutError as Late
from playwright.async_api import async_playwright as playwright

# Far longer than anything takes on a machine that has nothing else to do.
PATIENCE = 60.0
MISSING = "no Chromium: set NETQL_CHROMIUM to the path of one"

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]
_QUERY = ".graphiql-query-editor .CodeMirror"
_VARIABLES = ".graphiql-editor-tool .graphiql-editor:nth-child(1) .CodeMirror"
_HEADERS = ".graphiql-editor-tool .graphiql-editor:nth-child(2) .CodeMirror"
_RESULT = ".result-window .CodeMirror"
# Whether all parts stand in the text of the editor of that selector.
_HAS = (
    "([selector, parts]) => { const text = document.querySelector(selector)"
    "?.CodeMirror.getValue(); return text && parts.every(one => text.includes(one)) }"
)


def chromium() -> str | None:
    """Where the browser is, or None."""
    path = os.environ.get("NETQL_CHROMIUM", "/usr/bin/chromium")
    return path if Path(path).is_file() else None


def may_do_without() -> bool:
    """Whether there is no browser and that is fine. Where CI is `true` one was to be installed."""
    return chromium() is None and os.environ.get("CI") != "true"


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium that can reach this machine and no other."""
    path = chromium()
    assert path is not None, MISSING
    async with playwright() as driver:
        started = await driver.chromium.launch(
            executable_path=path, args=_ARGUMENTS, timeout=PATIENCE * 1000
        )
        try:
            yield started
        finally:
            await started.close()


class Explorer:
    """One window with the explorer in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.sent: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self._url = url
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.on("websocket", self._on_websocket)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._url}/", "data:", f"blob:{self._url}/")):
            self.faults.append(f"asked for {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _on_websocket(self, socket: WebSocket) -> None:
        if not socket.url.startswith(self._url.replace("http://", "ws://", 1)):
            self.faults.append(f"opened {socket.url}")
        socket.on("framesent", lambda frame: self.sent.append(json.loads(frame)))

    async def open(self, *, demo: bool) -> None:
        # GraphiQL asks for the schema first; later answers are to what a test does.
        async with self.page.expect_response(lambda one: one.request.method == "POST"):
            await self.page.goto(f"{self._url}/graphql")
        await self.page.wait_for_selector(".graphiql-execute-button")
        if demo:
            await self.page.wait_for_selector("#viewing-as:not([disabled])")

    async def view_as(self, viewer: str) -> None:
        """Look through the eyes of one of the cast, or of a guest."""
        await self.page.select_option("#viewing-as", viewer)

    async def tab(self, title: str) -> None:
        await self.page.click(f".graphiql-tab-button:text-is('{title}')")
        await self._named(title)

    async def _named(self, name: str) -> None:
        # A moment after the text GraphiQL takes the name, and runs the operation of that name.
        await self._until(
            "([selector, name]) => document.querySelector(selector)"
            "?.CodeMirror.operationName === name",
            [_QUERY, name],
        )

    async def variables(self, **values: str) -> None:
        await self.page.evaluate(
            "([selector, text]) => document.querySelector(selector).CodeMirror.setValue(text)",
            [_VARIABLES, json.dumps(values, indent=2)],
        )

    async def headers(self, **values: str) -> None:
        """Type headers, as a member does who has a token."""
        await self.page.evaluate(
            "([selector, text]) => document.querySelector(selector).CodeMirror.setValue(text)",
            [_HEADERS, json.dumps(values)],
        )

    async def write(self, text: str) -> None:
        """Put an operation, which has a name, in the place of what stands in the editor."""
        await self.page.evaluate(
            "([selector, text]) => document.querySelector(selector).CodeMirror.setValue(text)",
            [_QUERY, text],
        )
        await self._named(text.split()[1])

    async def read_schema_again(self) -> Any:
        """Press the button that asks for the schema; the answer."""
        async with self.page.expect_response(f"{self._url}/graphql") as answered:
            await self.page.click("button[aria-label='Re-fetch GraphQL schema']")
        return await (await answered.value).json()

    async def read_schema_with_headers(self) -> Any:
        """Press that button until it is answered without errors: GraphiQL takes headers a
        moment after they were typed."""
        async with asyncio.timeout(PATIENCE):
            while "errors" in (answer := await self.read_schema_again()):
                pass
        return answer

    async def press_run(self) -> None:
        await self.page.click(".graphiql-execute-button")

    async def shown(self, *parts: str) -> Any:
        """The answer on the screen, once all of these stand in it."""
        await self._until(_HAS, [_RESULT, list(parts)])
        text = await self.page.evaluate(
            "selector => document.querySelector(selector).CodeMirror.getValue()", _RESULT
        )
        return json.loads(text)

    async def shows(self, *parts: str) -> bool:
        """Whether all of these stand in the answer on the screen within half a second."""
        try:
            await self._until(_HAS, [_RESULT, list(parts)], seconds=0.5)
        except Late:
            return False
        return True

    async def run(self) -> Any:
        """Press run; the data of the answer, as shown, which must hold no errors."""
        async with self.page.expect_response(f"{self._url}/graphql") as answered:
            await self.press_run()
        answer = await (await answered.value).json()
        assert "errors" not in answer, answer
        await self._until(
            "([selector, answer]) => document.querySelector(selector)"
            "?.CodeMirror.getValue() === JSON.stringify(answer, null, 2)",
            [_RESULT, answer],
        )
        return answer["data"]

    async def subscribed(self) -> None:
        """Until the page has sent its subscription. The server may not have read it yet: see
        `tests.browser.standing`."""
        async with asyncio.timeout(PATIENCE):
            while not any(message["type"] == "subscribe" for message in self.sent):
                await self.page.wait_for_timeout(10)

    async def stored(self) -> str:
        """Everything that the page leaves behind in the browser."""
        kept = await self.page.evaluate(
            "async () => [Object.entries(localStorage), Object.entries(sessionStorage),"
            " document.cookie, (await indexedDB.databases()).map(one => one.name)]"
        )
        return json.dumps(kept)

    async def _until(self, condition: str, argument: Any, seconds: float = PATIENCE) -> None:
        await self.page.wait_for_function(condition, arg=argument, timeout=seconds * 1000)


@asynccontextmanager
async def window(of: Browser, url: str, *, demo: bool = True) -> AsyncIterator[Explorer]:
    """A window of its own: nothing is shared with other windows."""
    context = await of.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    explorer = Explorer(await context.new_page(), url)
    await explorer.open(demo=demo)
    try:
        yield explorer
    finally:
        await context.close()
