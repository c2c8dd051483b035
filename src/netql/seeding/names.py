"""Names of several cultures. One not written in Latin letters carries its reading after a slash."""

from __future__ import annotations

import unicodedata

# Each culture: given names, family names.
CULTURES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "english": (
        tuple(
            "Alice Amelia Arthur Charlotte Daniel Edith Emily Ethan Freya George Grace Hannah Harry"
            " Henry Isla Jack James Lily Lucy Martin Naomi Oliver Oscar Poppy Rachel Rose Samuel"
            " Theo Thomas William".split()
        ),
        tuple(
            "Abbott Barker Bennett Carter Chapman Clarke Cooper Dawson Ellis Fletcher Foster"
            " Graham Hughes Johnson Knight Lawson Marsh Mitchell Palmer Parker Reed Shaw Spencer"
            " Turner Walker Webb Wilkinson Wright".split()
        ),
    ),
    "german": (
        tuple(
            "Anke Anton Birgit Clara Emil Felix Franziska Greta Hannes Ida Jonas Jürgen Katharina"
            " Lena Lukas Marie Mathilda Moritz Paul Sabine Sören Till Uwe Vera".split()
        ),
        tuple(
            "Albrecht Bauer Brandt Fischer Friedrich Groß Hartmann Hofmann Jäger Keller König"
            " Krüger Lehmann Müller Neumann Richter Schäfer Schröder Vogel Weiß Winkler"
            " Zimmermann".split()
        ),
    ),
    "spanish": (
        tuple(
            "Alejandro Andrés Beatriz Camila Carlos Carmen Diego Elena Gabriela Ignacio Inés Javier"
            " Joaquín Lucía Mateo Nuria Pablo Pilar Rocío Sofía Valentina Ximena".split()
        ),
        tuple(
            "Álvarez Castro Cortés Delgado Díaz Fernández García Gómez Herrera Ibáñez López"
            " Marín Medina Muñoz Navarro Ortega Peña Ramírez Ruiz Sánchez Torres Vega".split()
        ),
    ),
    "french": (
        tuple(
            "Adèle Amélie Antoine Baptiste Camille Chloé Éloïse Étienne Fabien Gaëlle Hugo Jules"
            " Léa Lucien Manon Margaux Noémie Olivier Rémi Sylvie Théo Yves".split()
        ),
        tuple(
            "Aubert Bernard Bertrand Blanchard Chevalier Dubois Dupont Fontaine Garnier Girard"
            " Lambert Lefèvre Lemaire Marchand Mercier Moreau Perrin Renaud Rousseau Roux"
            " Vidal".split()
        ),
    ),
    "indian": (
        tuple(
            "Aarav Aditi Aditya Ananya Arjun Deepa Divya Ishaan Kavya Kiran Lakshmi Manish Meera"
            " Neha Nikhil Pooja Priya Rahul Rohan Sanjay Shreya Sunita Vikram Vivek".split()
        ),
        tuple(
            "Agarwal Banerjee Bose Chatterjee Desai Gupta Iyer Joshi Kapoor Kulkarni Malhotra Mehta"
            " Menon Mukherjee Nair Patel Rao Reddy Sharma Singh Srinivasan Verma".split()
        ),
    ),
    "nigerian": (
        tuple(
            "Adaeze Ade Amara Babajide Chiamaka Chidi Chinedu Emeka Folake Funmi Ifeoma Kelechi"
            " Ngozi Nneka Obinna Olumide Segun Temitope Tunde Uche Yetunde Zainab".split()
        ),
        tuple(
            "Abiola Adebayo Adeyemi Afolabi Akintola Balogun Bello Eze Ibrahim Iwu Nwosu Obi"
            " Ogunleye Okafor Okeke Okonkwo Oladipo Onyango Oyelaran Umeh".split()
        ),
    ),
    "swedish": (
        tuple(
            "Agnes Alva Anders Astrid Björn Ebba Elsa Erik Gustav Håkan Ingrid Johan Karin Lars"
            " Linnéa Maja Nils Oskar Åsa Sigrid Sven Tove".split()
        ),
        tuple(
            "Åberg Andersson Bergström Dahl Ekström Engström Forsberg Hedlund Holm Karlsson"
            " Lindqvist Lundgren Nordin Nyström Öberg Persson Sandberg Sjögren Söderlund"
            " Wallin".split()
        ),
    ),
    "polish": (
        tuple(
            "Agnieszka Bartosz Bożena Dorota Ewa Grzegorz Hanna Jakub Joanna Kacper Krzysztof"
            " Łukasz Magdalena Małgorzata Marek Paweł Piotr Stanisław Wojciech Zofia".split()
        ),
        tuple(
            "Adamczyk Dąbrowski Duda Jabłoński Kaczmarek Kowalczyk Król Kwiatek Lis Mazur Michalak"
            " Nowak Pawlak Sikora Szymczak Wieczorek Wojciech Wróbel Zając Zieliński".split()
        ),
    ),
    "japanese": (
        tuple(
            "陽子/Yoko 健太/Kenta 美咲/Misaki 大輔/Daisuke 由美/Yumi 翔/Sho 直樹/Naoki 恵/Megumi"
            " 拓也/Takuya 彩/Aya 誠/Makoto 千尋/Chihiro 亮/Ryo 真理/Mari 修/Osamu".split()
        ),
        tuple(
            "佐藤/Sato 鈴木/Suzuki 高橋/Takahashi 田中/Tanaka 伊藤/Ito 渡辺/Watanabe 山本/Yamamoto"
            " 中村/Nakamura 小林/Kobayashi 加藤/Kato 吉田/Yoshida 山田/Yamada 松本/Matsumoto"
            " 井上/Inoue 木村/Kimura".split()
        ),
    ),
    "ukrainian": (
        tuple(
            "Олена/Olena Андрій/Andrii Наталія/Nataliia Тарас/Taras Ірина/Iryna Богдан/Bohdan"
            " Оксана/Oksana Максим/Maksym Дарина/Daryna Юрій/Yurii Марія/Mariia Остап/Ostap".split()
        ),
        tuple(
            "Бондаренко/Bondarenko Гончар/Honchar Коваленко/Kovalenko Кравець/Kravets"
            " Лисенко/Lysenko Мельник/Melnyk Олійник/Oliinyk Савченко/Savchenko Ткаченко/Tkachenko"
            " Шевчук/Shevchuk".split()
        ),
    ),
    "turkish": (
        tuple(
            "Ahmet Aylin Barış Burak Can Defne Deniz Ebru Elif Emre Gökçe Hakan İrem Kerem Leyla"
            " Mert Murat Özge Selin Umut Yasemin Zeynep".split()
        ),
        tuple(
            "Acar Aksoy Arslan Aydın Çelik Çetin Demir Doğan Erdem Güneş Kaplan Kaya Koç Öztürk"
            " Polat Şahin Şimşek Tekin Yıldırım Yılmaz".split()
        ),
    ),
}
# Family name first.
FAMILY_FIRST = frozenset({"japanese"})
_BEFORE_FAMILY = {"german": ("von ", 0.02), "french": ("de ", 0.03), "spanish": ("de la ", 0.02)}
PARTICLES = {name: _BEFORE_FAMILY.get(name, ("", 0.0)) for name in CULTURES}
_PLAIN = str.maketrans("łŁøØıđß", "lLoOids")


def written(name: str) -> str:
    return name.partition("/")[0]


def plain(name: str) -> str:
    """The name in letters a to z alone."""
    text = unicodedata.normalize("NFKD", (name.partition("/")[2] or name).translate(_PLAIN))
    return "".join(letter for letter in text.lower() if "a" <= letter <= "z")
