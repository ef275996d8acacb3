#!/usr/bin/env python3
"""Asks each query as each reader, and compares with docs/spec/visibility.md's promises, row by row.

    visibility_test.py PATH_TO_TALLYD

A row is a query, the members of its answer that not everybody gets, and for each reader which of them it
gets, or the code of its refusal. The world: the brand sold SOLD to Bo through an order, offers another
bag to anybody, keeps a third; Ana paid Cai; Bo granted the brand one attribute of his profile.
"""
import base64
import json
import sys
import time
import unittest

from cases import Cases
from node import Node, hash_of
from stream_reader import WebSocket
from world import KEPT, OFFERED, PREFIX, SOLD, World

TALLYD = None
READERS = ("stranger", "ana", "bo", "brand", "cai", "operator", "auditor")

NOTHING = ()
OWN_ONLY = {"stranger": "token_missing", "ana": "not_yours", "bo": None, "brand": "not_yours",
            "cai": "not_yours", "operator": "not_yours", "auditor": None}


def members(answer, names):
    """Those of `names` (a/b is a member b of a member a; lists by their first row) that are told."""
    out = []
    for name in names:
        value = answer
        for part in name.split("/"):
            if isinstance(value, list):
                value = value[0] if value else None
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            out.append(name)
    return tuple(out)


class VisibilityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Node(TALLYD)
        cls.world = World(cls.node)
        cls.tokens = {"stranger": None}
        for name in ("ana", "bo", "brand", "cai"):
            cls.tokens[name] = cls.world.session(name)
        session = cls.node.sign_in(cls.world.people["operator-1"]).json["token"]
        for reader, scopes in (("operator", ["operate"]), ("auditor", ["audit"])):
            issued = cls.node.post("/v1/tokens", {
                "scopes": scopes, "expires_ms": int(time.time() * 1000) + 3600_000}, session)
            cls.tokens[reader] = issued.json["token"]

    @classmethod
    def tearDownClass(cls):
        cls.node.close()

    def ask(self, path, reader):
        return self.node.get(path, self.tokens[reader])

    def hold(self, path, names, expected):
        """`expected`: for each reader the told members, None for all of them, or a refusal's code."""
        self.assertEqual(set(expected), set(READERS))
        for reader in READERS:
            with self.subTest(path=path, reader=reader):
                answer = self.ask(path, reader)
                wanted = expected[reader]
                if isinstance(wanted, str):
                    self.assertEqual(answer.json.get("code"), wanted, answer.body)
                    continue
                self.assertEqual(answer.status, 200, answer.body)
                self.assertEqual(members(answer.json, names),
                                 tuple(names) if wanted is None else tuple(wanted))

    def test_bodies_of_transactions(self):
        body = ("body", "transaction")
        self.hold(f"/v1/transactions/{self.world.payment['txid']}", body,
                  {"stranger": NOTHING, "ana": None, "bo": NOTHING, "brand": NOTHING, "cai": None,
                   "operator": NOTHING, "auditor": None})
        self.hold(f"/v1/transactions/{self.world.released['txid']}", body,
                  {"stranger": NOTHING, "ana": NOTHING, "bo": None, "brand": None, "cai": NOTHING,
                   "operator": NOTHING, "auditor": None})

    def test_blocks(self):
        height = self.world.payment["height"]
        self.hold(f"/v1/blocks/{height}", ("header", "hash"), dict.fromkeys(READERS))
        self.hold(f"/v1/blocks/{height}", ("outcomes", "block"), dict.fromkeys(READERS, NOTHING))
        self.hold(f"/v1/blocks/{height}?bodies=true", ("outcomes", "block"),
                  {"stranger": "token_missing", "ana": "scope_missing", "bo": "scope_missing",
                   "brand": "scope_missing", "cai": "scope_missing", "operator": None,
                   "auditor": None})

    def test_no_block_holds_a_body_unasked(self):
        for height in range(self.node.height() + 1):
            answer = self.ask(f"/v1/blocks/{height}", "auditor")
            self.assertEqual(answer.status, 200)
            self.assertNotIn(b"body", answer.body)

    def test_assets_are_public_their_holders_are_not(self):
        public = ("asset/issuer", "asset/policies", "supply")
        for symbol in ("EUR", "BAGCREDIT"):
            self.hold(f"/v1/assets/{symbol}", public, dict.fromkeys(READERS))
        self.hold("/v1/assets/BAGCREDIT", ("holders",),
                  {**dict.fromkeys(READERS, NOTHING), "brand": None, "auditor": None})

    def test_accounts(self):
        bo = f"/v1/accounts/{self.world.bo.address}"
        operator = {**OWN_ONLY}
        self.hold(bo, ("member",), {**dict.fromkeys(READERS, NOTHING), "bo": None, "auditor": None})
        for path, names in (("/balances", ("balances",)), ("/outputs", ("outputs",)),
                            ("/statement", ("movements",)), ("/items", ("items",)),
                            ("/orders", ("orders",)), ("/delegations", ("delegations",)),
                            ("/agents", ("agents",)), ("/profile", ("attributes",)),
                            ("/reputation/events?side=buyer", ("events",))):
            self.hold(bo + path, names, operator)
        brand = self.node.get(f"/v1/accounts/{self.world.brand.address}").json
        self.assertEqual([role["type"] for role in brand["roles"]], ["prefix"])

    def test_cases(self):
        """Cai asks, the appraiser judges; nobody else learns who asked, or sees a photograph."""
        cases = Cases(self.world)
        file = cases.begin("cai")
        case = file["case"]
        picture = cases.photograph(case, who="cai").json["photograph"]
        cases.open(cases.file(case, "cai").json, who="cai")
        strangers = {"stranger": "token_missing", "ana": "not_yours", "bo": "not_yours",
                     "brand": "not_yours", "cai": None, "operator": "scope_missing",
                     "auditor": "scope_missing"}
        self.hold(f"/v1/cases/{case}/file", ("description", "photographs"), strangers)
        self.hold(f"/v1/cases/{case}/inspections", ("inspections",), strangers)
        for reader in READERS:
            answer = self.ask(f"/v1/cases/{case}/photographs/{picture}", reader)
            self.assertEqual(answer.status == 200, reader == "cai", reader)
        cases.judged(case)
        public = ("verdict", "revealed", "subject")
        self.hold(f"/v1/cases/{case}", public, dict.fromkeys(READERS))
        for reader in READERS:
            answer = self.ask(f"/v1/cases/{case}", reader)
            self.assertNotIn(self.world.cai.address, answer.body.decode(), reader)
            self.assertEqual(bool(answer.json["you"] and answer.json["you"]["requester"]),
                             reader == "cai")
        for path in ("/v1/appraisers", "/v1/authentication/statistics", "/v1/panels/EUR",
                     f"/v1/appraisers/{self.world.appraiser.address}",
                     f"/v1/cases/{case}/credential"):
            for reader in READERS:
                self.assertEqual(self.ask(path, reader).status, 200, (path, reader))

    def test_statement_in_csv(self):
        path = f"/v1/accounts/{self.world.bo.address}/statement?format=csv"
        for reader in READERS:
            with self.subTest(reader=reader):
                answer = self.ask(path, reader)
                if OWN_ONLY[reader] is None:
                    self.assertEqual(answer.type, "text/csv")
                    self.assertTrue(answer.body.startswith(b"row,time,"))
                else:
                    self.assertEqual(answer.json["code"], OWN_ONLY[reader])

    def test_reputation(self):
        figures = ("as_seller/score", "as_seller/totals")
        own = ("as_buyer/moved_most", "volumes")
        merchant = f"/v1/accounts/{self.world.brand.address}/reputation"
        self.hold(merchant, figures, dict.fromkeys(READERS))
        self.hold(merchant, own, {**dict.fromkeys(READERS, NOTHING), "brand": None,
                                  "auditor": None})
        self.hold(f"/v1/accounts/{self.world.bo.address}/reputation", figures, OWN_ONLY)
        appraiser = f"/v1/accounts/{self.world.appraiser.address}/reputation"
        self.hold(appraiser, figures, dict.fromkeys(READERS))

    def test_reputation_of_who_opted_in(self):
        from node import tagged_hash
        cai = self.world.cai
        path = f"/v1/accounts/{cai.address}/reputation"
        self.assertEqual(self.ask(path, "bo").json["code"], "not_yours")
        self.node.settle([cai], "profile_set", attribute="public-reputation",
                         commitment=tagged_hash("tally/public-reputation", cai.key).hex())
        self.assertEqual(self.ask(path, "bo").status, 200)
        self.assertNotIn("volumes", self.ask(path, "bo").json)
        self.node.settle([cai], "profile_set", attribute="public-reputation", version=2,
                         commitment=hash_of("no longer"))
        self.assertEqual(self.ask(path, "bo").json["code"], "not_yours")

    def test_items(self):
        public = ("gs1_key", "authority", "attestations", "owners")
        inside = ("disposition", "custodian", "history_count", "place")
        self.hold(f"/v1/items/{SOLD}", public, dict.fromkeys(READERS))
        self.hold(f"/v1/items/{SOLD}", ("owner",), {**dict.fromkeys(READERS, NOTHING), "bo": None})
        # Sold: the brand knows no more than a stranger.
        self.hold(f"/v1/items/{SOLD}", inside,
                  {**dict.fromkeys(READERS, NOTHING), "bo": None, "auditor": None})
        # Not sold yet, still the brand's.
        self.hold(f"/v1/items/{KEPT}", inside,
                  {**dict.fromkeys(READERS, NOTHING), "brand": None, "auditor": None})
        self.hold(f"/v1/items/{KEPT}", ("challenges/reason_hash",), dict.fromkeys(READERS))
        self.hold(f"/v1/items/{KEPT}", ("challenges/challenger",),
                  dict.fromkeys(READERS, NOTHING))
        self.hold(f"/v1/items/{OFFERED}", ("place/order",),
                  {**dict.fromkeys(READERS, NOTHING), "brand": None, "auditor": None})
        # The owner is "you" to itself, an address to the auditor; the seller's is nobody's any more.
        for reader in READERS:
            body = self.ask(f"/v1/items/{SOLD}", reader).body.decode()
            self.assertEqual(self.world.bo.address in body, reader == "auditor", reader)
        self.hold(f"/v1/items/{SOLD[:-1]}9", public, dict.fromkeys(READERS, "item_unknown"))

    def test_item_lists(self):
        self.hold(f"/v1/items?owner={self.world.bo.address}", ("items",), OWN_ONLY)
        self.hold(f"/v1/items?prefix={PREFIX}", ("items/gs1_key",),
                  {"stranger": "token_missing", "ana": "not_yours", "bo": "not_yours",
                   "brand": None, "cai": "not_yours", "operator": "not_yours", "auditor": None})

    def test_item_history(self):
        public = {"item_commission", "item_attest"}
        orders = {"order_offer", "order_fund", "order_release"}
        for reader in READERS:
            with self.subTest(reader=reader):
                facts = self.ask(f"/v1/item-history/{SOLD}", reader).json["facts"]
                seen = {fact["command"] for fact in facts}
                self.assertLessEqual(public, seen)
                if reader in ("bo", "auditor"):
                    self.assertLessEqual({"order_fund", "order_release"}, seen)
                if reader == "brand":
                    self.assertIn("item_observe", seen, "its own leg")
                if reader in ("stranger", "ana", "cai", "operator"):
                    self.assertEqual(seen, public)
                    self.assertEqual([f["order"] for f in facts], [None] * len(facts))
                if reader not in ("bo", "brand", "auditor"):
                    self.assertFalse(seen & orders)
        self.hold(f"/v1/item-claims/{SOLD}", ("claims/event_hash",), dict.fromkeys(READERS))
        self.hold(f"/v1/item-claims/{SOLD}", ("claims/actor",),
                  {**dict.fromkeys(READERS, NOTHING), "cai": None, "auditor": None})
        facts = self.ask(f"/v1/item-history/{SOLD}", "auditor").json["facts"]
        self.assertNotIn("item_claim", {fact["command"] for fact in facts})

    def test_lots_containers_and_recalls(self):
        node, brand = self.node, self.world.brand
        lot, carton, packed = ("01/09521141000007/10/SPRING", "00/095211410000000014",
                               "01/09521141000007/21/PACKED")
        node.settle([brand], "lot_commission", lot=lot, prefix=PREFIX, count=1000,
                    root=hash_of("root"), event_hash=hash_of("made"))
        node.settle([brand], "item_commission", prefix=PREFIX, gs1_keys=[carton, packed],
                    event_hash=hash_of("made"))
        node.settle([brand], "item_aggregate", container=carton, gs1_keys=[packed],
                    event_hash=hash_of("packed"))
        self.hold(f"/v1/lots/{lot}", ("authority", "root"), dict.fromkeys(READERS))
        self.hold(f"/v1/lots/{lot}", ("count", "stepped_out", "event_hash"),
                  {**dict.fromkeys(READERS, NOTHING), "brand": None, "auditor": None})
        brands = {**dict.fromkeys(READERS, "not_yours"), "stranger": "token_missing", "brand": None,
                  "auditor": None}
        self.hold(f"/v1/item-contents/{carton}", ("items/gs1_key",), brands)
        for key in (packed, lot):
            self.hold(f"/v1/item-taint/{key}", ("items_count", "complete"), brands)
        self.hold(f"/v1/item-taint/{packed}", ("items/gs1_key", "orders"),
                  {**brands, "brand": ("items/gs1_key",)})
        inside = ("packed_in", "place")
        self.hold(f"/v1/items/{packed}", inside,
                  {**dict.fromkeys(READERS, NOTHING), "brand": None, "auditor": None})
        self.hold(f"/v1/items/{packed}", ("seals",), dict.fromkeys(READERS))

    def test_orders(self):
        self.hold(f"/v1/orders/{self.world.order}", ("order/terms", "steps"),
                  {**dict.fromkeys(READERS, "order_unknown"), "bo": None, "brand": None,
                   "auditor": None})
        self.hold(f"/v1/orders/{self.world.offer}", ("order/terms",), dict.fromkeys(READERS))
        self.hold("/v1/orders?open=true", ("orders/id",), dict.fromkeys(READERS))
        for reader in READERS:
            offers = self.ask("/v1/orders?open=true", reader).json["orders"]
            self.assertNotIn(self.world.order, [order["id"] for order in offers])
        self.hold(f"/v1/orders?party={self.world.bo.address}", ("orders/id",), OWN_ONLY)

    def test_profile(self):
        world, node = self.world, self.node
        octets = {"content_type": "application/octet-stream"}
        stored = node.call("PUT", f"/v1/profile/shoe_size?commitment={world.commitment}",
                           b"\x00\x01ciphertext", self.tokens["bo"], **octets)
        self.assertEqual(stored.status, 200, stored.body)
        node.call("PUT", f"/v1/profile/shoe_size/keys/{world.brand.address}", b"wrapped",
                  self.tokens["bo"], **octets)
        path = f"/v1/profile/{world.bo.address}/shoe_size"
        before = {"stranger": "token_missing", "ana": "not_yours", "bo": ("ciphertext",),
                  "brand": None, "cai": "not_yours", "operator": "scope_missing",
                  "auditor": "scope_missing"}
        self.hold(path, ("ciphertext", "wrapped_key"), before)
        self.assertEqual(base64.b64decode(self.ask(path, "brand").json["ciphertext"]),
                         b"\x00\x01ciphertext")
        log = self.ask("/v1/profile/access-log", "bo").json["accesses"]
        self.assertEqual({row["reader"] for row in log}, {world.brand.address})
        reads = len(log)
        self.assertEqual(reads, 2, "each read of another's, none of the owner's own")
        self.assertEqual(self.ask("/v1/profile/access-log", "brand").json["accesses"], [])
        # Revoked: from the very answer on.
        node.settle([world.bo], "profile_revoke", reader=world.brand.address,
                    attribute="shoe_size")
        self.assertEqual(self.ask(path, "brand").json["code"], "not_yours")
        self.assertEqual(self.ask(path, "brand").status, 403)
        self.assertEqual(len(self.ask("/v1/profile/access-log", "bo").json["accesses"]), reads)
        # Granted again, and expired by the ledger's time.
        world.grant()
        self.assertEqual(self.ask(path, "brand").status, 200)
        # Erased: nobody reads it again, the owner neither.
        node.call("DELETE", "/v1/profile/shoe_size", token=self.tokens["bo"])
        for reader in ("bo", "brand"):
            self.assertEqual(self.ask(path, reader).json["code"], "document_unknown")

    def test_stream(self):
        """The same blocks, as each reader: the same events, bodies for the parties alone."""
        for reader in ("stranger", "ana", "bo", "cai", "auditor"):
            with self.subTest(reader=reader):
                told, skeleton = self.read_stream("/v1/stream?cursor=1:0", reader)
                payment = self.world.payment["txid"] in told
                release = self.world.released["txid"] in told
                self.assertEqual(payment, reader in ("ana", "cai", "auditor"))
                self.assertEqual(release, reader in ("bo", "auditor"))
                if reader == "stranger":
                    self.assertEqual(told, set())
                    every = skeleton
                self.assertEqual(skeleton, every)
        account = self.world.cai.address
        told, skeleton = self.read_stream(f"/v1/stream?cursor=1:0&account={account}", "cai", 2)
        self.assertEqual(len(told), len(skeleton), "a filter by account passes what concerns it")
        told, skeleton = self.read_stream("/v1/stream?cursor=1:0&asset=EUR&kind=asset_transfer",
                                          "ana", 1)
        self.assertEqual(told, {self.world.payment["txid"]})
        for at in (0, 1, len(every) // 2):  # wherever it resumes, nothing is missing
            _, rest = self.read_stream(f"/v1/stream?cursor={every[at][0]}", "stranger")
            self.assertEqual(rest, every[at + 1:])
        refused = WebSocket(self.node.url, f"/v1/stream?account={account}", self.tokens["ana"])
        self.assertEqual(refused.status, 403)
        refused.close()

    def read_stream(self, target, reader, count=None):
        stream = WebSocket(self.node.url, target, self.tokens[reader])
        self.assertEqual(stream.status, 101)
        told, skeleton = set(), []
        end = int(self.world.payment["height"])
        while count is None or len(skeleton) < count:
            event = stream.message()
            if int(event["height"]) > end:
                break
            skeleton.append((event["cursor"], event["type"]))
            if "transaction" in event:
                told.add(event["txid"])
            if count is None and (int(event["height"]), event["type"]) == (end, "block"):
                break
        stream.close()
        return told, skeleton

    def test_what_settles_needs_no_token_and_what_builds_does(self):
        request = {"payments": [{"to": self.world.bo.address, "asset": "EUR", "amount": "1.00"}]}
        path = "/v1/build/asset_transfer"
        expected = {"stranger": 401, "ana": 200, "operator": 403, "auditor": 403}
        for reader, status in expected.items():
            with self.subTest(reader=reader):
                answer = self.node.post(path, {**request, "lease": "0s"}, self.tokens[reader])
                self.assertEqual(answer.status, status, answer.body)
        others = self.node.post(path, {**request, "account": self.world.ana.address},
                                self.tokens["bo"])
        self.assertEqual(others.json["code"], "not_yours")

    def test_a_session_ends(self):
        token = self.world.session("ana")
        path = f"/v1/accounts/{self.world.ana.address}/balances"
        self.assertEqual(self.node.get(path, token).status, 200)
        self.assertEqual(self.node.call("DELETE", "/v1/session", token=token).status, 204)
        self.assertEqual(self.node.get(path, token).json["code"], "token_invalid")

    def test_a_token_reaches_as_far_as_its_scopes(self):
        path = f"/v1/accounts/{self.world.bo.address}/balances"
        for scope, code in (("read_own", None), ("capture", "scope_missing"),
                            ("build", "scope_missing")):
            issued = self.node.post("/v1/tokens", {
                "scopes": [scope], "expires_ms": int(time.time() * 1000) + 3600_000},
                self.tokens["bo"]).json
            self.assertEqual(self.node.get(path, issued["token"]).json.get("code"), code)

    def test_the_operators_scopes_are_the_operators_to_give(self):
        for scope in ("admin", "operate", "audit"):
            answer = self.node.post("/v1/tokens", {
                "scopes": [scope], "expires_ms": int(time.time() * 1000) + 1000},
                self.tokens["bo"])
            self.assertEqual(answer.json["code"], "scope_missing")

    def test_a_list_is_pinned_to_the_height_of_its_first_page(self):
        session = self.tokens["ana"]
        path = f"/v1/accounts/{self.world.ana.address}/statement?limit=1"
        first = self.node.get(path, session).json
        self.node.settle([self.world.ana], "asset_transfer", payments=[
            {"to": self.world.cai.address, "asset": "EUR", "amount": "0.01"}])
        rows, page = [first["movements"]], first
        while page["next_cursor"]:
            page = self.node.get(path + "&cursor=" + page["next_cursor"], session).json
            self.assertEqual(page["pinned_height"], first["pinned_height"])
            self.assertEqual(page["closing"], first["closing"])
            rows.append(page["movements"])
        heights = [int(row["height"]) for rows_of_page in rows for row in rows_of_page]
        self.assertLessEqual(max(heights), int(first["pinned_height"]))

    def test_a_read_waits_for_the_height_it_asks_for(self):
        height = self.node.height()
        answer = self.node.get(f"/v1/assets?min_height={height}")
        self.assertGreaterEqual(int(answer.json["as_of_height"]), height)
        late = self.node.get(f"/v1/assets?min_height={height + 1000000}")
        self.assertEqual((late.status, late.json["code"]), (503, "views_behind"))
        self.assertEqual(json.loads(late.body)["retry"], "later")


if __name__ == "__main__":
    TALLYD = sys.argv.pop(1)
    unittest.main()
