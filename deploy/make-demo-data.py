#!/usr/bin/env python3
"""Writes the CSV files of the demo: what four partners of the fictional municipality Veldrijk (GM9999) would export.

    deploy/make-demo-data.py --day 2026-11-24 --out DIR

All persons, numbers and events are invented. Dates count back from --day, so that the terms of the covenant fall
where the demo needs them on any day; the same day gives the same bytes. deploy/demo-data/README.md lists what is
hidden in the files and why no cell may hold a word of the covenant.
"""
import argparse
import csv
import datetime
import io
import pathlib
import sys


def bsn(serial):
    """The first number from `serial` (eight digits) on that passes the 11-proef with a ninth digit."""
    while True:
        digits = f"{serial:08d}"
        check = sum((9 - i) * int(d) for i, d in enumerate(digits)) % 11
        if check < 10:
            return f"{digits}{check}"
        serial += 1


class Days:
    """Days seen from the day of the run."""

    def __init__(self, day):
        self.day = day
        self.quarter = datetime.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)

    def ago(self, days):
        return self.day - datetime.timedelta(days=days)

    def born(self, age, days=40):
        """Turned `age` some days before this quarter: that old on its first and its last day."""
        day = self.quarter - datetime.timedelta(days=days)
        return datetime.date(day.year - age, day.month, min(day.day, 28))

    def turning(self, age):
        """Turns `age` in the second month of this quarter."""
        return datetime.date(self.quarter.year - age, self.quarter.month + 1, 15)


class Person:
    def __init__(self, number, given, particle, surname, birth, street, house, postcode, secret=False, day_known=True):
        self.number, self.given, self.particle, self.surname = number, given, particle, surname
        self.birth, self.day_known, self.secret = birth, day_known, secret
        self.street, self.house, self.postcode = street, house, postcode

    def spoken(self):
        return " ".join(part for part in (self.given, self.particle, self.surname) if part)

    def listed(self):
        """Surname first, as police lists have it."""
        return f"{self.surname}, {self.given}" + (f" {self.particle}" if self.particle else "")

    def born(self, style="nl"):
        day = self.birth.day if self.day_known else 0
        return style_date(self.birth.year, self.birth.month, day, style)


def style_date(year, month, day, style):
    if style == "iso":
        return f"{year:04d}-{month:02d}-{day:02d}"
    if style == "short":
        return f"{day}-{month}-{year:04d}"
    return f"{day:02d}-{month:02d}-{year:04d}"


def nl(day, style="nl"):
    return style_date(day.year, day.month, day.day, style)


def plain(text):
    """Without diacritics, as older systems keep names."""
    return text.translate(str.maketrans("ëéèêïöüáç", "eeeeiouac"))


def people(days):
    """By a short name. One BSN begins with a zero, which a spreadsheet drops."""
    rows = {
        "younes": (bsn(99990101), "Younes", "el", "Amrani", days.born(17, 36), "Kanaalstraat", "112", "9991 AB"),
        "daniel": (bsn(99990177), "Daniël", "van den", "Heuvel", days.born(16, 58), "Lindenhofje", "7", "9991 CK",
                   True),
        "jose": (bsn(9999031), "José", "van der", "Meer", days.born(19, 14), "Stationsplein", "4b", "9991 DA"),
        "sem16": (bsn(99990334), "Sem", "", "Veldkamp", days.born(16, 70), "Molenpad", "31", "9992 EX"),
        "sem18": (bsn(99990412), "Sem", "", "Veldkamp", days.born(18, 20), "Zuiderdijk", "208", "9993 GH"),
        "zoe": (bsn(99990489), "Zoë", "ten", "Broeke", days.born(17, 45), "Hazelaarlaan", "15", "9992 JR",
                False, False),
        "max": (bsn(99990567), "Maximiliaan Alexander Ferdinand Christoffel", "van",
                "Zuidwijck tot Hogenoordermeer-Achterveld", days.born(20, 81), "Wilhelminapark", "1", "9991 LM"),
        "noor": (bsn(99990621), "Noor", "el", "Amrani", days.born(10, 27), "Kanaalstraat", "112", "9991 AB"),
        "finn": (bsn(99990701), "Finn", "de", "Wit", days.turning(12), "Meidoornhof", "22", "9992 NP"),
        "rachid": (bsn(99990788), "Rachid", "", "Ouali", days.born(21, 66), "Kerkepad", "9", "9993 RT"),
        "ilse": (bsn(99990845), "Ilse", "", "Hoekstra", days.born(24, 49), "Bongerdstraat", "63", "9991 SV"),
        "bram": (bsn(99990933), "Bram", "", "Postma", days.born(15, 33), "Esdoornweg", "5", "9992 VW"),
        "sanne": (bsn(99991006), "Sanne", "", "Huizinga", days.born(13, 75), "Oude Haven", "17", "9993 XZ"),
        "koen": (bsn(99991084), "Koen", "'t", "Hart", days.born(18, 52), "Populierendreef", "40", "9992 ZB"),
    }
    return {name: Person(*row) for name, row in rows.items()}


