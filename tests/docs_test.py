#!/usr/bin/env python3
"""Holds the documents to the tree: README.md, CHANGELOG.md and docs/.

    tests/docs_test.py [--bin DIR]

Every command in a block marked `sh` or `console` is checked: its program or script exists and has every
option and subcommand that is written, a preset is in CMakePresets.json, a path that curl asks for is
served. Blocks marked `sh run` are also run, line by line, in an empty folder, with the programs on PATH
and a development node of their own in place of http://127.0.0.1:8080; each must end with 0. In `console`
blocks commands begin with `$ `. Links, paths of the tree and names of functions and types in backticks exist,
docs/spec/README.md and docs/adr/README.md list every page beside them, and pages that the code cites exist.

--bin: the folder of the programs; TALLY_BIN_DIR in the environment goes before it.
"""
import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = {"tallyd", "tally", "tally-bench", "tally-replay", "tally-story"}
# Tools that the text may use and whose options are not ours to check.
SYSTEM = {"cd", "git", "cp", "install", "chmod", "mkdir", "ls", "cat", "kill", "printf", "export",
          "systemctl", "tar"}
NODE_URL = "http://127.0.0.1:8080"
COMMAND_SECONDS = 60

FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
INLINE = re.compile(r"`([^`\n]+)`")
TREE_PATH = re.compile(r"(?:contracts|src|tools|tests|docs|api|\.ci)/[\w./*-]*")
FUNCTION = re.compile(r"(?:\w+::)*[a-z_]\w*\(\)")
TYPE = re.compile(r"(?:\w+::)*[A-Z][a-z]\w*(?:::\w+)?")


def documents():
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands_of(language, text):
    """The commands of a block, continued lines joined."""
    for line in text.replace("\\\n", " ").splitlines():
        line = line.strip()
        if language == "console":
            if not line.startswith("$ "):
                continue
            line = line[2:]
        if line and not line.startswith("#"):
            yield line


class Programs:
    def __init__(self, folder):
        self.folder = folder

    def path(self, word):
        """The file behind a command's first word, or nothing."""
        name = word.rsplit("/", 1)[-1]
        if name in PROGRAMS and (word == name or word.startswith("build/")):
            return self.folder / name
        if "/" in word:
            return ROOT / word
        return None

    @lru_cache(maxsize=None)
    def help(self, words):
        run = subprocess.run([*words, "--help"], capture_output=True, text=True, timeout=30, cwd=ROOT)
        return run.stdout + run.stderr if run.returncode == 0 else None

    @lru_cache(maxsize=None)
    def routes(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([self.folder / "tallyd", "--dev", "--data", f"{folder}/data", "--listen",
                                  "127.0.0.1:0", "--print-routes"], capture_output=True, text=True,
                                 timeout=60, check=True)
        return [line.split(" ", 1) for line in run.stdout.splitlines() if " /" in line]

    def serves(self, method, path):
        path = path.split("?")[0]
        for route_method, pattern in self.routes():
            expression = re.escape(pattern).replace(r"\{", "{").replace(r"\}", "}")
            expression = re.sub(r"\{\w+(\\\.){3}\}", ".+", expression)
            expression = re.sub(r"\{\w+\}", "[^/]+", expression)
            if route_method == method and re.fullmatch(expression, path):
                return True
        return False


def has_option(texts, option):
    return any(re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text) for text in texts)


def check_program(programs, path, words):
    """Options and subcommands against the program's own help."""
    if not path.exists():
        return f"{path.name} is not there: build it"
    chain = [str(path)]
    texts = [programs.help(tuple(chain))]
    if texts[0] is None:
        return f"{path.name} --help fails"
    value_of_option = False
    for word in words[1:]:
        if word.startswith("-") and word != "-":
            option = word.split("=")[0]
            if option not in ("-h", "--help") and not has_option(texts, option):
                return f"{' '.join([path.name, *chain[1:]])} has no option {option}"
            value_of_option = "=" not in word
            continue
        listed = re.search(rf"^ +{re.escape(word)}(?:,| |$)", texts[-1], re.MULTILINE)
        if listed and len(words) > 1 and path.name in PROGRAMS and not value_of_option:
            inner = programs.help(tuple([*chain, word]))
            if inner is None:
                return f"{path.name}: {word} --help fails"
            chain.append(word)
            texts.append(inner)
        elif "\nSubcommands:\n" in texts[-1] and not value_of_option:
            return f"{' '.join([path.name, *chain[1:]])} has no command {word}"
        value_of_option = False
    return None


