"""Passwords that are tried, counted before they are looked at.

By the name that was given, whether or not anybody has it: so what is refused tells nothing of who
there is. A right password ends the count, but one that comes too late is not looked at any more.
What the database failed was no attempt: who is told to try again is not locked out by doing so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from netql.api.context import Context
from netql.errors import Interrupted, Overloaded

_FAILED = (Interrupted, Overloaded)


@asynccontextmanager
async def coming(context: Context) -> AsyncIterator[None]:
    """Around a sign-in or sign-up from the request's address. Raises RateLimited."""
    budgets = context.services.budgets
    if budgets is None:
        yield
        return
    await budgets.count_origin(context.address)
    try:
        yield
    except _FAILED:
        await budgets.give_back_origin(context.address)
        raise


@asynccontextmanager
async def guessing(context: Context, name: str) -> AsyncIterator[None]:
    """Around an action that raises if the password is wrong. Raises RateLimited.

    `name` begins with what kind of name it is, for anything may be given as a handle.
    """
    budgets = context.services.budgets
    if budgets is None:
        yield
        return
    await budgets.count_guess(name)
    try:
        yield
    except _FAILED:
        await budgets.give_back_guess(name)
        raise
    await budgets.forget_guesses(name)
