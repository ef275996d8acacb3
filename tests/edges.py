#!/usr/bin/env python3
"""The house's plan as a test: who may include whom, where a third-party header may stand, which entries
the top level has, and that each rule is a pair of files with a test. docs/architecture.md, "Edges", has
the same table for people, and this test holds the two together.

    tests/edges.py [--self-test]
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Folder -> the folders it may include, beside itself and base; the reach of those follows.
EDGES = {
    "crypto": [],
    "contracts": ["crypto"],
    "codec": ["contracts"],
    "epcis": ["crypto"],
    "images": [],
    "storage": [],
    "documents": ["storage", "crypto"],
    "custody": ["storage", "crypto"],
    "ledger": ["contracts", "codec", "storage", "crypto"],
    "backup": ["ledger", "storage", "crypto"],
    "ordering": ["codec", "crypto"],
    "client": ["codec", "crypto"],
    "engine": ["ledger", "ordering"],
    "views": ["ledger", "epcis"],
    "proofs": ["ledger"],
    "market": ["contracts", "codec", "views", "custody"],
    "notify": ["views", "client", "custody", "storage"],
    "provenance": ["epcis", "images", "documents", "custody", "market", "engine", "views"],
    "http": ["engine", "backup", "views", "market", "provenance", "notify", "documents", "custody",
             "epcis", "proofs", "codec"],
}
EVERYTHING = ["base", *EDGES]
EDGES["base"] = []
EDGES["app"] = EVERYTHING

# Prefix of a third-party header -> its homes. What is not here may stand nowhere.
HOMES = {
    "lmdb.h": ["storage"],
    "jpeglib.h": ["images"],
    "jerror.h": ["images"],
    "png.h": ["images"],
    "secp256k1": ["crypto"],
    "openssl/ssl.h": ["http", "client"],
    "openssl/": ["crypto"],
    "google/protobuf/": ["codec"],
    "tally/v1/": ["codec"],
    "boost/beast": ["http", "client"],
    "boost/asio": ["http", "client"],
    "boost/system": ["http", "client"],
    "boost/url": ["epcis", "http", "client"],
    "boost/json": ["codec", "epcis", "market", "provenance", "http", "client", "tools"],
    "expat.h": ["epcis"],
    "prometheus/": ["http"],
    "qrcodegen": ["http"],
    "toml++/": ["app"],
    "CLI/": ["app", "tools"],
    "spdlog/": ["base"],
    "fmt/": [*EVERYTHING, "app", "tools"],
    "mimalloc": ["app", "tools"],
    "nmmintrin.h": ["storage"],
}

# The rules are pure: nothing that reads a clock, the machine, a file or chance.
IMPURE = {
    "atomic", "chrono", "cfenv", "cmath", "condition_variable", "cstdio", "ctime", "filesystem",
    "fstream", "future", "iostream", "locale", "mutex", "random", "shared_mutex", "sstream", "thread",
}

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "CHANGELOG.md", "contracts", "src",
    "api", "tools", "tests", "docs",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
NAME = re.compile(r"[a-z][a-z0-9_]*\.(hpp|cpp|def|inc)")


def reach(folder, edges):
    """The folders that `folder` may include, itself and base among them."""
    seen, waiting = set(), [folder, "base"]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += edges.get(at, [])
    return seen


def find_cycle(edges):
    """A cycle as a list of folders, or nothing."""
    done = set()

    def visit(at, path):
        if at in path:
            return path[path.index(at):] + [at]
        if at in done:
            return None
        for to in edges.get(at, []):
            if cycle := visit(to, path + [at]):
                return cycle
        done.add(at)
        return None

    for start in edges:
        if cycle := visit(start, []):
            return cycle
    return None


def folder_of(path):
    """The folder of the plan that a path relative to the root lies in."""
    parts = path.parts
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else None
    return parts[0]


def sources(root):
    for top in ("contracts", "src", "tools", "tests"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".hpp", ".cpp", ".h", ".cc", ".cxx", ".hh", ".def", ".inc"):
                if "node_modules" not in path.parts:
                    yield path.relative_to(root)


def check_project_include(root, path, folder, name):
    target = name.split("/")[0]
    if folder in ("tools", "tests"):
        return None
    if "/" not in name:
        return f'includes "{name}" without its folder'
    if target in ("tools", "tests") or (root / "tools" / target).is_dir() and target not in EDGES:
        return f'includes "{name}": nothing includes tools or tests'
    if target not in EDGES:
        return f'includes "{name}", whose folder the plan does not have'
    if target not in reach(folder, EDGES):
        return f'includes "{name}": {folder} may not include {target}'
    home = root / target if target == "contracts" else root / "src" / target
    if not (home / name.split("/", 1)[1]).exists():
        return f'includes "{name}", which is not there'
    return None


def check_library_include(folder, name):
    if folder == "contracts" and name in IMPURE:
        return f"includes <{name}>: the rules are pure"
    if folder == "tests":
        return None
    for prefix, homes in HOMES.items():
        if name.startswith(prefix):
            return None if folder in homes else f"includes <{name}>, whose home is {', '.join(homes)}"
    if name.endswith(".hpp") or ("/" in name and not re.match(r"(sys|netinet|arpa|net|linux)/", name)):
        return f"includes <{name}>, a library that has no home in tests/edges.py"
    if folder == "contracts" and "." in name:
        return f"includes <{name}>: the rules are pure"
    return None


def check_includes(root):
    for path in sources(root):
        folder = folder_of(path)
        if folder is None or (folder not in EDGES and folder not in ("tools", "tests")):
            yield f"{path}: lies in no folder of the plan"
            continue
        if not NAME.fullmatch(path.name):
            yield f"{path}: files are named snake_case, .hpp and .cpp"
        text = (root / path).read_text(encoding="utf-8")
        if path.suffix == ".hpp" and "#pragma once" not in text:
            yield f"{path}: a header without #pragma once"
        for kind, name in INCLUDE.findall(text):
            fault = (check_project_include(root, path, folder, name) if kind == '"'
                     else check_library_include(folder, name))
            if fault:
                yield f"{path}: {fault}"


def check_links(root):
    """The EDGES of each CMakeLists.txt are within the folder's reach."""
    for path in sorted((root / "src").glob("*/CMakeLists.txt")) + [root / "contracts/CMakeLists.txt"]:
        folder = folder_of(path.relative_to(root))
        for declared in re.findall(r"tally_library\(\w+ EDGES ([a-z\s]+)", path.read_text()):
            for target in declared.split():
                if target not in reach(folder, EDGES):
                    yield f"{path.relative_to(root)}: {folder} may not link {target}"


