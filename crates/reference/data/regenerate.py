#!/usr/bin/env python3
"""Rebuilds the tables beside this script from their sources; see README.md.

    python3 crates/reference/data/regenerate.py DIRECTORY

DIRECTORY holds the sources as README.md names them. Only the standard library is used, and the
same sources give the same bytes.
"""

import csv
import pathlib
import sys
import unicodedata
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(name, head, rows):
    lines = ["# " + head] + ["\t".join(row) for row in rows]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(rows)} rows", file=sys.stderr)


# --- countries -------------------------------------------------------------------------------

# Where the short name of the source is too short, or is not how border papers put it.
COUNTRY_NAMES = {
    "BIH": "Bosnia and Herzegovina",
    "COD": "Democratic Republic of the Congo",
    "COG": "Congo",
    "GBR": "United Kingdom",
    "HMD": "Heard and McDonald Islands",
    "UMI": "United States Minor Outlying Islands",
    "USA": "United States",
    "VIR": "United States Virgin Islands",
}
# Blank or wrong in the source.
CURRENCIES_OF_COUNTRIES = {"PAN": "PAB", "TUR": "TRY"}
DIAL_CODES = {"SHN": "290", "SRB": "381", "PCN": "64", "VAT": "39"}


def tidy(name):
    for end in ("**", "*"):
        name = name.strip().removesuffix(end)
    return name.strip().removesuffix("(the)").replace("’", "'").strip()


def national(alpha2, codes):
    """Of several currencies the one that carries the country's own letters."""
    codes = [code for code in codes.split(",") if code]
    own = [code for code in codes if code.startswith(alpha2)]
    return (own or codes or [""])[0]


def countries(source):
    rows, alpha3 = [], {}
    for line in read_csv(source / "countries/country-codes.csv"):
        code, two = line["ISO3166-1-Alpha-3"], line["ISO3166-1-Alpha-2"]
        alpha3[two] = code
        name = COUNTRY_NAMES.get(code) or tidy(line["CLDR display name"]).replace(" & ", " and ")
        also = []
        for column in (
            "CLDR display name",
            "official_name_en",
            "UNTERM English Short",
            "UNTERM English Formal",
        ):
            other = tidy(line[column])
            # "US" and "UK" are codes, and live in aliases.tsv.
            if len(other) > 3 and other != name and other not in also:
                also.append(other)
        dial = DIAL_CODES.get(code) or line["Dial"].split(",")[0].strip()
        currency = CURRENCIES_OF_COUNTRIES.get(code) or national(
            two, line["ISO4217-currency_alphabetic_code"]
        )
        numeric = line["ISO3166-1-numeric"].zfill(3)
        rows.append([code, two, numeric, "state", name, dial, currency, "|".join(also)])
    rows.sort()
    write(
        "countries.tsv",
        "alpha-3, alpha-2, numeric, kind, name, dial code, currency, further names",
        rows,
    )
    alpha3["XK"] = "RKS"
    return alpha3


# --- airports --------------------------------------------------------------------------------

# City codes of IATA that the source does not list in full.
FURTHER_CITY_AIRPORTS = {"NYC": ["EWR"], "JNB": ["JNB"]}


