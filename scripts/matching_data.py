#!/usr/bin/env python3
"""Packs the labelled pairs and the persons of two lists into crates/matching/data.

Usage: TIDEWAITER_SAMPLES=/path/to/data scripts/matching_data.py

pairs.tsv     label source category left_entry right_entry | name born nationality, twice
subjects.tsv  list entry born nationality sex names, one person a line; several values by ';',
              names by ' | ' with '~' before a weak alias

Sources and licences: crates/matching/data/SOURCE.md.
"""
import csv, json, os, re, sys
import xml.etree.ElementTree as ET

root = os.environ["TIDEWAITER_SAMPLES"]
out = os.path.join(os.path.dirname(__file__), "..", "crates", "matching", "data")


def clean(text):
    return re.sub(r"[\t\r\n|;~ ]+", " ", text or "").strip()


def alpha3():
    with open(f"{root}/reference/countries/country-codes.csv", encoding="utf-8-sig") as rows:
        return {r["ISO3166-1-Alpha-2"].lower(): r["ISO3166-1-Alpha-3"] for r in csv.DictReader(rows)}


def pairs():
    codes = alpha3()
    with open(f"{root}/matching/pairs.jsonl", encoding="utf-8") as rows, open(
        f"{out}/pairs.tsv", "w", encoding="utf-8", newline="\n"
    ) as sheet:
        for line in rows:
            p = json.loads(line)
            cells = [str(p["label"]), p["source"], p["category"] or "-", p["left_entry"], p["right_entry"]]
            for side in (p["left"], p["right"]):
                cells += [
                    re.sub(r"\s+", " ", side["name"]).strip(),
                    side.get("born", ""),
                    ";".join(codes.get(n, "") for n in side.get("nationality", [])),
                ]
            sheet.write("\t".join(cells) + "\n")


MONTHS = {m: i + 1 for i, m in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())}


def countries():
    names = {}
    folder = f"{root}/reference/countries"
    for file in sorted(os.listdir(folder)):
        if not file.endswith(".csv"):
            continue
        with open(f"{folder}/{file}", encoding="utf-8-sig") as rows:
            for row in csv.DictReader(rows):
                code = row.get("ISO3166-1-Alpha-3")
                if not code:
                    continue
                for column in ("CLDR display name", "official_name_en", "UNTERM English Short", "UNTERM English Formal"):
                    if row.get(column):
                        names[row[column].lower().replace("the ", "").strip()] = code
    names.update({"iran": "IRN", "syria": "SYR", "russia": "RUS", "iran (islamic republic of)": "IRN",
                  "iran islamic republic": "IRN", "korea, north": "PRK", "korea, south": "KOR",
                  "united kingdom": "GBR", "united states": "USA", "congo, democratic republic of the": "COD",
                  "syrian arab republic": "SYR", "russian federation": "RUS", "tanzania": "TZA",
                  "bosnia and herzegovina": "BIH", "burma": "MMR", "palestinian": "PSE", "venezuela": "VEN",
                  "cote d'ivoire": "CIV", "libya": "LBY", "moldova": "MDA", "vietnam": "VNM", "laos": "LAO",
                  "democratic people's republic of korea": "PRK", "democratic people’s republic of korea": "PRK",
                  "democratic republic of the congo": "COD", "türkiye": "TUR", "turkey": "TUR"})
    return names


def un(codes):
    tree = ET.parse(f"{root}/lists/un-consolidated/un_consolidated_2026-02-27.xml")
    for person in tree.getroot().iter("INDIVIDUAL"):
        text = lambda tag: clean(person.findtext(tag))
        names = [" ".join(x for x in (text(f"{n}_NAME") for n in ("FIRST", "SECOND", "THIRD", "FOURTH")) if x)]
        if text("NAME_ORIGINAL_SCRIPT"):
            names.append(text("NAME_ORIGINAL_SCRIPT"))
        for alias in person.iter("INDIVIDUAL_ALIAS"):
            name = clean(alias.findtext("ALIAS_NAME"))
            if name:
                low = clean(alias.findtext("QUALITY")).lower() == "low"
                names += [("~" if low else "") + n for n in re.split(r"\s*[;]\s*", name)]
        born = []
        for date in person.iter("INDIVIDUAL_DATE_OF_BIRTH"):
            if clean(date.findtext("DATE")):
                born.append(clean(date.findtext("DATE"))[:10])
            elif clean(date.findtext("FROM_YEAR")) and clean(date.findtext("TO_YEAR")):
                born.append(clean(date.findtext("FROM_YEAR")) + "/" + clean(date.findtext("TO_YEAR")))
            elif clean(date.findtext("YEAR")):
                circa = "~" if "APPROX" in clean(date.findtext("TYPE_OF_DATE")).upper() else ""
                born.append(circa + clean(date.findtext("YEAR")))
        nations = [codes.get(clean(v.text).lower().replace("the ", "")) for n in person.iter("NATIONALITY") for v in n]
        sex = {"Male": "M", "Female": "F"}.get(text("GENDER"), "")
        yield "un-sc", text("REFERENCE_NUMBER"), born, nations, sex, names


