"""The profile as a client reads and writes it."""

from __future__ import annotations

from typing import Any

from tests.api import Api
from tests.people import Person

COLUMNS = (
    "name headline industry location avatarUrl about pronouns email phone birthday address".split()
)
LISTS = {
    "positions": "id title company location description startedOn endedOn",
    "education": "id school degree fieldOfStudy startedOn endedOn",
    "skills": "id name",
    "languages": "id name proficiency",
    "websites": "id url label",
}
PROFILE = f"""{{ {" ".join(COLUMNS)} currentPosition {{ {LISTS["positions"]} }}
  {" ".join(f"{name} {{ {fields} }}" for name, fields in LISTS.items())} }}"""
OWN = f"{{ viewer {PROFILE} }}"
UPDATE = """mutation($input: UpdateProfileInput!) { done: updateProfile(input: $input) {
  userErrors { code field } viewer { name } } }"""


async def own_profile(api: Api, person: Person) -> dict[str, Any]:
    """Everything of one's own profile."""
    profile: dict[str, Any] = (await api.run(OWN, as_=person))["viewer"]
    return profile


async def update(api: Api, person: Person, **changes: Any) -> list[tuple[str, Any]]:
    """Send `updateProfile`; code and field of each user error."""
    done = (await api.run(UPDATE, as_=person, input=changes))["done"]
    assert (done["viewer"] is None) == bool(done["userErrors"])
    return [(error["code"], error["field"]) for error in done["userErrors"]]
