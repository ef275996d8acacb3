#!/usr/bin/env python3
"""Failpoints and planted bugs (src/base/failpoint.hpp, planted.hpp): each name stands at exactly one place of
the sources, and nothing of either is in a program that was built without them.

    tests/faults_test.py [--release DIR]     DIR: where the shipped programs are, if they are built

TALLY_BIN_DIR in the environment is such a DIR, and then every program must be there.
"""
import argparse
import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FAILPOINTS_MIN = 30
PROGRAMS = ("tallyd", "tally", "tally-bench", "tally-replay", "tally-story")


def names(file, macro):
    text = (ROOT / "src/base" / file).read_text(encoding="utf-8")
    rows = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
    return re.findall(macro + r"\((\w+),", rows)


def places(macro):
    found = {}
    for folder in ("src", "contracts"):
        for path in sorted((ROOT / folder).rglob("*.[ch]pp")):
            if path.parent == ROOT / "src/base":
                continue
            for name in re.findall(r"\b" + macro + r"\((\w+)\)", path.read_text(encoding="utf-8")):
                found.setdefault(name, []).append(str(path.relative_to(ROOT)))
    return found


def faults_of_programs(release, must_be_there):
    """A name alone may be a word of the program's own (`stop_ends`): as the tables hold it, it stands between
    two zeros."""
    strings = [b"TALLY_FAILPOINT", b"TALLY_PLANTED"]
    strings += [b"\0" + name.encode() + b"\0"
                for name in names("failpoints.def", "TALLY_FAILPOINT") +
                names("planted_bugs.def", "TALLY_PLANTED_BUG")]
    for program in PROGRAMS:
        path = release / program
        if not path.is_file():
            if must_be_there:
                yield f"{path}: is not there"
            continue
        content = path.read_bytes()
        for string in strings:
            if string in content:
                yield f"{path}: holds {string.decode().strip(chr(0))}"


def faults(release, must_be_there):
    for file, macro, at_one_place in (("failpoints.def", "FAILPOINT", True),
                                      ("planted_bugs.def", "PLANTED", False)):
        row = {"FAILPOINT": "TALLY_FAILPOINT", "PLANTED": "TALLY_PLANTED_BUG"}[macro]
        listed = names(file, row)
        used = places(macro)
        for name in sorted(set(listed)):
            where = used.get(name, [])
            if listed.count(name) > 1:
                yield f"{file}: {name} is listed twice"
            if not where or at_one_place and len(where) > 1:
                yield f"{file}: {name} is at {len(where)} places: {', '.join(where)}"
        for name in sorted(set(used) - set(listed)):
            yield f"{used[name][0]}: {name} is not in {file}"
        if macro == "FAILPOINT" and len(listed) < FAILPOINTS_MIN:
            yield f"{file}: {len(listed)} failpoints"
    yield from faults_of_programs(release, must_be_there)


def main():
    parser = argparse.ArgumentParser()
    given = os.environ.get("TALLY_BIN_DIR")
    parser.add_argument("--release", type=Path, default=Path(given or ROOT / "build/release/bin"))
    found = list(faults(parser.parse_args().release, bool(given)))
    for fault in found:
        print(fault)
    print(f"faults: {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
