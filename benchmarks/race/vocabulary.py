"""The words that made-up members are made of."""

from __future__ import annotations

FIRST = (
    "Ada Bela Chidi Dalia Emre Farah Goran Hana Ines Jamal Kofi Lena Mateo Nadia Omar Priya Quinn"
    " Rosa Sven Tariq Uma Viktor Wanjiru Xenia Yusuf Zofia"
).split()
LAST = (
    "Abara Berg Costa Diaz Eriksen Fonseca Gupta Haddad Ito Jansen Kaya Lopez Moreau Novak Okafor"
    " Petrov Qureshi Rossi Sato Tanaka Ueda Varga Weber Xu Yilmaz Zhang"
).split()
ROLES = (
    "Engineer Designer Analyst Recruiter Nurse Teacher Architect Accountant Editor Researcher"
    " Planner Buyer"
).split()
LEVELS = "Junior Staff Senior Lead Principal Associate Chief".split()
PLACES = (
    "Lagos, Nigeria|Porto, Portugal|Pune, India|Oslo, Norway|Lima, Peru|Izmir, Turkey"
    "|Kyoto, Japan|Leeds, United Kingdom|Accra, Ghana|Graz, Austria|São Paulo, Brazil"
    "|Montréal, Canada"
).split("|")
WORDS = (
    "build team product market data customer growth design platform service quality process"
    " partner research strategy delivery supply finance health energy school city open reliable"
    " careful practical global local"
).split()
TAGS = "mentor client alumni conference investor vendor hiring friend speaker press".split()
GREETING = "Hello, shall we connect?"