def check_cmake(words):
    presets = json.loads((ROOT / "CMakePresets.json").read_text())
    if "--preset" not in words:
        return "cmake and ctest are used with a preset"
    kind = {"ctest": "testPresets"}.get(words[0]) or (
        "workflowPresets" if "--workflow" in words
        else "buildPresets" if "--build" in words else "configurePresets")
    name = words[words.index("--preset") + 1]
    if name not in [preset["name"] for preset in presets[kind]]:
        return f"CMakePresets.json has no {name} among its {kind}"
    return None


def check_curl(programs, words):
    urls = [word for word in words if word.startswith("http")]
    if len(urls) != 1 or not urls[0].startswith(NODE_URL + "/"):
        return f"curl is shown against {NODE_URL}"
    method = "GET"
    for flag in ("-X", "--request"):
        if flag in words:
            method = words[words.index(flag) + 1]
    if method == "GET" and any(word.startswith(("-d", "--data")) for word in words):
        method = "POST"
    path = urls[0][len(NODE_URL):]
    return None if programs.serves(method, path) else f"no node serves {method} {path}"


def check_command(programs, line):
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        return str(error)
    while words and re.fullmatch(r"\w+=.*", words[0]):
        words.pop(0)
    if words and words[0] == "sudo":
        words.pop(0)
    while words:
        ends = [i for i, word in enumerate(words) if word in ("|", "&&", ";", "&")]
        one, words = (words[:ends[0]], words[ends[0] + 1:]) if ends else (words, [])
        one = [word for word in one if not re.fullmatch(r"[0-9]?[<>].*", word)]
        fault = check_simple(programs, one) if one else None
        if fault:
            return fault
    return None


def check_simple(programs, words):
    if words[0] in ("cmake", "ctest"):
        return check_cmake(words)
    if words[0] == "curl":
        return check_curl(programs, words)
    if path := programs.path(words[0]):
        return check_program(programs, path, words)
    return None if words[0] in SYSTEM else f"{words[0]} is no program of the project"


class Node:
    """A development node for the blocks that are run; started when first needed."""

    def __init__(self, folder):
        self.folder, self.process, self.data = folder, None, None

    def url(self):
        if self.process is None:
            self.data = tempfile.mkdtemp(prefix="tally-docs-")
            self.process = subprocess.Popen(
                [self.folder / "tallyd", "--dev", "--data", f"{self.data}/data", "--listen", "127.0.0.1:0",
                 "--set", "log.level=error"], stdout=subprocess.PIPE, text=True)
            line = self.process.stdout.readline()
            if not line.startswith("listening on "):
                raise RuntimeError("the node does not start")
            self.address = line.split()[-1]
        return self.address

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=60)
            shutil.rmtree(self.data, ignore_errors=True)


def curl(line):
    """GET and plain POST as curl does them: a bare Debian has no curl."""
    words = shlex.split(line, comments=True)
    url = next(word for word in words if word.startswith("http"))
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    data = next((words[i + 1].encode() for i, word in enumerate(words) if word in ("-d", "--data")), None)
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=COMMAND_SECONDS) as answer:
            answer.read()
        return None
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode(errors='replace')[:300]}"


def run_block(node, programs, lines):
    with tempfile.TemporaryDirectory(prefix="tally-docs-") as folder:
        for line in lines:
            needs_node = NODE_URL in line or re.search(r"(^|[|&;] *)tally ", line)
            environment = {**os.environ, "PATH": f"{programs.folder}:{os.environ['PATH']}", "HOME": folder}
            if needs_node:
                environment["TALLY_NODE"] = node.url()
                line = line.replace(NODE_URL, node.url())
            if line.startswith("curl "):
                if fault := curl(line):
                    yield f"{line}: {fault}"
                continue
            line = re.sub(r"(?<!\S)((?:tools|tests)/\S+)", lambda m: str(ROOT / m[1]), line)
            run = subprocess.run(["bash", "-euo", "pipefail", "-c", line], cwd=folder, env=environment,
                                 capture_output=True, text=True, timeout=COMMAND_SECONDS,
                                 stdin=subprocess.DEVNULL)
            if run.returncode:
                yield f"{line}: ended with {run.returncode}: {(run.stderr or run.stdout).strip()[-400:]}"