def namenlijst(p, days):
    reasons = [("younes", "GG", "8"), ("daniel", "GG", "8"), ("jose", "SV", "8"), ("sem16", "GG", "8"),
               ("sem18", "SV", "8"), ("zoe", "GG", "8"), ("max", "SV", "8"), ("noor", "GG", "8"), ("finn", "GG", "8"),
               ("rachid", "SV", "9")]
    yield ["regel", "naam", "geb_datum", "bsn", "reden", "art"]
    for line, (name, reason, article) in enumerate(reasons, 1):
        # The list was made in a spreadsheet: no diacritics, and no zero in front of a number.
        yield [f"NL-DEHOEK-{line:03d}", plain(p[name].listed()), p[name].born(), p[name].number.lstrip("0"), reason,
               article]


def incidenten(p, days):
    # case, person, days since the fact, class, neighbourhood, place, role, article, days since first processed,
    # related, text
    hit = "Omstander Ilse Hoekstra werd geduwd;\nzij wil \"geen\" aangifte doen."
    rows = [
        (1201, "younes", 96, "F12", "02", "Stationsplein 4", "VD", "8", 95, "N", hit),
        (1201, "daniel", 96, "F12", "02", "Stationsplein 4", "SO", "8", 95, "N", hit),
        (1201, "ilse", 96, "F12", "02", "Stationsplein 4", "SO", "8", 95, "N", hit),
        (1202, "daniel", 61, "C40", "02", "Fietsenkelder De Hoek", "GE", "8", 60, "N", "Zag twee jongens wegrennen."),
        (1203, "younes", 700, "C40", "03", "Speeltuin Molenpad", "VD", "8", 698, "J", "Vernielde prullenbakken."),
        (1204, "younes", 655, "M132", "03", "Winkelgalerij Zuid", "VD", "8", 655, "N", "Vuurwerk afgestoken."),
        (1205, "younes", 30, "F40", "01", "Parkeerdek Havenzicht", "VD", "9", 30, "J", "Onderdeel van onderzoek."),
        (1206, "jose", 2210, "A50", "02", "Warenhuis Stationsplein", "VD", "8", 1480, "J", "Winkeldiefstal, voeging."),
        (1207, "jose", 1960, "F550", "01", "Skatebaan Oude Haven", "VD", "8", 1958, "J", "Vechtpartij na school."),
        (1208, "jose", 44, "F12", "02", "Busstation perron C", "VO", "8", 43, "N", "Veroordeeld door kinderrechter."),
        (1209, "sem16", 120, "F16", "03", "Molenpad ter hoogte 31", "VD", "8", 119, "N", "Groep van acht jongeren."),
        (1210, "sem16", 15, "F15", "03", "Basisschool De Wegwijzer", "", "8", 14, "N", "Rol nog niet ingevuld."),
        (1211, "sem18", 75, "A71", "04", "Zuiderdijk bij sluis", "VD", "", 74, "N", "Artikel nog niet ingevuld."),
        (1212, "zoe", 52, "F530", "02", "Hazelaarlaan 88", "VD", "8", 51, "N", "Bedreiging via telefoon."),
        (1213, "max", 1999, "F551", "01", "Wilhelminapark muziektent", "VD", "8", 1990, "J", "Zware mishandeling."),
        (1214, "noor", 20, "F16", "01", "Kanaalstraat 100", "CO", "8", 20, "N", "Meegelopen met broer."),
        (1215, "koen", 210, "F10", "04", "Populierendreef 2", "VD", "8", 209, "N", "Bevel niet opgevolgd."),
        (1216, "sanne", 12, "F47", "04", "Oude Haven steiger 3", "GE", "8", 12, "N", "Meldde drankgebruik."),
    ]
    without_bsn = {"younes", "sem16"}
    yield ["bvhnr", "volgnr", "betrokkene", "geboren", "bsn", "pleegdatum", "klasse", "buurtcode", "locatie", "rol",
           "art", "verwerkt", "gerel", "toelichting"]
    numbers = {}
    for case, name, fact, kind, area, place, role, article, processed, related, text in rows:
        numbers[case] = numbers.get(case, 0) + 1
        known = "" if name in without_bsn else p[name].number
        yield [f"PL9900-{days.ago(fact).year}00{case}", numbers[case], p[name].spoken(), p[name].born(), known,
               nl(days.ago(fact)), kind, f"BU999901{area}", place, role, article, nl(days.ago(processed)), related,
               text]


