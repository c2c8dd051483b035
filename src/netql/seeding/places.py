"""Cities, what their people are called and speak, where they study, what numbers they have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class City:
    name: str
    country: str
    cultures: tuple[str, ...]
    language: str
    schools: tuple[str, ...]
    # The beginning of a number that is kept for fiction, and how many digits follow it.
    phone: tuple[str, int]


_US = ("+1{area}55501", 2)
_UK = ("+447700900", 3)
_DE = ("+493023125", 3)
_FR = ("+33199000", 3)
_AU = ("+6177010", 4)
_SE = ("+4670174062", 1)


def _city(
    place: str, cultures: str, language: str, schools: str, phone: tuple[str, int], area: str = ""
) -> City:
    name, country = place.split(", ")
    number = (phone[0].format(area=area), phone[1])
    return City(name, country, tuple(cultures.split()), language, tuple(schools.split("|")), number)


# Largest first: the generator favours the beginning. Countries without a range of numbers for
# fiction borrow one.
CITIES = (
    _city("London, United Kingdom", "english indian nigerian polish", "English",
          "Imperial College London|King's College London|Queen Mary University", _UK),
    _city("New York, United States", "english spanish indian", "English",
          "Columbia University|New York University|City College", _US, "212"),
    _city("Berlin, Germany", "german turkish ukrainian polish", "German",
          "Technische Universität Berlin|Humboldt-Universität", _DE),
    _city("Bengaluru, India", "indian", "Hindi",
          "Indian Institute of Science|Bangalore University", _US, "415"),
    _city("Paris, France", "french spanish", "French",
          "Sorbonne Université|École Polytechnique|Université Paris Cité", _FR),
    _city("San Francisco, United States", "english indian spanish japanese", "English",
          "San Francisco State University|University of California", _US, "415"),
    _city("Lagos, Nigeria", "nigerian", "English",
          "University of Lagos|Lagos State University", _UK),
    _city("Madrid, Spain", "spanish", "Spanish",
          "Universidad Complutense|Universidad Politécnica de Madrid", _US, "305"),
    _city("Tokyo, Japan", "japanese", "Japanese",
          "University of Tokyo|Waseda University|Keio University", _US, "212"),
    _city("Istanbul, Türkiye", "turkish", "Turkish",
          "Boğaziçi University|İstanbul Teknik Üniversitesi", _DE),
    _city("Warsaw, Poland", "polish ukrainian", "Polish",
          "Uniwersytet Warszawski|Politechnika Warszawska", _DE),
    _city("Stockholm, Sweden", "swedish", "Swedish",
          "KTH Royal Institute of Technology|Stockholms universitet", _SE),
    _city("Sydney, Australia", "english indian", "English",
          "University of Sydney|UNSW Sydney", _AU),
    _city("Mexico City, Mexico", "spanish", "Spanish",
          "Universidad Nacional Autónoma de México|Instituto Politécnico Nacional", _US, "305"),
    _city("Mumbai, India", "indian", "Marathi",
          "University of Mumbai|Indian Institute of Technology Bombay", _US, "415"),
    _city("Munich, Germany", "german turkish", "German",
          "Technische Universität München|Ludwig-Maximilians-Universität", _DE),
    _city("Kyiv, Ukraine", "ukrainian", "Ukrainian",
          "Taras Shevchenko National University|Kyiv Polytechnic Institute", _SE),
    _city("Manchester, United Kingdom", "english polish nigerian", "English",
          "University of Manchester|Manchester Metropolitan University", _UK),
    _city("Lyon, France", "french", "French",
          "Université Claude Bernard|École Normale Supérieure de Lyon", _FR),
    _city("Gothenburg, Sweden", "swedish", "Swedish",
          "Chalmers University of Technology|Göteborgs universitet", _SE),
    _city("Bogotá, Colombia", "spanish", "Spanish",
          "Universidad de los Andes|Universidad Nacional de Colombia", _US, "305"),
    _city("Abuja, Nigeria", "nigerian", "English",
          "University of Abuja|Baze University", _UK),
    _city("Kraków, Poland", "polish ukrainian", "Polish",
          "Uniwersytet Jagielloński|Akademia Górniczo-Hutnicza", _DE),
    _city("Osaka, Japan", "japanese", "Japanese",
          "Osaka University|Kindai University", _US, "212"),
)  # fmt: skip
LANGUAGES = tuple(dict.fromkeys(city.language for city in CITIES))
PROFICIENCIES = ("Elementary", "Limited working", "Professional working", "Full professional")
