#!/usr/bin/env python3
"""Compares two versions of the UN list leaf by leaf and sets the result beside `lists diff --json`.

    tidewaiter lists diff --json OLD.xml NEW.xml > diff.json
    scripts/un_diff_check.py OLD.xml NEW.xml diff.json

Added and removed reference numbers must be the same (exit status 1 otherwise). A changed entry that
only this script sees is printed with its leaves: it may differ in nothing but a spelling.
"""

import json
import sys
import xml.etree.ElementTree as ET

# Stamps of the version and keys of the sorting, which are no statement about the person.
STAMPS = {
    "VERSIONNUM", "DATAID", "LAST_DAY_UPDATED", "SORT_KEY", "SORT_KEY_LAST_MOD", "DELISTED_ON",
}


def leaves(entry: ET.Element) -> list[tuple[str, str]]:
    """Every text of an entry with its path, in no order."""
    found = []

    def walk(node: ET.Element, path: str) -> None:
        if node.tag in STAMPS:
            return
        text = " ".join((node.text or "").split())
        if text and not len(node):
            found.append((f"{path}/{node.tag}", text))
        for child in node:
            walk(child, f"{path}/{node.tag}")

    for child in entry:
        walk(child, "")
    return sorted(found)


def entries(path: str) -> dict[str, list[tuple[str, str]]]:
    root = ET.parse(path).getroot()
    return {
        (entry.findtext("REFERENCE_NUMBER") or "").strip(): leaves(entry)
        for tag in ("INDIVIDUAL", "ENTITY")
        for entry in root.iter(tag)
    }


def main() -> int:
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    old, new = entries(sys.argv[1]), entries(sys.argv[2])
    with open(sys.argv[3], encoding="utf-8") as file:
        ours = json.load(file)
    same = True
    for what, expected in (("added", new.keys() - old.keys()), ("removed", old.keys() - new.keys())):
        agrees = set(ours[what]) == expected
        same &= agrees
        print(f"{what}: {len(expected)}, {'the same' if agrees else 'NOT the same'}")
    changed = {key for key in old.keys() & new.keys() if old[key] != new[key]}
    theirs = {change["ref"] for change in ours["changed"]}
    print(f"changed: {len(changed)} here, {len(theirs)} there, {len(changed & theirs)} in both")
    for key in sorted(changed ^ theirs):
        before, after = set(old[key]), set(new[key])
        print(f"  {key}: {sorted(before - after)} -> {sorted(after - before)}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