def check_blocks(document, text, programs, node):
    for language, info, body in FENCE.findall(text):
        if language not in ("sh", "console"):
            if language in ("bash", "shell"):
                yield f"{document}: a block marked {language}: sh or console is checked"
            continue
        lines = list(commands_of(language, body))
        faults = [(line, check_command(programs, line)) for line in lines]
        for line, fault in faults:
            if fault:
                yield f"{document}: `{line}`: {fault}"
        if info.split() == ["run"] and not any(fault for _, fault in faults):
            for fault in run_block(node, programs, lines):
                yield f"{document}: {fault}"


@lru_cache(maxsize=1)
def all_code():
    files = [path for top in ("contracts", "src", "tools", "tests") for path in (ROOT / top).rglob("*")
             if path.suffix in (".hpp", ".cpp", ".py", ".def") and "node_modules" not in path.parts
             and path.name != "docs_test.py"]
    return set(re.findall(r"\w+", " ".join(path.read_text(encoding="utf-8") for path in files)))


def check_names(document, text):
    """Links, paths and functions."""
    prose = FENCE.sub("", text)
    for link in LINK.findall(prose):
        target = link.split("#")[0]
        if target and not re.match(r"\w+:", target) and not ((ROOT / document).parent / target).exists():
            yield f"{document}: links to {link}, which is not there"
    for code in INLINE.findall(prose):
        for path in TREE_PATH.findall(code):
            if code.startswith(path) and not list(ROOT.glob(path.rstrip("/.") or ".")):
                yield f"{document}: names {path}, which is not there"
        if FUNCTION.fullmatch(code) or TYPE.fullmatch(code):
            if not set(re.findall(r"\w+", code)) <= all_code():
                yield f"{document}: names {code}, which the code does not have"


def check_citations():
    """The pages that the code cites."""
    for top in ("contracts", "src", "tools", "tests", "api"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix not in (".hpp", ".cpp", ".proto", ".cmake") or "node_modules" in path.parts:
                continue
            for page in sorted(set(re.findall(r"docs/[\w/.-]+\.md", path.read_text(encoding="utf-8")))):
                if not (ROOT / page).exists():
                    yield f"{path.relative_to(ROOT)}: cites {page}, which is not there"


def check_index(folder):
    index = (folder / "README.md").read_text(encoding="utf-8")
    for page in sorted(folder.glob("*.md")):
        if page.name != "README.md" and f"]({page.name})" not in index:
            yield f"{(folder / 'README.md').relative_to(ROOT)}: does not list {page.name}"


def self_test(programs):
    """A check that never fails proves nothing."""
    for line in ("tools/check --no-such-option", "tallyd --no-such-option", "no-such-program",
                 "tally no-such-command x", "tally network no-such-command", "tools/no-such-script",
                 "cmake --preset no-such-preset", f"curl {NODE_URL}/no/such/path"):
        assert check_command(programs, line), f"`{line}` was not refused"
    named = "[a](no/such.md) `src/no/such.hpp` `no_such_function()` `NoSuchType`"
    assert len(list(check_names(Path("README.md"), named))) == 4


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", default=ROOT / "build/dev/bin", type=Path)
    arguments = parser.parse_args()
    programs = Programs(Path(os.environ.get("TALLY_BIN_DIR") or arguments.bin).resolve())
    missing = [name for name in sorted(PROGRAMS) if not (programs.folder / name).exists()]
    if missing:
        print(f"{programs.folder} lacks {', '.join(missing)}: build them first")
        return 1
    self_test(programs)
    node, faults = Node(programs.folder), []
    try:
        for path in documents():
            document = path.relative_to(ROOT)
            text = path.read_text(encoding="utf-8")
            faults += check_blocks(document, text, programs, node)
            faults += check_names(document, text)
    finally:
        node.stop()
    faults += check_citations()
    for folder in (ROOT / "docs/spec", ROOT / "docs/adr"):
        faults += check_index(folder)
    for fault in faults:
        print(fault)
    print(f"documents: {len(faults)} faults in {len(documents())} pages")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
