"""The demo's cast, each profile written by hand. The numbers are kept for fiction."""

from __future__ import annotations

from datetime import date

from netql.privacy.audience import Audience
from netql.privacy.fields import Preset, ProfileField
from netql.seeding.profiles import Profile, course, fields, job, lists

PROFILES = (
    Profile(
        "ann",
        "Ann Arden",
        fields(
            "Staff Engineer at Lantern Labs",
            "Software",
            "London, United Kingdom",
            "I build interfaces between programs and write about what I got wrong on the way.",
            "ann@example.org +447700900101 she/her",
            date(1986, 4, 12),
        )
        | {"address": "12 Mill Lane, London"},
        lists(
            [
                job("Engineer", "Juniper Systems", "Leeds", date(2010, 9, 1), date(2016, 3, 31)),
                job(
                    "Staff Engineer",
                    "Lantern Labs",
                    "London",
                    date(2016, 5, 1),
                    what="Looks after the graph that all clients read.",
                ),
            ],
            [course("University of Leeds", "Bachelor", "Computer Science", 2006, 2009)],
            "GraphQL, Python, PostgreSQL, Technical writing",
            "English: Native, French: Professional working",
            "https://example.org/ann",
        ),
    ),
    Profile(
        "ben",
        "Ben Brook",
        fields(
            "Product Designer at Kestrel Partners",
            "Design",
            "Bristol, United Kingdom",
            "Designer of quiet screens. I introduce people to each other, it is a habit.",
            "ben@example.org +447700900102 he/him",
            date(1990, 11, 3),
        ),
        lists(
            [
                job("Designer", "Lantern Labs", "London", date(2014, 2, 1), date(2018, 8, 31)),
                job(
                    "Product Designer",
                    "Kestrel Partners",
                    "Bristol",
                    date(2018, 10, 1),
                    what="Accessibility for a bank with four million customers.",
                ),
            ],
            [course("University of the West", "Bachelor", "Graphic Design", 2010, 2013)],
            "Accessibility, Typography, User research",
            "English: Native, Welsh: Elementary",
            "https://example.org/ben",
        ),
        preset=Preset.OPEN,
    ),
    Profile(
        "cat",
        "Cat Castell",
        fields(
            "Head of Renewables at Northwind Group",
            "Energy",
            "Barcelona, Spain",
            "Wind farms, and the towns that live with them.",
            "cat@example.net +13055550103 she/her",
            date(1979, 7, 22),
        ),
        lists(
            [
                job(
                    "Project Engineer",
                    "Tidewater Works",
                    "Bilbao",
                    date(2004, 1, 1),
                    date(2012, 12, 31),
                ),
                job("Head of Renewables", "Northwind Group", "Barcelona", date(2013, 1, 1)),
            ],
            [course("Universitat Politècnica", "Master", "Electrical Engineering", 1997, 2003)],
            "Wind power, Grid planning, Negotiation",
            "Catalan: Native, Spanish: Native, English: Full professional",
            "https://example.net/cat",
        ),
        audiences={
            # The tie to Ben is seen by whom both ends show it to: it makes her Ann's second degree.
            ProfileField.CONNECTIONS: Audience.MEMBERS,
            # So that there is something that a second degree sees and a stranger does not.
            ProfileField.ABOUT: Audience.EXTENDED,
            ProfileField.EMAIL: Audience.EXTENDED,
        },
    ),
    Profile(
        "dan",
        "Dan Dale",
        fields(
            "Account Manager at Onyx & Co.",
            "Finance",
            "Manchester, United Kingdom",
            "Let me tell you about an opportunity.",
            "dan@example.net +447700900104 he/him",
            date(1983, 1, 30),
        ),
        lists(
            [job("Account Manager", "Onyx & Co.", "Manchester", date(2015, 6, 1))],
            [course("City College", "Bachelor", "Business Administration", 2002, 2005)],
            "Sales, Negotiation",
            "English: Native",
            "https://example.net/dan",
        ),
    ),
    Profile(
        "eve",
        "Eve Ellery",
        fields(
            "Freelance Reporter",
            "Media",
            "Dublin, Ireland",
            "I am new here and know nobody yet.",
            "eve@example.org +13055550105 they/them",
            date(1995, 9, 9),
        ),
        lists(
            [job("Freelance Reporter", "Self-employed", "Dublin", date(2019, 3, 1))],
            [course("Dublin School of Media", "Bachelor", "Journalism", 2014, 2018)],
            "Interviewing, Fact-checking",
            "English: Native, Irish: Limited working",
            "https://example.org/eve",
        ),
    ),
)
