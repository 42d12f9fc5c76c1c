#!/usr/bin/env python3
"""Twenty names in many scripts, searched for in the UN list; prints the table of docs/matching.md.

    scripts/twenty_names.py PATH_TO_UN_LIST.xml [TIDEWAITER]

The list is not in the repository (its terms of reuse are not stated). Every line is a spelling that
a traveller's document may have, with the entry it belongs to; what is not found is printed as such.
"""

import json
import subprocess
import sys

# script, name, entry it belongs to, date of birth, what is asked of it
NAMES = [
    ("Latin", "AL ZAWAHIRI/AYMAN MR", "QDi.006", "1951-06-19"),
    ("Latin, Turkish spelling", "Eymen ez-Zevahiri", "QDi.006", "1951-06-19"),
    ("Latin, common words", "MOHAMMED MOHAMMAD OMAR GHULAM NABI", "TAi.004", None),
    ("Latin, Korean", "RI/JE SEON", "KPi.002", "1938"),
    ("Latin, joined", "CHOECHUNSIK", "KPi.013", "1954-10-12"),
    ("Latin, French spelling", "ABOU GHAITH/SOULEIMAN JASSEM", "QDi.154", "1965-12-14"),
    ("Arabic", "أيمن محمد ربيع الظواهري", "QDi.006", None),
    ("Arabic", "صدام حسين التكريتي", "IQi.001", "1937-04-28"),
    ("Persian", "قاسم سلیمانی", "IRi.039", None),
    ("Persian", "عبدالکبیر محمدجان", "TAi.003", None),
    ("Cyrillic", "Айман аз-Завахири", "QDi.006", "1951-06-19"),
    ("Han, an Arabic name", "艾曼·扎瓦希里", "QDi.006", "1951-06-19"),
    ("Greek", "Αϊμάν αλ-Ζαουάχρι", "QDi.006", "1951-06-19"),
    ("Hebrew", "איימן א-זוואהירי", "QDi.006", "1951-06-19"),
    ("Georgian", "აიმან ალ-ზავაჰირი", "QDi.006", "1951-06-19"),
    ("Armenian", "Այման ալ-Զավահիրի", "QDi.006", "1951-06-19"),
    ("Han", "金铁三", "KPi.035", "1971-03-11"),
    ("Hangul", "김광일", "KPi.009", "1969-09-01"),
    ("Devanagari", "हाफ़िज़ मुहम्मद सईद", "QDi.263", "1950-06-05"),
    ("Kana", "アイマン・ザワヒリ", "QDi.006", "1951-06-19"),
]


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = sys.argv[2] if len(sys.argv) > 2 else "target/release/tidewaiter"
    queries = []
    for number, (_, name, _, born) in enumerate(NAMES):
        queries.append({"id": number, "name": name, **({"born": born} if born else {})})
    run = subprocess.run(
        [program, "match", "--json", "--limit", "50", "--list", sys.argv[1], "--queries", "-"],
        input="\n".join(json.dumps(query) for query in queries),
        capture_output=True,
        text=True,
        check=True,
    )
    print("| script | name | born | entry wanted | found first | bits | band | place of the wanted |")
    print("|---|---|---|---|---|---|---|---|")
    found = 0
    for (script, name, wanted, born), line in zip(NAMES, run.stdout.splitlines(), strict=True):
        matches = json.loads(line)["matches"]
        place = next((n for n, m in enumerate(matches, 1) if m["entry"] == wanted), None)
        shown = [m for m in matches if m["band"] != "none"]
        good = place is not None and matches[place - 1]["band"] != "none"
        found += good
        first = shown[0] if shown else None
        cells = [
            script,
            name,
            born or "–",
            wanted,
            f"{first['entry']} {first['matched_name']}" if first else "nothing in review",
            f"{first['bits']:.1f}" if first else "–",
            first["band"] if first else "–",
            "not found"
            if place is None
            else str(place)
            if good
            else f"{place}, below review ({matches[place - 1]['bits']:.1f} bits)",
        ]
        print("| " + " | ".join(cells) + " |")
    print(f"\n{found} of {len(NAMES)} wanted entries in review or above.")


if __name__ == "__main__":
    main()
