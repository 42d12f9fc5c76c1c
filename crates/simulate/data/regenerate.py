#!/usr/bin/env python3
"""Writes names.tsv: names of invented people by culture, in Latin script, the commonest first where
the source ranks them.

    python3 crates/simulate/data/regenerate.py DIRECTORY

DIRECTORY has common-forenames-by-country.csv, common-surnames-by-country.csv (sigpwned, CC0 1.0) and
faker_names.csv (Faker, MIT). What is written out below was written for this project."""

import collections
import csv
import pathlib
import sys
import unicodedata

SOURCE = pathlib.Path(sys.argv[1])
MOST = 260

CYRILLIC = dict(zip(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
    "A B V G D E E ZH Z I I K L M N O P R S T U F KH TS CH SH SHCH IE Y  E IU IA I I IE G U".split(" ")))
GREEK = dict(zip(
    "αβγδεζηθικλμνξοπρστυφχψως",
    "A V G D E Z I TH I K L M N X O P R S T Y F CH PS O S".split()))
GEORGIAN = dict(zip(
    "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "A B G D E V Z T I K L M N O P ZH R S T U P K GH Q SH CH TS DZ TS CH KH J H".split()))


def romanise(table, text):
    plain = unicodedata.normalize("NFD", text.lower())
    out = "".join(table.get(c, "" if unicodedata.combining(c) else c.upper()) for c in unicodedata.normalize("NFC", "".join(
        c for c in plain if not (unicodedata.combining(c) and table is GREEK))))
    return out.capitalize()


# culture: (countries of the CC0 tables, locales of Faker, romanisation)
CULTURES = {
    "albanian": ("AL XK", "", None),
    "arabic": ("AE EG SA JO IQ LY KW LB TN", "", None),
    "maghreb": ("MA DZ TN", "fr_DZ", None),
    "armenian": ("AM", "", None),
    "azeri": ("AZ", "az_AZ uz_UZ", None),
    "balkan": ("RS HR BA ME MK", "hr_HR", None),
    "baltic": ("LT LV EE", "lv_LV et_EE", None),
    "brazilian": ("BR", "pt_BR", None),
    "bulgarian": ("", "bg_BG", CYRILLIC),
    "chinese": ("CN TW", "zh_CN zh_TW", None),
    "czech": ("CZ SK", "cs_CZ", None),
    "dutch": ("NL", "nl_NL nl_BE", None),
    "english": ("GB US AU", "en_GB en_US", None),
    "finnish": ("FI", "fi_FI", None),
    "french": ("FR", "fr_FR fr_BE", None),
    "georgian": ("", "ka_GE", GEORGIAN),
    "german": ("DE AT CH", "de_DE de_AT", None),
    "ghanaian": ("", "tw_GH", None),
    "greek": ("", "el_GR", GREEK),
    "hebrew": ("IL", "", None),
    "hungarian": ("HU", "hu_HU", None),
    "icelandic": ("IS", "is_IS", None),
    "indian": ("IN NP", "en_IN", None),
    "indonesian": ("MY", "id_ID", None),
    "irish": ("IE", "en_IE", None),
    "italian": ("IT", "it_IT", None),
    "japanese": ("JP", "ja_JP", None),
    "kenyan": ("", "en_KE sw", None),
    "korean": ("KR", "", None),
    "nigerian": ("", "en_NG yo_NG ha_NG ig_NG", None),
    "nordic": ("SV NO DK", "sv_SE no_NO da_DK", None),
    "pakistani": ("PK BD", "en_PK", None),
    "persian": ("IR TJ", "", None),
    "philippine": ("PH", "", None),
    "polish": ("PL", "pl_PL", None),
    "portuguese": ("PT", "pt_PT", None),
    "romanian": ("RO MD", "ro_RO", None),
    "russian": ("", "ru_RU", CYRILLIC),
    "somali": ("", "", None),
    "spanish": ("ES", "es_ES", None),
    "spanish-american": ("MX AR CO PE CL", "es_MX es_CO", None),
    "thai": ("TH", "en_TH", None),
    "turkish": ("TR", "tr_TR", None),
    "ukrainian": ("", "uk_UA", CYRILLIC),
    "vietnamese": ("VN", "vi_VN", None),
    "zulu": ("ZA", "zu_ZA", None),
}

OWN = {
    ("arabic", "s"): """Al-Masri|Haddad|Al-Ahmad|Hassan|Al-Hariri|Mansour|Ibrahim|Al-Tamimi|Khalil|Al-Shammari|Saleh|Al-Qahtani
        |Abdallah|Al-Otaibi|Najjar|Al-Dosari|Hussein|Al-Zahrani|Youssef|Al-Ghamdi|Mahmoud|Al-Harbi|Sabbagh|Al-Rashid|Nasser|Al-Mutairi
        |Khoury|Al-Sayed|Farouk|Al-Jaber|Rahman|Al-Kaabi|Darwish|Al-Hashimi|Suleiman|Al-Najdi|Othman|Al-Bakri|Qasim|Al-Janabi|Jaber
        |Al-Dulaimi|Amin|Al-Obaidi|Hamdan|Al-Saadi|Barakat|Al-Khatib|Ismail|Al-Nuaimi|Shaheen|Al-Mansoori|Bitar|Al-Suwaidi|Zaki
        |Al-Ketbi|Tawfiq|Al-Marri|Ghanem|Al-Thani|Awad|Al-Balushi|Kanaan|Al-Habsi|Daher|Al-Busaidi|Sharif|Al-Lawati|Murad|Al-Hinai
        |Abu Zaid|Abu Bakr|Abdel Rahman|Abdul Aziz|Bin Saleh|Bin Hamad|El-Sayed|El-Masry|El-Din|Nasir|Yasir|Amr""",
    ("arabic", "m"): """Mohammed|Ahmed|Ali|Hassan|Hussein|Omar|Khalid|Ibrahim|Youssef|Mahmoud|Abdullah|Mustafa|Samir|Nasir|Yasir
        |Amr|Tariq|Walid|Bilal|Hamza|Karim|Rashid|Faisal|Abdul Rahman|Salim|Munir|Badr|Tamer|Ziad|Anwar""",
    ("arabic", "f"): """Fatima|Aisha|Maryam|Zainab|Khadija|Noor|Layla|Huda|Salma|Amina|Rania|Samira|Yasmin|Hanan|Dina|Lubna|Nadia|Rasha""",
    ("persian", "s"): """Mohammadi|Hosseini|Ahmadi|Karimi|Moradi|Jafari|Rezaei|Rahimi|Hashemi|Ebrahimi|Mousavi|Sadeghi|Heidari|Akbari
        |Ghasemi|Rostami|Asadi|Kazemi|Abbasi|Shirazi|Tehrani|Yazdani|Noori|Amiri|Bagheri|Farahani|Zamani|Norouzi|Safari|Soltani|Khorasani
        |Daneshvar|Golzari|Parsa|Tavakoli|Vaziri|Zand|Ansari|Bahrami|Eskandari|Fallah|Hamidi|Jalali|Kamali|Latifi|Maleki|Naderi|Omidi
        |Popal|Stanekzai|Ahmadzai|Noorzai|Wardak|Sherzai|Barakzai|Zadran|Achakzai|Yousufzai""",
    ("persian", "m"): """Mohammad|Ali|Hossein|Reza|Mehdi|Amir|Hamid|Saeed|Majid|Behrouz|Farhad|Kourosh|Dariush|Siamak|Navid|Omid|Arash
        |Babak|Ramin|Shahram|Abdul|Gul|Najib|Wali|Zalmai""",
    ("persian", "f"): """Fatemeh|Zahra|Maryam|Leila|Nasrin|Parisa|Shirin|Mahsa|Niloufar|Azadeh|Farzaneh|Golnaz|Mina|Roya|Setareh|Taraneh""",
    ("somali", "s"): """Warsame|Abdi|Farah|Hersi|Jama|Guled|Barre|Nur|Osman|Yusuf|Samatar|Egal|Dirie|Elmi|Hirsi|Shire|Awale|Mohamud
        |Tesfaye|Bekele|Haile|Tadesse|Girma|Kebede|Alemu|Abebe|Tekle|Negash|Gebremariam|Wolde|Desta|Mengistu|Assefa|Berhane""",
    ("somali", "m"): """Abdi|Mohamed|Ahmed|Hassan|Yusuf|Abdirahman|Liban|Guled|Mahad|Ismail|Dawit|Yonas|Solomon|Tesfaye|Bereket|Samuel""",
    ("somali", "f"): """Hodan|Amina|Fadumo|Halima|Sahra|Ayaan|Ifrah|Hibo|Deqa|Tigist|Selam|Hana|Mekdes|Bethlehem|Rahel|Saba""",
    ("philippine", "m"): "Jose|Juan|Mark|John Paul|Angelo|Ramon|Rodrigo|Emmanuel|Joshua|Miguel|Jericho|Reynaldo|Danilo|Arnel",
    ("philippine", "f"): "Maria|Angelica|Princess|Marisol|Rosario|Jasmine|Kristine|Lourdes|Imelda|Rowena|Analyn|Cherry",
    ("korean", "m"): "Min-jun|Seo-jun|Ji-ho|Dong-hyun|Sung-min|Young-ho|Jae-won|Hyun-woo|Sang-hoon|Kyung-soo",
    ("korean", "f"): "Seo-yeon|Ji-woo|Min-seo|Eun-ji|Soo-jin|Hye-jin|Yoon-ah|Mi-kyung|Young-mi|Ji-min",
    ("albanian", "m"): "Agron|Besnik|Dritan|Fatmir|Gezim|Ilir|Luan|Shpetim|Artan|Bujar",
    ("albanian", "f"): "Albana|Drita|Flutura|Mirela|Teuta|Valbona|Arta|Blerta|Elira|Vjosa",
    ("pakistani", "s"): "Khan|Ahmed|Hussain|Malik|Sheikh|Qureshi|Butt|Chaudhry|Iqbal|Rahman|Islam|Hossain|Uddin|Chowdhury|Begum|Akhtar|Siddiqui|Mirza|Baig|Awan",
    ("pakistani", "m"): "Muhammad|Ali|Imran|Usman|Bilal|Asif|Tariq|Nasir|Siraj|Mudassir|Kashif|Shahid|Zahid|Abdul Rehman|Naveed|Faisal",
    ("pakistani", "f"): "Fatima|Ayesha|Sana|Hina|Nadia|Rabia|Saima|Zainab|Bushra|Amna|Shazia|Mehwish",
}


def latin(name):
    name = unicodedata.normalize("NFC", name.strip())
    if not name or len(name) < 2 or any(c in name for c in "().,/\"0123456789"):
        return None
    for c in name:
        if c in "'’-‐ ":
            continue
        if not c.isalpha() or "LATIN" not in unicodedata.name(c, ""):
            return None
    return name.replace("’", "'").replace("‐", "-")


def rows(name):
    with open(SOURCE / name, encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def main():
    forenames, surnames, faker = (rows(n) for n in (
        "common-forenames-by-country.csv", "common-surnames-by-country.csv", "faker_names.csv"))
    found = collections.defaultdict(dict)

    def add(culture, kinds, name, table=None):
        if table:
            name = romanise(table, name)
        name = latin(name)
        if not name:
            return
        if culture in ("chinese", "korean", "japanese", "vietnamese"):
            name = "".join(c for c in unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
                           if not unicodedata.combining(c))
        words = name.split(" ")
        name = " ".join(w[:1].upper() + w[1:] for w in words)
        for kind in kinds:
            found[culture, kind].setdefault(name, None)

    for culture, (countries, locales, table) in CULTURES.items():
        for (owner, kind), names in OWN.items():
            if owner == culture:
                for name in names.split("|"):
                    add(culture, "sS" if kind == "s" else kind, name)
        for row in forenames:
            if row["Country"] in countries.split():
                add(culture, row["Gender"].lower(), row["Romanized Name"] or row["Localized Name"])
        for row in surnames:
            if row["Country"] in countries.split():
                name = row["Romanized Name"] or row["Localized Name"]
                kinds = "sS"
                if culture in ("azeri", "baltic", "czech"):
                    kinds = "S" if name[-1] in "aáė" else "s"
                add(culture, kinds, name)
        for locale in locales.split():
            of = [row for row in faker if row["locale"] == locale]
            kinds = {row["kind"] for row in of}
            for row in of:
                kind = {"given_m": "m", "given_f": "f", "given_u": "mf", "given_romanized": "mf",
                        "family_romanized": "sS", "family_m": "s", "family_f": "S"}.get(row["kind"])
                if row["kind"] == "family" and not {"family_m", "family_f"} & kinds:
                    kind = "sS"
                if kind:
                    add(culture, kind, row["name"], table)

    out = ["# culture, kind (s surname of men, S of women, m and f given names), names"]
    for culture in CULTURES:
        for kind in "sSmf":
            names = list(found[culture, kind])[:MOST]
            if kind == "S" and names == list(found[culture, "s"])[:MOST]:
                continue
            assert len(names) >= 8, (culture, kind, names)
            out.append(f"{culture}\t{kind}\t{'|'.join(names)}")
    (pathlib.Path(__file__).parent / "names.tsv").write_text("\n".join(out) + "\n", encoding="utf-8")


main()
