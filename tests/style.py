#!/usr/bin/env python3
"""Style that can be counted (docs/contributing.md): C++ lines of at most 100 columns, files of at most 500
lines, no tabs, no trailing blanks, a newline at the end, no work put off.

    tests/style.py            the counts, over what git knows
    tests/style.py --format   clang-format over the C++ sources; exits 77 where it is not installed
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CPP_COLUMNS_MAX = 100
COLUMNS_MAX = 110  # of the rest, where no formatter holds the line
LINES_MAX = 500

# Path -> why it may be longer.
LONG_FILES = {
    "api/tally/v1/transaction.proto": "the schema of all that is signed, to be read as one page",
    "contracts/command.hpp": "every command with its number, and the list of them: one page, like the schema",
}

# Path or folder -> why its lines may be longer.
WIDE_FILES = {
    "contracts/error_code.def": "a table: one error a row",
    "CMakePresets.json": "a table: one preset a row",
    "src/crypto/bip39_words.inc": "a standard's word list",
    "tests/golden/": "frozen bytes",
    "tests/browser/package-lock.json": "npm writes it",
    "tools/web/package-lock.json": "npm writes it",
}

CPP = {".hpp", ".cpp"}
CODE = CPP | {".py", ".proto", ".cmake", ".def", ".inc", ".mjs", ".ts", ".tsx", ".css"}
USING = re.compile(r"using namespace (?!std::\w*literals)")
PUT_OFF = re.compile(r"\b(TODO|FIXME|HACK)\b")


def tracked():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, check=True)
    for name in sorted(set(listed.stdout.splitlines())):
        path = ROOT / name
        if path.is_file():
            yield name, path


def is_code(name, path):
    if path.suffix in CODE or path.name == "CMakeLists.txt":
        return True
    return name.startswith(("tools/", ".ci/")) and path.suffix == ""


def wide(name):
    return any(name == entry or entry.endswith("/") and name.startswith(entry) for entry in WIDE_FILES)


def check_file(name, path):
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    if text and lines[-1] != "":
        yield f"{name}: no newline at the end"
    if len(lines) - 1 > LINES_MAX and name not in LONG_FILES and not wide(name):
        yield f"{name}: {len(lines) - 1} lines: split it, or say in tests/style.py why it is one"
    columns_max = CPP_COLUMNS_MAX if path.suffix in CPP else COLUMNS_MAX
    for number, line in enumerate(lines, 1):
        place = f"{name}:{number}"
        if len(line) > columns_max and not wide(name):
            yield f"{place}: {len(line)} columns"
        if "\t" in line:
            yield f"{place}: a tab"
        if line != line.rstrip():
            yield f"{place}: blanks at the end"
        if PUT_OFF.search(line) and name != "tests/style.py":
            yield f"{place}: work put off; do it, or file an issue"
        if path.suffix == ".hpp" and not name.startswith("tests/") and USING.match(line):
            yield f"{place}: a using-directive in a header"


def check_counts():
    count = 0
    for name, path in tracked():
        if not is_code(name, path):
            continue
        count += 1
        yield from check_file(name, path)
    for name in [*LONG_FILES, *WIDE_FILES]:
        if not (ROOT / name).exists():
            yield f"tests/style.py: lists {name}, which is not there"
    if count == 0:
        yield "no file was looked at"


def check_format():
    sources = [name for name, path in tracked() if path.suffix in CPP]
    for start in range(0, len(sources), 50):
        run = subprocess.run(["clang-format-19", "--dry-run", "--Werror", *sources[start:start + 50]],
                             cwd=ROOT, capture_output=True, text=True)
        unformatted = {line.split(":")[0] for line in run.stderr.splitlines() if "clang-format" in line}
        for name in sorted(unformatted):
            yield f"{name}: clang-format-19 -i would change it"
        if run.returncode and not unformatted:
            yield run.stderr.strip() or f"clang-format-19 ended with {run.returncode}"


def main():
    formatting = sys.argv[1:] == ["--format"]
    if formatting and not shutil.which("clang-format-19"):
        print("skipped: clang-format-19 is not installed (tools/install --group test)")
        return 77
    faults = list(check_format() if formatting else check_counts())
    for fault in faults:
        print(fault)
    print(f"{'format' if formatting else 'style'}: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
