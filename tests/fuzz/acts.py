"""Mutations that mean something: what generated documents seldom hit upon, acted out at random."""

from __future__ import annotations

import json
import re
from random import Random

from netql import ids
from tests.fuzz.world import World

# A line each: the mutation, its input, what is asked of its payload. <Kind> is an id of the
# world's, one of that kind most likely.
_ACTS = [line.split("|") for line in """
sendInvitation|memberId: <Member>, note: <text>|invitation { id note } member { ...P }
sendInvitation|memberId: <Member>, idempotencyKey: <key>|invitation { id } viewer { ...P }
acceptInvitation|invitationId: <Invitation>|connection { id } member { ...P }
acceptInvitation|invitationId: <Invitation>|invitation { id status inviter { ...P } }
declineInvitation|invitationId: <Invitation>|invitation { id status } member { ...P }
withdrawInvitation|invitationId: <Invitation>|invitation { id status } member { ...P }
removeConnection|memberId: <Member>|member { ...P }
addToNetwork|memberId: <Member>, tags: [<text>], note: <text>|networkEntry { id } member { ...P }
addToNetwork|memberId: <Member>, idempotencyKey: <key>|networkEntry { id }
updateNetworkEntry|networkEntryId: <NetworkEntry>, note: <text>|networkEntry { id note }
removeFromNetwork|networkEntryId: <NetworkEntry>|member { ...P }
blockMember|memberId: <Member>|block { id name handle } viewer { ...P }
unblockMember|blockId: <Block>|viewer { ...P }
updateProfile|name: <text>|viewer { ...P }
updateProfile|name: <text>, headline: <text>, about: <text>|viewer { ...P }
setFieldAudience|field: CONNECTIONS, audience: <list>|viewer { ...P }
setFieldAudience|field: EMAIL, audience: <list>|viewer { ...P }
applyPrivacyPreset|preset: OPEN|viewer { ...P }
addPosition|title: <text>, company: <text>|viewer { positions { id } }
updatePosition|id: <Position>, title: <text>|viewer { positions { id } }
removePosition|id: <Position>|viewer { positions { id } }
addEducation|school: <text>|viewer { education { id } }
updateEducation|id: <Education>, school: <text>|viewer { education { id } }
removeEducation|id: <Education>|viewer { education { id } }
addSkill|name: <text>|viewer { skills { id } }
updateSkill|id: <Skill>, name: <text>|viewer { skills { id } }
removeSkill|id: <Skill>|viewer { skills { id } }
addLanguage|name: <text>|viewer { languages { id } }
updateLanguage|id: <Language>, name: <text>|viewer { languages { id } }
removeLanguage|id: <Language>|viewer { languages { id } }
addWebsite|url: <url>|viewer { websites { id } }
updateWebsite|id: <Website>, url: <url>|viewer { websites { id } }
removeWebsite|id: <Website>|viewer { websites { id } }
""".strip().splitlines()]  # fmt: skip
_PROFILE = (
    "fragment P on Member { id headline phone email birthday about hiddenFields"
    " connections(first: 3) { totalCount nodes { id member { id name address } } } }"
)
_WORDS = (
    "a", "Zoe", " ", "", "\u00e9\u0301", "\u0000", "\ud800", "<b>", "%_\\", "a" * 5001, "'--",
    "\U0001f469\u200d\U0001f469", "\u202eabc", "\n", "\u00df", "\u0130", "\ufb01",
)  # fmt: skip
_SLOT = re.compile(r"<(\w+)>")
_ID = re.compile(r'"id":"([\w-]+)"')


def act(world: World, dice: Random) -> str:
    """One mutation, with ids of the world as it is by now."""
    mutation, given, asked = dice.choice(_ACTS)
    filled = _SLOT.sub(lambda slot: _value(slot[1], world, dice), given)
    errors = "" if mutation == "applyPrivacyPreset" else "userErrors { code message field } "
    text = f"mutation {{ {mutation}(input: {{ {filled} }}) {{ {errors}{asked} }} }}"
    return f"{text} {_PROFILE}" if "...P" in asked else text


def learn(world: World, answer: str) -> None:
    """Add the ids of an answer to the world's."""
    for found in _ID.findall(answer):
        decoded = ids.decode(found)
        if decoded is not None and found not in world.ids.setdefault(decoded[0], []):
            world.ids[decoded[0]].append(found)


def _value(kind: str, world: World, dice: Random) -> str:
    if kind == "text":
        return json.dumps(dice.choice(_WORDS) + dice.choice(("", f" {dice.randrange(99)}")))
    if kind == "url":
        return json.dumps(f"https://netql.test/{dice.choice(_WORDS)}")
    if kind == "key":
        return f'"key {dice.randrange(6)}"'
    if kind == "list":
        return dice.choice(("ONLY_ME", "CONNECTIONS", "EXTENDED", "MEMBERS", "PUBLIC"))
    if dice.random() < 0.05:
        kind = dice.choice(list(world.ids))
    return json.dumps(dice.choice(world.ids[kind] or ["none"]))
