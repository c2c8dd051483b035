"""The mutations of accounts, as a client sends them."""

from __future__ import annotations

from typing import Any

from tests.api import Api
from tests.asking import ask, new_handle

_TOKENS = "userErrors { code field } accessToken refreshToken expiresIn"
SIGN_UP = f"""mutation($handle: String!, $name: String!, $password: String!) {{
  done: signUp(input: {{handle: $handle, name: $name, password: $password}}) {{ {_TOKENS} }} }}"""
SIGN_IN = f"""mutation($handle: String!, $password: String!) {{
  done: signIn(input: {{handle: $handle, password: $password}}) {{ {_TOKENS} }} }}"""
REFRESH = f"""mutation($used: String!) {{
  done: refreshToken(input: {{refreshToken: $used}}) {{ {_TOKENS} }} }}"""
SIGN_OUT = """mutation { done: signOut(input: {clientMutationId: "bye"}) { clientMutationId } }"""
CLOSE = """mutation($password: String!) {
  done: closeAccount(input: {password: $password}) { userErrors { code field } } }"""
WHO = "{ viewer { handle name } }"

PASSWORD = "correct horse"


async def sign_up(api: Api, **changes: str) -> dict[str, Any]:
    """Sign up with a new handle; the payload, with the handle."""
    given = {"handle": new_handle(), "name": "Nia Newcomb", "password": PASSWORD} | changes
    done: dict[str, Any] = (await ask(api, SIGN_UP, **given))["done"]
    return done | {"handle": given["handle"]}


async def sign_in(api: Api, handle: str, password: str = PASSWORD) -> dict[str, Any]:
    done: dict[str, Any] = (await ask(api, SIGN_IN, handle=handle, password=password))["done"]
    return done


async def refresh(api: Api, token: str) -> dict[str, Any]:
    done: dict[str, Any] = (await ask(api, REFRESH, used=token))["done"]
    return done


def codes(done: dict[str, Any]) -> list[tuple[str, list[str] | None]]:
    """Code and field of every user error; and a refusal hands out no token."""
    found = [(error["code"], error["field"]) for error in done["userErrors"]]
    if found and "accessToken" in done:
        assert done["accessToken"] is done["refreshToken"] is done["expiresIn"] is None
    return found
