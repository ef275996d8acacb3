#!/usr/bin/env python3
"""Holds tests/incidents.txt against the tests and the ways of tally-torture, and the tables of
docs/reliability.md against both: each row of incidents.txt stands in "Incidents elsewhere", nothing else
does, and whatever holds a fault in "What it found here" is there."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reliability.md"
TEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", re.MULTILINE)
ATTACKS = "--attacks: "
ELSEWHERE = "Incidents elsewhere, and their tests here"
HERE = "What it found here"


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def listed(pattern, path):
    return set(re.findall(pattern, text(path), re.MULTILINE))


def rows():
    for line in text("tests/incidents.txt").splitlines():
        if line and not line.startswith("#"):
            incident, test = line.split(" | ")
            yield incident, test


def table(heading):
    """The rows of the section's table, without its head, as lists of cells."""
    section = text(PAGE).split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


class Known:
    """What a row may name."""

    def __init__(self):
        self.tests, self.suites = set(), set()
        for source in (ROOT / "tests").rglob("*_test.cpp"):
            for suite, name in TEST.findall(text(source)):
                self.tests.add(f"{suite}.{name}")
                self.suites.add(suite)
        self.ways = listed(r'^\s*Way\{"([^"]+)"', "tools/fault/attacks/attacks.cpp")
        self.harnesses = listed(r'^\s*Harness\{"([^"]+)"', "tools/fault/harnesses.cpp")
        self.planted = listed(r"^TALLY_PLANTED_BUG\((\w+),", "src/base/planted_bugs.def")
        self.fuzz = listed(r"^    (\w+)\)?$", "tests/fuzz/CMakeLists.txt")
        self.programs = {path.parent.name for path in (ROOT / "tests").rglob("CMakeLists.txt")}
        self.ctest = set()
        for path in (ROOT / "tests").rglob("CMakeLists.txt"):
            self.ctest |= listed(r"add_test\(NAME (\w+)", path)

    def has(self, test):
        """A test, or a way of --attacks."""
        return test[len(ATTACKS):] in self.ways if test.startswith(ATTACKS) else test in self.tests

    def holds(self, before, name):
        """What a fault may be held by; `before` are the words before the name."""
        if before.endswith("planted"):
            return name in self.planted
        if before.endswith("target"):
            return name in self.fuzz
        if name.startswith("--"):
            return name[2:] in self.harnesses
        if name.startswith("unit_"):
            return name[len("unit_"):] in self.programs
        return name in self.tests or name in self.suites or name in self.ctest


def faults_elsewhere(known):
    cells = {incident: test.replace("`", "") for incident, test in table(ELSEWHERE)}
    expected = dict(rows())
    for incident, test in expected.items():
        if not known.has(test):
            yield f"{incident}: there is no {test}"
        if cells.get(incident) != test:
            yield f"docs/reliability.md does not have {incident} with {test}"
    for incident in cells.keys() - expected.keys():
        yield f"docs/reliability.md: {incident} is not in tests/incidents.txt"


def faults_here(known):
    found = table(HERE)
    if not found:
        yield "docs/reliability.md: nothing was found here"
    for row in found:
        if len(row) != 3:
            yield f"docs/reliability.md: not three cells: {row[0]}"
            continue
        fault, _, held_by = row
        planted = False
        names = list(re.finditer(r"`([^`]+)`", held_by))
        if not names:
            yield f"docs/reliability.md: nothing holds: {fault}"
        end = 0
        for name in names:
            before = held_by[end:name.start()].rstrip()
            # "planted `a`, `b`": the list goes on.
            planted = before.endswith("planted") or planted and before == ","
            if not known.holds("planted" if planted else before, name[1]):
                yield f"docs/reliability.md: there is no {name[1]}: {fault}"
            end = name.end()


def main():
    known = Known()
    faults = [*faults_elsewhere(known), *faults_here(known)]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
