"""Cases over HTTP: an appraiser with a stake, Ana who asks about a tote bought elsewhere, and the steps
from the file to the verdict. On top of world.py; for the tests that need a case."""
import struct
import zlib

from node import hash_of

NOTHING_SEALED = hash_of("nothing")


def png(width=64, height=48, declared=None):
    """A picture that needs no library. `declared`: what its header says instead."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    size = declared or (width, height)
    rows = b"".join(b"\0" + bytes((x * 3 + y) % 256 for x in range(width * 3)) for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
            + chunk(b"tEXt", b"Comment\0taken by Ana at 48.85 N") + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


class Cases:
    def __init__(self, world):
        self.world, self.node = world, world.node
        self.judge = world.appraiser
        self.tokens = {name: world.session(name) for name in ("ana", "bo", "cai", "appraiser")}
        world.governed("panel_define", asset="EUR", judges=1, agreeing=1, fee="5.00", bond="10.00",
                       challenge_bond="20.00", challenge_period="2m")
        self.node.settle([world.ana], "asset_transfer",
                         payments=[{"to": self.judge.address, "asset": "EUR", "amount": "50.00"}])
        self.node.settle([self.judge], "appraiser_bond", asset="EUR", amount="40.00")

    def begin(self, who="ana", **more):
        answer = self.node.post("/v1/cases", {"description": "Black tote, bought at a market",
                                              "category": "handbag", "source": "flea-market",
                                              **more}, self.tokens[who])
        if answer.status != 201:
            raise AssertionError(answer.body.decode())
        return answer.json

    def photograph(self, case, role="logo", who="ana", body=None):
        return self.node.post(f"/v1/cases/{case}/photographs?role={role}", body or png(),
                              self.tokens[who], content_type="image/png")

    def file(self, case, who="ana"):
        return self.node.get(f"/v1/cases/{case}/file", self.tokens[who])

    def open(self, file, fee="0", sealed=None, who="ana", **more):
        names = ("nonce", "description_hash", "category_hash", "source_hash", "evidence_root")
        self.node.settle([self.world.people[who]], "case_open", asset="EUR", fee=fee,
                         sealed_hash=sealed or file["sealed_hash"], **{n: file[n] for n in names},
                         **more)
        self.pass_time("1000")  # the node draws

    def pass_time(self, ms):
        self.node.post("/v1/admin/advance-time", {"ms": ms}, "dev")
        self.node.get(f"/v1/network?min_height={self.node.height()}")
        self.node.get(f"/v1/appraisers?min_height={self.node.height()}")

    def inspect(self, case, verdict="fake", who="appraiser"):
        return self.node.call("PUT", f"/v1/cases/{case}/inspection", {
            "verdict": verdict, "confidence_bps": 9000, "method": "by eye and by glass",
            "points": [{"point": "zip", "finding": "inconsistent", "note": "no maker's mark"},
                       {"point": "logo", "finding": "consistent", "x": 10, "y": 20, "width": 500,
                        "height": 300}]}, self.tokens[who])

    def judged(self, case, verdict="fake"):
        said = self.inspect(case, verdict).json
        self.node.settle([self.judge], "case_commit", case=case, commitment=said["commitment"])
        self.node.settle([self.judge], "case_reveal", case=case, **{
            name: said[name] for name in ("verdict", "confidence_bps", "method_hash", "points_hash",
                                          "salt")})
        self.pass_time("1000")  # the node decides
        return said

    def decided(self, who="ana", verdict="fake", fee="0"):
        """A case from the file to the decision; its id."""
        case = self.begin(who)["case"]
        self.photograph(case, who=who)
        self.open(self.file(case, who).json, fee=fee, who=who)
        self.judged(case, verdict)
        return case

    def closed(self, case):
        self.pass_time("121000")
        return self.node.get(f"/v1/cases/{case}").json