def check_top_level(root):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root,
                            capture_output=True, text=True)
    entries = ({line.split("/")[0] for line in listed.stdout.splitlines()} if listed.returncode == 0
               else {entry.name for entry in root.iterdir() if entry.name != "build"})
    for entry in sorted(entries):
        if entry not in TOP_LEVEL and not entry.startswith("."):
            yield f"{entry}: the top level has no such entry"


def check_rules(root):
    """Each rule is a pair of files and a test file of the same name."""
    for header in sorted((root / "contracts").glob("*/*.hpp")):
        if "apply(const RuleInput" not in header.read_text():
            continue
        name = header.relative_to(root / "contracts").with_suffix("")
        if not header.with_suffix(".cpp").exists():
            yield f"contracts/{name}.hpp: a rule without its .cpp"
        if not (root / f"tests/unit/contracts/{name}_test.cpp").exists():
            yield f"contracts/{name}.hpp: a rule without tests/unit/contracts/{name}_test.cpp"


def table():
    """The edges as docs/architecture.md prints them."""
    lines = [f"{folder} → {', '.join(to) or '–'}"
             for folder, to in EDGES.items() if folder not in ("base", "app")]
    return "\n".join([*lines, "app → everything in src"])


def check_document(root):
    document = (root / "docs/architecture.md").read_text(encoding="utf-8")
    if table() not in document:
        yield f'docs/architecture.md: its table of edges is not the one of this test:\n{table()}'


def faults(root):
    if cycle := find_cycle({k: v for k, v in EDGES.items() if k != "app"}):
        yield "the plan has a cycle: " + " → ".join(cycle)
    for check in (check_includes, check_links, check_top_level, check_rules, check_document):
        yield from check(root)


def self_test():
    """Plants a fault of each kind: a check that never fails proves nothing."""
    assert find_cycle({"a": ["b"], "b": ["c"], "c": ["a"]}) == ["a", "b", "c", "a"]
    planted = {
        "src/codec/up.cpp": '#include "engine/core.hpp"\n',
        "src/engine/beast.cpp": "#include <boost/beast/http.hpp>\n",
        "src/engine/unknown.cpp": "#include <curl/curl.h>\n",
        "src/ledger/helper.cpp": '#include "cli/table.hpp"\n',
        "src/http/missing.cpp": '#include "http/no_such_file.hpp"\n',
        "src/engine/Camel.cpp": "\n",
        "src/attic/old.cpp": "\n",
        "src/storage/bare.hpp": "int x;\n",
        "contracts/clock.cpp": "#include <chrono>\n",
        "contracts/order/lonely.hpp": "#pragma once\n// apply(const RuleInput& input)\n",
        "src/codec/CMakeLists.txt": "tally_library(codec EDGES storage)\n",
        "contracts/CMakeLists.txt": "",
        "extra/file": "",
        "tools/cli/table.hpp": "#pragma once\n",
        "tests/a.cpp": "",
        "docs/architecture.md": "",
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in planted.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = "\n".join(faults(root))
    blameless = {"contracts/CMakeLists.txt", "tools/cli/table.hpp", "tests/a.cpp"}
    for name in planted.keys() - blameless:
        assert name.split("/file")[0] in found, f"the fault planted in {name} was not found"


def main():
    self_test()
    if sys.argv[1:] == ["--self-test"]:
        return 0
    found = list(faults(ROOT))
    for fault in found:
        print(fault)
    print(f"edges: {len(found)} faults in {sum(1 for _ in sources(ROOT))} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
