#!/usr/bin/env python3
"""Writes docs/spec/errors.md from contracts/error_code.def, which the code is made of too.

    tools/errors_document.py            writes the page
    tools/errors_document.py --check    fails if the page is not what would be written
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/spec/errors.md"
ROW = re.compile(r'^X\((\w+),\s*(\d+),\s*(\w+),\s*(\w+),\s*"((?:[^"\\]|\\.)*)"\)$')

HEAD = """# Errors

<!-- Written by tools/errors_document.py from contracts/error_code.def: change that. -->

Every error that a submission can get. Over HTTP it is `application/problem+json` (RFC 9457) with these
members beside the standard ones; programs look at `code`, `class` and `retry`, never at the texts.

| member | is |
|---|---|
| `code`, `number` | from the tables below; append-only, never used again |
| `class` | what the caller must do about it (below) |
| `final` | whether the transaction's fate is decided |
| `retry` | when sending again can help: `never`, `same_bytes`, `rebuild` (other bytes), `later` |
| `index` | of the offending input, output, signer, line or command |
| `figure` | what is missing, the limit, the time, as a string; left out when there is none |
| `conflicting_txid` | who was first, where there is one |
| `txid`, `height` | of the transaction, and of the block that its rejection is in |

A transport's own refusals (a request line too long, two `Host` fields) have the same form; their codes
are the rows of `src/http/http_error.cpp`.

| class | means | HTTP status |
|---|---|---|
| `malformed` | the bytes are wrong, and always will be | 400, 413, 415 |
| `unauthorised` | a signature, a right or a token is missing | 401, 403 |
| `conflict` | somebody, or this very key, was first | 409 |
| `rule` | a rule of the ledger says no, with the figures | 422 |
| `expired` | the validity is over or too long | 422 |
| `not_found` | what it names is not there | 404, 405 |
| `overloaded` | the node is busy; `Retry-After` says for how long | 429, 503 |
| `internal` | the node could not say: resend the same bytes or ask by txid | 500, 503 |

The order of the checks is precedence: of several faults the first is answered. Admission checks the form
and then the witnesses (`Admission::admit()`), the ledger its memory, the membership of the first signer
and the validity (`Ledger::sequence()`), then the inputs (`Ledger::judge()`), and the rules their own
(the comment in each rule's header). What is refused before the rules never enters the journal.
"""

FAMILIES = {
    "malformed": "Malformed", "unauthorised": "Unauthorised", "conflict": "Conflict", "rule": "Rule",
    "expired": "Expired", "not_found": "Not found", "overloaded": "Overloaded", "internal": "Internal",
}


def rows():
    for line in (ROOT / "contracts/error_code.def").read_text(encoding="utf-8").splitlines():
        if line.startswith("X("):
            match = ROW.match(line)
            if not match:
                sys.exit(f"contracts/error_code.def: cannot read {line}")
            yield match.groups()


def page():
    parts, family = [HEAD], None
    for code, number, error_class, retry, title in rows():
        if error_class != family:
            family = error_class
            parts.append(f"\n## {FAMILIES[family]}\n\n")
            parts.append("| number | code | retry | meaning |\n|---|---|---|---|\n")
        parts.append(f"| {number} | `{code}` | {retry} | {title} |\n")
    return "".join(parts)


def main():
    if sys.argv[1:] == ["--check"]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            print("docs/spec/errors.md is behind contracts/error_code.def: run tools/errors_document.py")
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