def ofac(codes):
    aliases = {}
    for row in csv.reader(open(f"{root}/lists/ofac/alt.csv", encoding="latin-1")):
        if len(row) > 3:
            aliases.setdefault(row[0], []).append(clean(row[3]))
    for row in csv.reader(open(f"{root}/lists/ofac/sdn.csv", encoding="latin-1")):
        if len(row) < 12 or row[2].strip() != "individual":
            continue
        remarks = row[11]
        names = [clean(row[1])] + aliases.get(row[0], [])
        names += ["~" + clean(n) for n in re.findall(r"a\.k\.a\. '([^']+)'", remarks)]
        born = []
        for text in re.findall(r"DOB ([^;.]+)", remarks):
            text = text.strip()
            if m := re.fullmatch(r"(\d{1,2}) (\w{3}) (\d{4})", text):
                born.append(f"{m[3]}-{MONTHS[m[2]]:02}-{int(m[1]):02}")
            elif m := re.fullmatch(r"(\w{3}) (\d{4})", text):
                born.append(f"{m[2]}-{MONTHS[m[1]]:02}")
            elif m := re.fullmatch(r"circa (\d{4})", text):
                born.append("~" + m[1])
            elif m := re.fullmatch(r"(\d{4}) to (\d{4})", text):
                born.append(f"{m[1]}/{m[2]}")
            elif re.fullmatch(r"\d{4}", text):
                born.append(text)
        nations = [codes.get(n.strip().lower()) for n in re.findall(r"(?:nationality|citizen) ([^;.]+)", remarks)]
        sex = {"Male": "M", "Female": "F"}.get((re.findall(r"Gender (\w+)", remarks) or [""])[0], "")
        yield "ofac-sdn", row[0], born, nations, sex, names


def subjects():
    codes = countries()
    with open(f"{out}/subjects.tsv", "w", encoding="utf-8", newline="\n") as sheet:
        for read in (un, ofac):
            for list_, entry, born, nations, sex, names in read(codes):
                unique = list(dict.fromkeys(n for n in names if n and n != "-0-"))
                nations = list(dict.fromkeys(n for n in nations if n))
                born = list(dict.fromkeys(born))
                sheet.write("\t".join([list_, entry, ";".join(born), ";".join(nations), sex, " | ".join(unique)]) + "\n")


pairs()
subjects()


CULTURES = {
    "Arabic": ["AE", "DZ", "EG", "IQ", "JO", "LB", "LY", "MA", "SY", "TN", "SA", "KW", "QA", "PS", "SD", "YE", "BH", "OM", "MR", "fr_DZ"],
    "Persian": ["IR", "AF", "TJ"],
    "South Asian": ["PK", "BD", "IN", "LK", "NP", "en_PK", "en_IN"],
    "Turkic": ["TR", "AZ", "KZ", "UZ", "TM", "KG", "tr_TR", "az_AZ"],
    "Hispanic": ["MX", "CO", "VE", "ES", "PE", "CL", "AR", "GT", "PY", "UY", "CR", "CU", "es_MX", "es_CO", "es_ES", "es_AR", "es_CL"],
    "Portuguese": ["BR", "PT", "pt_BR", "pt_PT"],
    "Slavic": ["RU", "UA", "BY", "BG", "RS", "BA", "MK", "hr_HR", "sk_SK", "HR", "pl_PL"],
    "Korean": ["KR", "KP"],
    "Chinese": ["CN", "TW", "HK", "SG", "zh_CN", "zh_TW"],
    "Japanese": ["JP", "ja_JP"],
    "South-East Asian": ["ID", "MY", "PH", "TH", "VN", "id_ID", "vi_VN"],
    "African": ["KE", "NG", "GH", "ZA", "ET", "UG", "CD", "en_KE", "en_NG", "zu_ZA", "tw_GH", "yo_NG", "ha_NG", "ig_NG", "sw"],
    "English": ["US", "GB", "AU", "CA", "IE", "en_US", "en_GB"],
    "French": ["FR", "BE", "fr_FR", "fr_BE"],
    "German": ["DE", "AT", "CH", "de_DE", "de_AT"],
    "Caucasian": ["GE", "AM"],
    "Arabic script": ["ar_AA", "ar_SA", "ar_PS", "ar_DZ"],
    "Persian script": ["fa_IR"],
    "Cyrillic script": ["ru_RU", "uk_UA"],
    "Han script": ["zh_CN*", "zh_TW*"],
    "Hangul": ["ko_KR"],
}


def cultures():
    """data/cultures.tsv: culture, part (F family, M and W given names of men and women), name."""
    folder = f"{root}/reference/names"
    tables = {}

    def add(source, part, name):
        name = clean(name)
        latin = all(c < "\u0250" or c > "\u1e00" and c < "\u1f00" or not c.isalpha() for c in name)
        for culture, sources in CULTURES.items():
            script = "script" in culture or culture == "Hangul"
            if source in sources and name and latin != script or source + "*" in sources and name and latin != script:
                tables.setdefault((culture, part), {})[name] = None

    for row in csv.DictReader(open(f"{folder}/common-forenames-by-country.csv", encoding="utf-8-sig")):
        add(row["Country"], "W" if row["Gender"] == "F" else "M", row["Romanized Name"])
    for row in csv.DictReader(open(f"{folder}/common-surnames-by-country.csv", encoding="utf-8-sig")):
        add(row["Country"], "F", row["Romanized Name"])
    for row in csv.DictReader(open(f"{folder}/faker_names.csv", encoding="utf-8")):
        kind = row["kind"]
        part = "F" if kind.startswith("family") else "W" if kind == "given_f" else "M"
        add(row["locale"], part, row["name"])
    with open(f"{out}/cultures.tsv", "w", encoding="utf-8", newline="\n") as sheet:
        for (culture, part), names in sorted(tables.items()):
            names = list(names)
            step = max(1, len(names) // 400)
            for name in names[::step]:
                sheet.write(f"{culture}\t{part}\t{name}\n")


cultures()