def antecedenten(p, days):
    rows = [("younes", 410, "C40", 2, "VD", "8", 400), ("younes", 180, "F12", 1, "VD", "8", 175),
            ("jose", 320, "A50", 3, "VO", "8", 300), ("jose", 2100, "C40", 1, "VD", "8", 2090),
            ("sem18", 260, "A71", 1, "VO", "8", 255), ("max", 150, "F551", 1, "VD", "10", 149),
            ("zoe", 90, "F530", 1, "VD", "8", 88), ("koen", 330, "F10", 2, "VO", "8", 329),
            ("daniel", 140, "F12", 1, "SO", "8", 139), ("rachid", 70, "F40", 4, "VD", "9", 69)]
    yield ["antnr", "voornamen", "tussenvoegsel", "achternaam", "geboren", "bsn", "laatste", "feit", "aantal", "rol",
           "art", "verwerkt", "gerel"]
    for line, (name, last, kind, count, role, article, processed) in enumerate(rows, 1):
        who = p[name]
        yield [f"ANT-{days.day.year}-{line:05d}", who.given, who.particle, who.surname, who.born(), who.number,
               nl(days.ago(last)), kind, count, role, article, nl(days.ago(processed)), "N"]


def mutaties(p, days):
    rows = [("younes", 9, "EW", "B", "leider", "CO", "8", "Stuurt kleinere jongens aan bij de supermarkt."),
            ("younes", 33, "BW", "O", "geld", "VD", "8", "Zou opeens dure kleding dragen."),
            ("daniel", 18, "EW", "B", "school", "CO", "8", "Staat onder lestijd bij het station."),
            ("sem16", 25, "PA", "W", "thuis", "CO", "8", "Slaapt volgens de buurvrouw vaak elders."),
            ("sem18", 40, "EW", "W", "drugs", "CO", "8", "Rook naar wiet, niets aangetroffen."),
            ("sem18", 200, "EW", "B", "school", "CO", "8", "Stond vorig jaar vaak bij de sluis."),
            ("zoe", 21, "ON", "O", "online", "CO", "8", "Plaatst filmpjes van ruzies."),
            ("max", 55, "EW", "B", "leider", "CO", "9", "Gezien met man uit lopend onderzoek."),
            ("jose", 62, "BW", "W", "werk", "CO", "8", "Helpt sinds kort in de fietsenwinkel."),
            ("noor", 14, "EW", "B", "thuis", "CO", "8", "Loopt laat alleen over straat."),
            ("bram", 48, "EW", "B", "school", "GE", "8", "Vertelde wie er bij de groep horen.")]
    yield ["mutnr", "datum", "naam", "geboren", "bsn", "bron", "betr", "thema", "rol", "art", "verwerkt", "waarneming"]
    for line, (name, seen, source, grade, theme, role, article, text) in enumerate(rows, 1):
        yield [f"WA-VELDZIJDE-{line:04d}", nl(days.ago(seen)), p[name].spoken(), p[name].born(), p[name].number, source,
               grade, theme, role, article, nl(days.ago(seen)), text]


def brp(p, days):
    yield ["anummer", "burgerservicenummer", "voornamen", "voorvoegsel", "geslachtsnaam", "geboortedatum", "straat",
           "huisnr", "postcode", "geheim"]
    for line, who in enumerate(p.values(), 1):
        yield [f"99{7310465 + 1117 * line:08d}", who.number, who.given, who.particle, who.surname, who.born(),
               who.street, who.house, who.postcode, "J" if who.secret else "N"]


def overlastmeldingen(p, days):
    rows = [("younes", 11, "GL", "02", "Stationsplein kiosk", "CO"),
            ("daniel", 11, "GL", "02", "Stationsplein kiosk", "CO"),
            ("ilse", 11, "GL", "02", "Stationsplein kiosk", "ME"),
            ("sem16", 27, "VN", "03", "Speeltuin Molenpad", "VD"),
            ("sem18", 35, "AF", "04", "Zuiderdijk picknickplek", "CO"),
            ("bram", 50, "VW", "03", "Winkelgalerij Zuid", "CO"),
            ("zoe", 66, "GL", "02", "Hazelaarlaan portiek", "CO"),
            ("younes", 88, "VW", "03", "Winkelgalerij Zuid", "VD"),
            ("finn", 23, "GL", "04", "Meidoornhof pleintje", "CO"),
            ("jose", 130, "AF", "01", "Skatebaan Oude Haven", "CO")]
    # Who writes reports up looks for a BSN only when there is some doubt.
    yield ["meldnr", "naam", "geboren", "bsn", "datum", "soort", "buurtcode", "plek", "rol", "geheim"]
    for line, (name, days_ago, kind, area, place, role) in enumerate(rows, 1):
        who = p[name]
        yield [f"MOR-{days.day.year}-{40210 + 7 * line}", who.spoken(), who.born(),
               "" if who.day_known else who.number, nl(days.ago(days_ago)), kind, f"BU999901{area}", place, role,
               "J" if who.secret else "N"]


