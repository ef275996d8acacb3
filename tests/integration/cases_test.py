#!/usr/bin/env python3
"""Authentication as a service through public interfaces: from photographs to a credential, and what
must not work.

    cases_test.py PATH_TO_TALLYD PATH_TO_TALLY
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

from cases import Cases, png
from node import Node, hash_of, tagged_hash
from world import KEPT, World

TALLYD, TALLY = None, None


class CasesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node(TALLYD)
        cls.world = World(cls.node)
        cls.cases = Cases(cls.world)

    @classmethod
    def tearDownClass(cls):
        cls.node.close()

    def ask(self, case, who=None):
        return self.node.get(f"/v1/cases/{case}", self.cases.tokens.get(who)).json

    def refused(self, answer, code):
        self.assertEqual(answer.json.get("code"), code, answer.body)

    # The names give the order: later ones build on the first member's free case being used.
    def test_a_from_photographs_to_a_verdict(self):
        cases, node = self.cases, self.node
        file = cases.begin()
        case = file["case"]
        self.assertEqual(node.get(f"/v1/cases/{case}").json["code"], "case_unknown")
        added = cases.photograph(case)
        self.assertEqual(added.status, 201, added.body)
        self.assertEqual((added.json["width"], added.json["height"]), (64, 48))
        self.assertNotEqual(added.json["evidence_root"], file["evidence_root"])
        again = cases.photograph(case).json
        self.assertEqual(again["photograph"], added.json["photograph"], "the same picture is one")
        full = cases.file(case).json
        self.assertEqual(full["evidence_root"], added.json["evidence_root"])
        path = f"/v1/cases/{case}/photographs/{added.json['photograph']}"
        picture = node.get(path, cases.tokens["ana"])
        self.assertTrue(picture.body.startswith(b"\xff\xd8\xff"), "written anew")
        for word in (b"Ana", b"Comment", b"48.85"):
            self.assertNotIn(word, picture.body)
        for who, code in ((None, "token_missing"), ("bo", "not_yours"), ("appraiser", "not_yours")):
            self.refused(node.get(path, cases.tokens.get(who)), code)

        panel = node.get("/v1/panels/EUR", cases.tokens["ana"]).json
        self.assertEqual(panel["you"]["fee"], "0", "the first case is free")
        cases.open(full)
        self.assertEqual(self.ask(case)["state"], "commit")
        self.refused(cases.photograph(case), "case_exists")
        self.refused(node.call("DELETE", path, token=cases.tokens["ana"]), "case_exists")
        # The judge sees the pictures and not who asks.
        seen = cases.file(case, "appraiser")
        self.assertEqual(seen.status, 200, seen.body)
        self.assertIsNone(seen.json["nonce"])
        self.assertNotIn(self.world.ana.address, seen.body.decode())
        self.assertEqual(node.get(path + "?size=320", cases.tokens["appraiser"]).status, 200)
        self.refused(node.get(path, cases.tokens["bo"]), "not_yours")

        said = cases.judged(case)
        answer = self.ask(case)
        self.assertEqual((answer["state"], answer["verdict"]), ("decided", "fake"))
        self.assertEqual(answer["revealed"][0]["points_hash"], said["points_hash"])
        shown = node.get(f"/v1/cases/{case}/inspections", cases.tokens["ana"]).json["inspections"]
        self.assertEqual(shown[0]["points"][0]["point"], "zip")
        text = json.dumps(shown[0]["points"], separators=(",", ":"), ensure_ascii=False).encode()
        self.assertEqual(tagged_hash("tally/case-points", bytes.fromhex(shown[0]["salt"]) + text)
                         .hex(), said["points_hash"], "the ledger holds what the judge wrote")
        closed = cases.closed(case)
        self.assertEqual(closed["state"], "closed")
        self.refused(node.get(path, cases.tokens["appraiser"]), "not_yours")
        gone = node.call("DELETE", path, token=cases.tokens["ana"])
        self.assertEqual(gone.status, 204, "nobody judges by it any more")
        self.assertEqual(cases.file(case).json["evidence_root"], full["evidence_root"])
        self.assertEqual(cases.file(case).json["photographs"], [])
        record = node.get(f"/v1/appraisers/{self.world.appraiser.address}").json
        self.assertEqual((record["cases"], record["agreed"]), ("1", "1"))

    def test_b_a_credential_holds_by_itself(self):
        case = self.cases.decided("bo", "genuine")
        answer = self.node.get(f"/v1/cases/{case}/credential")
        self.assertEqual(answer.type, "application/vc+json")
        self.assertEqual(answer.json["credentialSubject"]["verdict"], "genuine")
        self.assertNotIn(self.world.bo.address, answer.body.decode())
        with tempfile.TemporaryDirectory() as folder:
            def verify(text, *more):
                path = os.path.join(folder, "verdict.json")
                with open(path, "w", encoding="utf-8") as out:
                    out.write(text)
                return subprocess.run([TALLY, "verify", path, *more], capture_output=True, text=True,
                                      env={**os.environ, "HOME": folder, "TALLY_NODE":
                                           "http://127.0.0.1:9"}, check=False)
            good = verify(answer.body.decode())
            self.assertEqual(good.returncode, 0, good.stderr)
            self.assertIn("genuine", good.stdout)
            changed = answer.body.decode().replace('"genuine"', '"fake"')
            self.assertNotEqual(verify(changed).returncode, 0)
            flipped = dict(answer.json, proof=dict(
                answer.json["proof"], signature="00" * 64))
            self.assertNotEqual(verify(json.dumps(flipped)).returncode, 0)

    def test_c_an_appraiser_does_not_judge_its_own_bag(self):
        cases = self.cases
        case = cases.begin("appraiser")["case"]
        cases.photograph(case, who="appraiser")
        cases.open(cases.file(case, "appraiser").json, who="appraiser")
        answer = self.ask(case)
        self.assertEqual((answer["state"], answer["verdict"]), ("closed", None),
                         "nobody else could be drawn")

    def test_d_an_items_verdict_stands_at_the_item(self):
        cases, brand = self.cases, self.world.brand
        cases.tokens["brand"] = self.world.session("brand")
        file = cases.begin("brand", gs1_key=KEPT)
        cases.photograph(file["case"], who="brand")
        cases.open(cases.file(file["case"], "brand").json, who="brand", gs1_key=KEPT)
        cases.judged(file["case"], "genuine")
        item = self.node.get(f"/v1/items/{KEPT}").json
        self.assertEqual(item["attestations"][-1]["verdict"], "genuine", item)
        # Nobody gets a verdict on a bag that is another's.
        other = self.node.build(self.world.cai, "case_open", asset="EUR", nonce=hash_of("n"),
                                gs1_key=KEPT, description_hash=hash_of("d"),
                                category_hash=hash_of("c"), source_hash=hash_of("s"),
                                evidence_root=hash_of("e"), sealed_hash=hash_of("x"), fee="0")
        self.refused(other, "not_yours")
        self.assertEqual(brand.address, self.world.brand.address)

    def test_e_a_blind_control_calibrates(self):
        cases = self.cases
        case = cases.begin("cai")["case"]
        cases.photograph(case, who="cai")
        salt = hash_of("salt")
        sealed = tagged_hash("tally/case-answer",
                             bytes.fromhex(case) + b"\x01" + bytes.fromhex(salt)).hex()
        cases.open(cases.file(case, "cai").json, sealed=sealed, who="cai")
        cases.judged(case, "fake")
        self.assertIsNone(cases.closed(case)["control"])
        self.world.governed("case_calibrate", case=case, answer="genuine", salt=salt)
        self.assertEqual(self.ask(case)["control"], "genuine")
        record = self.node.get(f"/v1/appraisers/{self.world.appraiser.address}").json
        self.assertEqual((record["controls_wrong"], record["accuracy_bps"]), ("1", 0))

    def test_f_floods_and_bombs_are_refused(self):
        cases = self.cases
        case = cases.begin()["case"]
        for body, code in ((png(declared=(60000, 60000)), "bad_parameter"),
                           (png()[:200], "bad_parameter"),
                           (b"GIF89a" + b"\0" * 50, "unsupported_media_type"),
                           (b"\xff\xd8\xff" + b"\0" * 50, "bad_parameter")):
            self.refused(cases.photograph(case, body=body), code)
        for number in range(12):
            added = cases.photograph(case, body=png(width=16 + number))
            self.assertEqual(added.status, 201, added.body)
        self.refused(cases.photograph(case, body=png(width=40)), "bad_parameter")
        token = cases.tokens["ana"]
        gone = self.node.call("DELETE",
                              f"/v1/cases/{case}/photographs/{added.json['photograph']}",
                              token=token)
        self.assertEqual(gone.status, 204)
        self.assertEqual(len(cases.file(case).json["photographs"]), 11)
        self.assertEqual(cases.photograph(case, body=png(width=27)).status, 201, "and again")
        draft = {"description": "d", "category": "handbag", "source": "shop"}
        answers = [self.node.post("/v1/cases", draft, token) for _ in range(9)]
        self.assertEqual(answers[0].status, 201)
        self.refused(answers[-1], "bad_parameter")
        for wrong in ({"category": "A Sentence"}, {"source": ""}, {"description": ""},
                      {"gs1_key": "01/nonsense"}):
            self.refused(self.node.post("/v1/cases", {**draft, **wrong}, token), "bad_parameter")
        stranger = self.node.sign_in(self.world.people["stranger"]).json["token"]
        self.assertEqual(self.node.post("/v1/cases", draft, stranger).status, 201, "a member")

    def test_g_statistics_begin_at_ten(self):
        told = self.node.get("/v1/authentication/statistics").json
        self.assertEqual((told["counts_from"], told["weeks"], told["categories"]), ("10", [], []))
        csv = self.node.get("/v1/authentication/statistics?format=csv")
        self.assertEqual(csv.body, b"table,week,name,cases,genuine,fake,inconclusive,fake_bps\r\n")
        svg = self.node.get("/v1/authentication/statistics?format=svg")
        self.assertIn(b"No category", svg.body)
        self.refused(self.node.get("/v1/authentication/statistics?weeks=0"), "bad_parameter")


if __name__ == "__main__":
    TALLY = sys.argv.pop(2)
    TALLYD = sys.argv.pop(1)
    unittest.main()
