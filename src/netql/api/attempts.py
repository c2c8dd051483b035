"""Passwords that are tried, counted before they are looked at.

By the name that was given, whether or not anybody has it: so what is refused tells nothing of who
there is. A right password ends the count, but one that comes too late is not looked at any more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from netql.api.context import Context


async def count_origin(context: Context) -> None:
    """A sign-in or sign-up from the request's address. Raises RateLimited."""
    budgets = context.services.budgets
    if budgets is not None:
        await budgets.count_origin(context.address)


@asynccontextmanager
async def guessing(context: Context, name: str) -> AsyncIterator[None]:
    """Around an action that raises if the password is wrong. Raises RateLimited."""
    budgets = context.services.budgets
    if budgets is None:
        yield
        return
    await budgets.count_guess(name)
    yield
    await budgets.forget_guesses(name)
