"""Counts that processes share in Valkey, and this process's own where it does not answer.

Imported only where NETQL_BUS_URL names such a server.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from typing import Any, TypeVar

from limits.aio.storage import RedisStorage
from valkey.asyncio import BlockingConnectionPool, Valkey

from netql.api.counting import Counts
from netql.infra.keeping_up import Way
from netql.infra.valkey_options import connecting

T = TypeVar("T")

# What every key begins with. Keys belong to the database that the address's number names.
PREFIX = "netql:budgets"
# Seconds that a request waits for a count; then it goes by this process's own.
PATIENCE = 0.25
# Seconds to connect in, which no request waits for.
CONNECTING = 1.0
# Seconds after which it is asked again whether it works, so that seldom a request finds out.
ASKED_AGAIN = 2.0
# What fails sooner than that did not work.
STEADY = 5.0
# A caller's points are drawn one draw after the other, so more are for many callers at once.
_MOST_CONNECTIONS = 10
# What is counted to find out whether it works.
_PROBE = "probe"


class SharedCounts(Counts):
    """One process's way to the counts of all that have the same address and secret.

    Everything is counted in this process as well, and that is what holds while Valkey does not
    answer: so nobody is ever without a limit, and who has spent all here has still spent it. The
    requests that find out wait for PATIENCE seconds; from then on none does, until a task of its
    own has counted there again. What was counted meanwhile stays in the processes: in a while
    with an outage, each of them may give away as much as all together otherwise.

    Keys are hashes by the secret: whoever reads them learns neither addresses nor names nor
    members. Each ends with its window, by the server's clock.
    """

    def __init__(self, url: str, secret: bytes) -> None:
        """`secret` has up to 64 bytes. Nothing is connected before `running`."""
        super().__init__()
        self._url = url
        self._secret = secret
        self._way = Way("Valkey", "count", "each process counts for itself", STEADY)
        self._valkey: _Valkey | None = None

    @property
    def trouble(self) -> str | None:
        return self._way.trouble

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Shared until the end of the block. It begins once Valkey answered, or did not."""
        keeping = asyncio.create_task(self._way.kept_up(self._share))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(2 * CONNECTING):
                    await self._way.tried.wait()
            yield
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        own = self._add(key, expiry, amount)
        return await self._answer(lambda valkey: valkey.incr(self._name(key), expiry, amount), own)

    async def take(self, key: str, expiry: float, amount: int) -> tuple[int, float]:
        # Both from one place: a count of the others' minute is worth nothing in another one.
        own = await super().take(key, expiry, amount)
        return await self._answer(lambda valkey: valkey.take(self._name(key), expiry, amount), own)

    async def get(self, key: str) -> int:
        own = await super().get(key)
        return await self._answer(lambda valkey: valkey.get(self._name(key)), own)

    async def get_expiry(self, key: str) -> float:
        own = await super().get_expiry(key)
        return await self._answer(lambda valkey: valkey.get_expiry(self._name(key)), own)

    async def clear(self, key: str) -> None:
        await super().clear(key)
        await self._answer(lambda valkey: valkey.clear(self._name(key)), None)

    def _name(self, key: str) -> str:
        told = key.encode("utf-8", "surrogatepass")
        return blake2b(told, key=self._secret, digest_size=16).hexdigest()

    async def _answer(self, ask: Callable[[_Valkey], Awaitable[T]], own: T) -> T:
        """What Valkey says, or this process's own if it says nothing useful in time."""
        valkey = self._valkey
        if valkey is None:
            return own
        try:
            async with asyncio.timeout(PATIENCE):
                return await ask(valkey)
        except Exception as error:
            # Whatever is wrong with it, no request is to fail of it.
            if self._valkey is valkey:
                self._valkey = None
            valkey.fail(error)
            return own

    async def _share(self, works: Callable[[], None]) -> None:
        """Connect, and share until something fails. Raises what did."""
        valkey = _Valkey(self._url)
        try:
            async with asyncio.timeout(CONNECTING):
                await valkey.check()
            self._valkey = valkey
            works()
            while not await valkey.fails_within(ASKED_AGAIN):
                await self._answer(lambda valkey: valkey.check(), None)
            raise valkey.failed.result()
        finally:
            self._valkey = None
            await valkey.close()


class _Valkey:
    """The library's counts on connections of their own, until one of them fails."""

    def __init__(self, url: str) -> None:
        self._pool: Any = BlockingConnectionPool.from_url(
            url, max_connections=_MOST_CONNECTIONS, timeout=PATIENCE, **connecting(url, PATIENCE)
        )
        self._client = Valkey(connection_pool=self._pool)
        # Connected by the pool, so the address is not read here.
        ours: dict[str, Any] = {"connection_pool": self._pool}
        self._counts = RedisStorage("async+valkey://", key_prefix=PREFIX, **ours)
        self.failed: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    def fail(self, error: Exception) -> None:
        if not self.failed.done():
            self.failed.set_result(error)

    async def fails_within(self, seconds: float) -> bool:
        await asyncio.wait([self.failed], timeout=seconds)
        return self.failed.done()

    async def incr(self, name: str, expiry: float, amount: int) -> int:
        return int(await self._counts.incr(name, int(expiry), amount))

    async def take(self, name: str, expiry: float, amount: int) -> tuple[int, float]:
        return await self.incr(name, expiry, amount), await self.get_expiry(name)

    async def check(self) -> None:
        """Whether it does all that is asked of it: each command may be forbidden by itself."""
        await self.take(_PROBE, 60, 1)
        await self.get(_PROBE)
        await self.clear(_PROBE)

    async def get(self, name: str) -> int:
        return int(await self._counts.get(name))

    async def clear(self, name: str) -> None:
        await self._counts.clear(name)

    async def get_expiry(self, name: str) -> float:
        """When the window ends, in seconds of this process's `time()`, and rather too early than
        too late: the library tells it in whole seconds, rounded."""
        asked = time.time()
        left: int = await self._client.pttl(f"{PREFIX}:{name}")
        return asked + max(left, 0) / 1000

    async def close(self) -> None:
        await self._pool.disconnect()