def maatregelen(p, days):
    # A measure runs for ninety days; a talk or a letter has no end.
    rows = [("younes", 58, "GV", "Winkelgebied Stationsbuurt"), ("jose", 240, "SG", "Stopgesprek gemeentehuis"),
            ("sem18", 29, "LD", "Zuiderdijk en sluiskade"), ("max", 31, "MP", "Melden op zaterdagavond"),
            ("daniel", 45, "BO", "Brief aan ouders Lindenhof")]
    yield ["kenmerk", "bsn", "naam", "geboren", "van", "tot", "soort", "gebied", "geheim"]
    for line, (name, days_ago, kind, area) in enumerate(rows, 1):
        who = p[name]
        until = "" if kind in ("SG", "BO") else nl(days.ago(days_ago - 90))
        yield [f"BM-2602-{line:04d}-OOV", who.number, who.listed(), who.born(), nl(days.ago(days_ago)), until, kind,
               area, "J" if who.secret else "N"]


def strafzaken(p, days):
    rows = [("younes", 80, "1.4.3", "VD"), ("jose", 400, "2.5.2", "VO"), ("jose", 35, "1.4.3", "VD"),
            ("sem18", 250, "1.2.3", "VO"), ("zoe", 41, "1.4.4", "VD"), ("max", 140, "1.4.5", "SO"),
            ("daniel", 79, "1.4.3", "GE"), ("koen", 190, "3.6.4", "VD"), ("ilse", 79, "1.4.3", "SO")]
    yield ["parketnummer", "bsn", "voornamen", "voorvoegsel", "geslachtsnaam", "gebdat", "instroom", "feit", "rol"]
    for line, (name, days_ago, kind, role) in enumerate(rows, 1):
        who = p[name]
        yield [f"99/{104210 + 313 * line}-{days.ago(days_ago).year % 100:02d}", who.number, who.given, who.particle,
               who.surname, who.born("iso"), nl(days.ago(days_ago), "iso"), kind, role]


def contactmomenten(p, days):
    # The youth workers know the day on which she was born, and no BSN of anybody.
    full = Person("", "Zoë", "ten", "Broeke", p["zoe"].birth, "", "", "")
    rows = [(p["younes"], 6, "werk", "J"), (p["younes"], 20, "thuis", "J"), (p["daniel"], 13, "school", "N"),
            (p["jose"], 17, "werk", "J"), (p["sem16"], 8, "sport", "J"), (full, 10, "vriend", "J"),
            (p["bram"], 5, "school", "J"), (p["sanne"], 15, "sport", ""), (p["sem16"], 36, "thuis", "")]
    yield ["nr", "jongere", "geboren", "datum", "thema", "toest"]
    for line, (who, days_ago, theme, consent) in enumerate(rows, 1):
        yield [f"JW-CONTACT-{line:03d}", who.spoken(), who.born("short"), nl(days.ago(days_ago), "short"), theme,
               consent]


# file: rows, separator, encoding, line end
FILES = {
    "politie/namenlijst.csv": (namenlijst, ";", "cp1252", "\r\n"),
    "politie/incidenten.csv": (incidenten, ";", "cp1252", "\r\n"),
    "politie/antecedenten.csv": (antecedenten, ";", "utf-8", "\n"),
    "politie/mutaties.csv": (mutaties, ";", "utf-8-sig", "\r\n"),
    "gemeente/brp.csv": (brp, ";", "utf-8-sig", "\r\n"),
    "gemeente/overlastmeldingen.csv": (overlastmeldingen, ";", "cp1252", "\r\n"),
    "gemeente/maatregelen.csv": (maatregelen, ";", "utf-8", "\n"),
    "om/strafzaken.csv": (strafzaken, ",", "utf-8", "\n"),
    "jongerenwerk/contactmomenten.csv": (contactmomenten, ";", "utf-8-sig", "\r\n"),
}


def render(day):
    """The files' bytes by name."""
    days = Days(day)
    persons = people(days)
    out = {}
    for name, (rows, separator, encoding, line_end) in FILES.items():
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=separator, lineterminator=line_end).writerows(rows(persons, days))
        out[name] = text.getvalue().encode(encoding)
    return out


def main():
    parser = argparse.ArgumentParser(description="Write the invented CSV files of the demo.")
    parser.add_argument("--day", type=datetime.date.fromisoformat, required=True, help="the day of the run, jjjj-mm-dd")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder; one folder per party is made in it")
    arguments = parser.parse_args()
    for name, content in render(arguments.day).items():
        path = arguments.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
