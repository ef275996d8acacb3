#!/usr/bin/env python3
"""Rehearses the upgrade from format 1 on the directories of tests/golden/format-1.

    upgrade_test.py TALLYD TALLY_REPLAY

One directory was left by a node that was stopped, one by a node that was killed. Of each: this
version refuses it and says what to do; the upgrade, killed twice on its way and called again, brings
every entry over; the journal executes again to the same tip, root and digest; the scrub finds
nothing; and the node answers what the old one answered, with more members perhaps. For that it is
held (engine.hold): a node that writes would carry out the timeouts that have passed since, more of
them each day. Then it is let go and writes on.
"""

import contextlib
import json
import pathlib
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden" / "format-1"
LIMIT_S = 20


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)


def replay(program, step, data, *more):
    done = run(program, step, "--dev", "--json", "--data", data, *more)
    assert done.returncode == 0, f"{step}: {done.stderr}"
    return json.loads(done.stdout)


def start(tallyd, data, *more):
    node = subprocess.Popen([tallyd, "--dev", "--data", data, "--listen", "127.0.0.1:0", *more],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in node.stdout:
        if found := re.search(r"listening on (http://\S+)", line):
            return node, found.group(1)
    raise AssertionError("the upgraded node does not start")


def answer(url):
    request = urllib.request.Request(url, headers={"Authorization": "Bearer dev",
                                                   "Accept": "application/json"})
    with urllib.request.urlopen(request, timeout=LIMIT_S) as reply:
        return json.load(reply)


def kept(value):
    """Without what only says where this node listens."""
    if isinstance(value, dict):
        return {name: kept(v) for name, v in value.items() if name != "@id"}
    return [kept(v) for v in value] if isinstance(value, list) else value


def says(value, old):
    """Whether an answer says all that the old one said. It may have members that came since."""
    if isinstance(old, dict):
        return isinstance(value, dict) and all(
            name in value and says(value[name], old[name]) for name in old)
    if isinstance(old, list):
        return isinstance(value, list) and len(value) == len(old) and all(map(says, value, old))
    return value == old


def expect(url, body):
    """Views that a kill has left behind follow within a moment."""
    until = time.monotonic() + LIMIT_S
    while not says(got := kept(answer(url)), body):
        assert time.monotonic() < until, f"{url}: {got} instead of {body}"
        time.sleep(0.1)


def expect_growth(url, height):
    """What is due since the last block, timeouts or a heartbeat, is done at once."""
    until = time.monotonic() + LIMIT_S
    while int(answer(url + "/v1/admin/status")["height"]) <= height:
        assert time.monotonic() < until, f"no block after {height}"
        time.sleep(0.1)


@contextlib.contextmanager
def stopping(node):
    try:
        yield
    finally:
        node.send_signal(signal.SIGTERM)
        assert node.wait(LIMIT_S) == 0


def kill_on_its_way(program, data, after_s):
    upgrade = subprocess.Popen([program, "--upgrade", "--dev", "--json", "--data", data],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after_s)
    upgrade.kill()
    upgrade.wait()


def rehearse(name, tallyd, program):
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(GOLDEN / f"{name}.tar.xz") as archive:
            archive.extractall(directory)
        golden = pathlib.Path(directory)
        data = str(golden / "data")

        refused = run(tallyd, "--dev", "--data", data, "--listen", "127.0.0.1:0")
        assert refused.returncode == 1, refused.returncode
        assert "older_format" in refused.stderr + refused.stdout, refused.stderr
        assert "--upgrade" in refused.stderr + refused.stdout, refused.stderr

        for after_s in (0.02, 0.06):
            kill_on_its_way(program, data, after_s)
        replay(program, "--upgrade", data)
        assert set(replay(program, "--upgrade", data)["upgraded"].values()) == {0}

        scrubbed = replay(program, "--scrub", data)["scrubbed"]
        entries = {}
        for row in (golden / "tables.txt").read_text().splitlines():
            environment, _, count = row.split()
            entries[environment] = entries.get(environment, 0) + int(count)
        for environment, count in entries.items():
            assert scrubbed[environment]["records"] == count, (environment, scrubbed, count)

        verified = replay(program, "--verify", data, "--without-signatures")
        for field, value in json.loads((golden / "verified.json").read_text()).items():
            assert verified[field] == value, (field, verified[field], value)

        node, url = start(tallyd, data, "--set", "engine.hold=true")
        with stopping(node):
            for path, body in json.loads((golden / "answers.json").read_text()).items():
                expect(url + path, kept(body))
        again = replay(program, "--verify", data, "--without-signatures")
        assert again["tip"] == verified["tip"], "a held node has written"

        node, url = start(tallyd, data)
        with stopping(node):
            expect_growth(url, verified["height"])
        again = replay(program, "--verify", data, "--without-signatures")
        assert again["height"] > verified["height"], again
    print(f"{name}: upgraded, {sum(entries.values())} entries, height {verified['height']}")


def main():
    tallyd, program = sys.argv[1:]
    for name in ("clean", "killed"):
        rehearse(name, tallyd, program)


if __name__ == "__main__":
    main()
