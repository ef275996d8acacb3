#!/usr/bin/env python3
"""Holds tests/incidents.txt against the tests, and docs/reliability.md against tests/incidents.txt."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reliability.md"
TEST = re.compile(r"^TEST(?:_F)?\((\w+),\s*(\w+)\)", re.MULTILINE)


def rows():
    for line in (ROOT / "tests/incidents.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            incident, test = line.split(" | ")
            yield incident, test


def main():
    tests = set()
    for source in (ROOT / "tests").rglob("*_test.cpp"):
        for suite, name in TEST.findall(source.read_text(encoding="utf-8")):
            tests.add(f"{suite}.{name}")
    faults = [f"{incident}: there is no test {test}" for incident, test in rows() if test not in tests]
    if PAGE.exists():
        page = PAGE.read_text(encoding="utf-8")
        faults += [f"docs/reliability.md does not name {test} ({incident})"
                   for incident, test in rows() if test not in page]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
