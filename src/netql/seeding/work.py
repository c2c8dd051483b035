"""Trades: what their people are called, what they can do, and the companies they work for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of work; titles go from the first job to the latest."""

    industry: str
    titles: tuple[str, ...]
    skills: tuple[str, ...]
    degree: tuple[str, ...]
    cause: str


def _trade(industry: str, titles: str, skills: str, degrees: str, cause: str) -> Trade:
    return Trade(
        industry,
        tuple(titles.split("|")),
        tuple(skills.split("|")),
        tuple(degrees.split("|")),
        cause,
    )


TRADES = (
    _trade("Software", "Junior Developer|Software Engineer|Senior Engineer|Staff Engineer",
           "Python|GraphQL|PostgreSQL|TypeScript|Kubernetes|System design|Rust|Code review",
           "Computer Science|Mathematics", "software that stays simple"),
    _trade("Finance", "Analyst|Associate|Portfolio Manager|Finance Director",
           "Financial modelling|Valuation|Risk management|Excel|Reporting|Auditing",
           "Economics|Business Administration", "numbers that people can act on"),
    _trade("Healthcare", "Resident|Physician|Senior Physician|Head of Department",
           "Patient care|Diagnostics|Clinical research|Emergency medicine|Teaching|Ethics",
           "Medicine|Public Health", "care that reaches everybody"),
    _trade("Education", "Tutor|Teacher|Senior Lecturer|Head of School",
           "Curriculum design|Teaching|Mentoring|Public speaking|E-learning|Assessment",
           "Education|Linguistics", "classrooms where questions are welcome"),
    _trade("Design", "Junior Designer|Product Designer|Senior Designer|Design Lead",
           "Typography|User research|Prototyping|Accessibility|Illustration|Design systems",
           "Graphic Design|Architecture", "interfaces that get out of the way"),
    _trade("Manufacturing", "Technician|Process Engineer|Production Manager|Plant Manager",
           "Lean production|Quality control|CAD|Automation|Safety|Procurement",
           "Mechanical Engineering|Industrial Engineering", "factories that waste nothing"),
    _trade("Energy", "Field Engineer|Project Engineer|Project Manager|Head of Renewables",
           "Wind power|Grid planning|Solar power|Project management|Modelling|Permitting",
           "Electrical Engineering|Physics", "a grid that runs on weather"),
    _trade("Media", "Reporter|Editor|Senior Editor|Editor-in-Chief",
           "Interviewing|Fact-checking|Storytelling|Podcasting|Photography|Copy-editing",
           "Journalism|History", "stories that hold up"),
    _trade("Logistics", "Dispatcher|Planner|Logistics Manager|Head of Operations",
           "Route planning|Forecasting|Customs|Negotiation|Warehousing|Data analysis",
           "Logistics|Geography", "goods that arrive on the day they should"),
    _trade("Law", "Trainee Solicitor|Associate|Senior Associate|Partner",
           "Contract law|Litigation|Data protection|Negotiation|Drafting|Mediation",
           "Law|Philosophy", "contracts that a person can read"),
)  # fmt: skip

_STEMS = (
    "Alder Amber Anchor Argent Ashwood Atlas Beacon Birch Bluefield Bramble Brightwater Canopy"
    " Cedar Cobalt Compass Copper Corvid Crescent Delta Driftwood Ember Fable Falcon Fernhill"
    " Firefly Foxglove Glacier Granite Greenway Harbour Hawthorn Heron Highland Indigo Ironbridge"
    " Juniper Kestrel Kingfisher Lantern Larch Linden Longshore Magnolia Maple Meadow Meridian"
    " Midland Millstone Northwind Oakwell Onyx Orchard Osprey Otter Peregrine Pinecrest Quarry"
    " Redwood Ridgeway Riverbend Rowan Saffron Sandstone Seabright Silverline Skylark Solstice"
    " Sparrow Spruce Starling Sundial Tamarisk Thistle Tidewater Timberline Umbra Vantage Verdant"
    " Westgate Whitestone Willow Windward Wren Zephyr"
).split()
COMPANIES = tuple(
    # The other way round would put all companies of one stem side by side.
    f"{stem} {kind}" for kind in "Labs|Group|Partners|Systems|& Co.|Works|Institute".split("|")
    for stem in _STEMS
)  # fmt: skip

ABOUTS = (
    "I care about {cause}. Based in {city}, usually near a good café.",
    "{title} by day, {hobby} at the weekend. Always glad to talk about {skill}.",
    "After {years} years in {industry} I still learn something new every week.",
    "My work is about {cause}. Before that I was a {hobby}, with less success.",
    "Looking for people who share an interest in {skill} and in {cause}.",
    "I help teams with {skill}. Ask me about {cause}.",
)
HOBBIES = tuple(
    "choir singer|trail runner|amateur baker|chess player|gardener|sailor|volunteer firefighter"
    "|bird watcher|ceramicist|climber|film collector|cyclist".split("|")
)
DUTIES = (
    "Responsible for {skill} across two teams.",
    "Brought {skill} to the team and taught it to others.",
    "Worked on {skill} and {other} with customers in five countries.",
    "Led a team of {count}.",
)
INVITATION_NOTES = (
    "We met at the meet-up in {city} last month. Good to talk to you!",
    "I liked your talk on {skill}. May I stay in touch?",
    "We were at {company} at the same time, I think.",
    "A friend of ours said that we should know each other.",
    "We are hiring for {skill}. Would you have time for a short call?",
    "Hello from {city}!",
)
ENTRY_NOTES = (
    "Met at a conference, knows a lot about {skill}.",
    "Ask about {company} again in spring.",
    "Possible speaker for the meet-up in {city}.",
    "Owes me a coffee.",
)
TAGS = tuple(
    "mentor|hiring|conference|customer|alumni|friend|speaker|supplier|follow up|local".split("|")
)