def airports(source, alpha3):
    rows, iata = [], set()
    for line in read_csv(source / "airports/airports.csv"):
        icao = line["icao"]
        # Identifiers such as 07FA are local to the United States, not ICAO location indicators.
        if not (len(icao) == 4 and icao.isascii() and icao.isalpha()):
            icao = ""
        if not icao and not line["iata"]:
            continue
        iata.add(line["iata"])
        rows.append(
            [
                icao,
                line["iata"],
                alpha3[line["country"]],
                line["tz"],
                # Micro-degrees: a tenth of a metre.
                str(round(float(line["lat"]) * 1_000_000)),
                str(round(float(line["lon"]) * 1_000_000)),
                " ".join(line["name"].split()),
                " ".join(line["city"].split()),
            ]
        )
    rows.sort()
    write("airports.tsv", "ICAO, IATA, country, time zone, µ° north, µ° east, name, city", rows)

    cities = {}
    for line in read_csv(source / "airports/iata_macs.csv"):
        _, members = cities.setdefault(line["City Code"], (line["City Name"], set()))
        members.add(line["Airport Code"])
    for code, members in FURTHER_CITY_AIRPORTS.items():
        cities[code][1].update(members)
    for code, (_, members) in cities.items():
        assert members <= iata, (code, members - iata)
        assert code in members or code not in iata, f"{code} is an airport outside its own city"
    rows = [[c, name, " ".join(sorted(members))] for c, (name, members) in sorted(cities.items())]
    write("cities.tsv", "metropolitan area code, name, IATA codes of its airports", rows)


# --- currencies ------------------------------------------------------------------------------


def currencies(source):
    rows = {}
    for entry in ET.parse(source / "currency/iso4217-table.xml").iter("CcyNtry"):
        code = entry.findtext("Ccy")
        if code:
            minor = entry.findtext("CcyMnrUnts")
            minor = minor if minor.isdigit() else ""
            rows[code] = [code, entry.findtext("CcyNbr"), minor, entry.findtext("CcyNm").strip()]
    write("currencies.tsv", "alphabetic, numeric, minor unit, name", sorted(rows.values()))


# --- names -----------------------------------------------------------------------------------

# Letters that have no base letter in Unicode, and those that documents write in two ways
# (ICAO Doc 9303 part 3 section 6: Ä becomes AE or A).
SPELLINGS = {
    "Ä": ("A", "AE"),
    "Å": ("A", "AA"),
    "Ö": ("O", "OE"),
    "Ü": ("U", "UE"),
    "Æ": ("AE",),
    "Ø": ("O", "OE"),
    "Œ": ("OE",),
    "Ł": ("L",),
    "Đ": ("D",),
    "Ð": ("D",),
    "Þ": ("TH",),
    "Ə": ("A", "E"),
    "Ɔ": ("O",),
}
NUMERALS = {"II", "III", "IV", "VI", "VII"}


def spellings(word):
    """The word in A to Z: with every letter's first spelling, and with every letter's last."""
    for choice in (0, -1):
        out = ""
        for letter in unicodedata.normalize("NFC", word.upper()):
            if letter in SPELLINGS:
                out += SPELLINGS[letter][choice]
            else:
                parts = unicodedata.normalize("NFKD", letter)
                out += "".join(p for p in parts if not unicodedata.combining(p))
        # Left out in machine readable zones, and in most messages.
        yield "".join(c for c in out if c not in "'’ʼ`.,")


def words(name):
    """The words of a name, and hyphenated words both apart and run together."""
    for word in name.replace("/", " ").split():
        for form in {word.replace("-", ""), *word.split("-")}:
            for spelt in spellings(form):
                if len(spelt) > 1 and spelt.isascii() and spelt.isalpha():
                    if spelt not in NUMERALS:
                        yield spelt


def names(source):
    known = {}

    def add(name, use):
        for word in words(name):
            known.setdefault(word, set()).add(use)

    folder = source / "names"
    for file, use in (
        ("common-forenames-by-country.csv", "g"),
        ("common-surnames-by-country.csv", "s"),
    ):
        for line in read_csv(folder / file):
            add(line["Romanized Name"], use)
            add(line["Localized Name"], use)
    for line in read_csv(folder / "faker_names.csv"):
        add(line["name"], "g" if line["kind"].startswith("given") else "s")
    for line in (HERE / "names-supplement.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, uses = line.split("\t")
            known.setdefault(word, set()).update(uses)
    rows = [[word, "".join(sorted(uses))] for word, uses in sorted(known.items())]
    write("names.tsv", "word, g: seen as a given name, s: seen as a surname", rows)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    alpha3 = countries(source)
    airports(source, alpha3)
    currencies(source)
    names(source)


main()
