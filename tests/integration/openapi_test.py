#!/usr/bin/env python3
"""Holds api/openapi.yaml against a running node, in both directions.

    openapi_test.py PATH_TO_TALLYD

Every path that is served is described; every path that is described is served; every operation is
exercised, and every answer that this test gets, refusals too, matches the schema of its status and
media type. The decoded views match the protobuf schema field by field, and the list of problem codes
the lists that the code is made of.
"""
import base64
import json
import re
import sys
import tempfile
import time
import unittest
import warnings
from pathlib import Path

import jsonschema
import yaml

from cases import Cases
from node import Node, hash_of, quoted
from stream_reader import WebSocket
from world import KEPT, OFFERED, PREFIX, SOLD, World

ROOT = Path(__file__).resolve().parents[2]
TALLYD = None
METHODS = ("get", "put", "post", "delete", "patch")


class Description:
    def __init__(self):
        self.document = yaml.safe_load((ROOT / "api/openapi.yaml").read_text(encoding="utf-8"))
        with warnings.catch_warnings():  # what follows it is not in Debian 12
            warnings.simplefilter("ignore", DeprecationWarning)
            self.resolver = jsonschema.RefResolver("", self.document)
        self.operations = {(m.upper(), path): operation
                           for path, item in self.document["paths"].items()
                           for m, operation in item.items() if m in METHODS}
        # As the router does: a literal segment goes before one in braces.
        self.patterns = sorted(
            ((method, path, re.compile("^" + "/".join(self.segment(s) for s in path.split("/")) + "$"))
             for method, path in self.operations),
            key=lambda row: [s.startswith("{") for s in row[1].split("/")])

    @staticmethod
    def segment(text):
        if text in ("{gs1_key}", "{event_id}", "{file}"):  # the rest of the path, as it stands
            return ".+"
        return "[^/]+" if text.startswith("{") else re.escape(text)

    def find(self, method, path):
        for candidate, template, pattern in self.patterns:
            if candidate == method and pattern.match(path):
                return template, self.operations[method, template]
        return None, None

    def resolve(self, node):
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def validator(self, schema):
        return jsonschema.Draft202012Validator(schema, resolver=self.resolver)

    def check(self, schema, value, where):
        errors = sorted(self.validator(schema).iter_errors(value), key=lambda e: list(e.path))
        if errors:
            best = jsonschema.exceptions.best_match(errors)
            at = "/".join(map(str, best.absolute_path))
            raise AssertionError(f"{where}: at /{at}: {best.message[:600]}")

    def check_answer(self, method, path, answer):
        template, operation = self.find(method, path.split("?")[0])
        if operation is None:
            return None  # not a path of the API: refused before any route
        where = f"{method} {path} -> {answer.status}"
        responses = operation["responses"]
        response = responses.get(str(answer.status), responses.get("default"))
        response = self.resolve(response)
        if answer.status >= 400 and answer.type == "application/problem+json":
            self.check({"$ref": "#/components/schemas/Problem"}, answer.json, where)
        elif not answer.body:
            if "content" in response:
                raise AssertionError(f"{where}: a body was promised")
        else:
            media = response.get("content", {}).get(answer.type)
            if media is None:
                raise AssertionError(f"{where}: {answer.type} is not described")
            if answer.type == "application/x-ndjson":
                for line in answer.body.splitlines():
                    self.check(media["schema"], json.loads(line), where)
            elif answer.type.endswith("json"):
                self.check(media["schema"], answer.json, where)
        return (method, template) if answer.status < 400 else None


class OpenApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.api = Description()
        cls.faults, cls.exercised, cls.examples = [], set(), {}
        cls.node = Node(TALLYD, cls.see)
        cls.world = World(cls.node)

    @classmethod
    def tearDownClass(cls):
        cls.node.close()

    @classmethod
    def see(cls, method, path, answer):
        try:
            done = cls.api.check_answer(method, path, answer)
            if done:
                cls.exercised.add(done)
        except AssertionError as fault:
            cls.faults.append(str(fault))

    def test_the_document_is_whole(self):
        for name, schema in self.api.document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            with self.subTest(schema=name):
                self.check_references(schema)
        ids = [o["operationId"] for o in self.api.operations.values()]
        self.assertEqual(len(ids), len(set(ids)))
        for (method, path), operation in self.api.operations.items():
            with self.subTest(operation=f"{method} {path}"):
                self.check_references(operation)
                self.check_examples(operation)
                named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
                self.assertEqual(named, set(re.findall(r"\{(\w+)\}", path)))

    def check_references(self, node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                self.api.resolver.resolve(node["$ref"])
            for value in node.values():
                self.check_references(value)
        elif isinstance(node, list):
            for value in node:
                self.check_references(value)

    def check_examples(self, operation):
        for status, response in operation["responses"].items():
            for media in self.api.resolve(response).get("content", {}).values():
                if "example" in media:
                    self.api.check(media["schema"], media["example"], f"example of {status}")

    def test_every_path_served_is_described_and_the_other_way_round(self):
        served = {(method, pattern.replace("...}", "}")) for method, pattern in self.node.routes()}
        described = set(self.api.operations)
        self.assertEqual(sorted(served - described), [], "served, not described")
        self.assertEqual(sorted(described - served), [], "described, not served")

    def test_views_are_the_protobuf_schema(self):
        text = "".join((ROOT / f"api/tally/v1/{name}.proto").read_text(encoding="utf-8")
                       for name in ("transaction", "registry", "block"))
        schemas = self.api.document["components"]["schemas"]
        names_of_alternatives = {"RegistryWrite", "StoredOutput", "SignedTransaction", "Account",
                                 "Block", "Outcome", "Settled", "Rejected", "Error", "Command",
                                 "Output", "Lock", "RegistryEntry"}
        checked = 0
        for match in re.finditer(r"message (\w+) \{()\}|message (\w+) \{(.*?)\n\}", text, re.S):
            name, body = match[1] or match[3], match[4] or ""
            if name in names_of_alternatives:
                continue
            fields = set(re.findall(r"^\s*(?:optional |repeated )?\w+ (\w+) = \d+;", body, re.M))
            properties = set(schemas[name]["properties"])
            own = {"type", "command"} & (properties - fields)
            if "command" in own:
                own |= {"inputs", "outputs"}
            self.assertEqual(properties - own, fields, name)
            checked += 1
        self.assertGreater(checked, 60)

    def test_codes_are_those_of_the_code(self):
        codes = re.findall(r"^X\((\w+),",
                           (ROOT / "contracts/error_code.def").read_text(encoding="utf-8"), re.M)
        codes += re.findall(r'HttpErrorInfo\{k\w+,\s*\d+,\s*"(\w+)"',
                            (ROOT / "src/http/http_error.cpp").read_text(encoding="utf-8"))
        described = self.api.document["components"]["schemas"]["ProblemCode"]["enum"]
        self.assertEqual(sorted(described), sorted(codes))
        self.assertEqual(len(codes), len(set(codes)), "a code has two meanings")

    # ---- Every operation, asked. ----

    def test_zz_every_operation_answers_as_described(self):
        self.transactions()
        self.accounts()
        self.goods()
        self.authentication()
        self.sessions()
        self.profile()
        self.stream()
        self.operation()
        self.refusals()
        self.assertEqual(self.faults, [])
        left = {key for key in self.api.operations if key not in self.exercised}
        # These need a captured document: the capture tests ask them.
        left = {key for key in left if not key[1].startswith("/epcis/")}
        self.assertEqual(sorted(left), [], "described, never exercised")

    def transactions(self):
        world, node = self.world, self.node
        txid = world.payment["txid"]
        node.get(f"/v1/transactions/{txid}")
        node.get(f"/v1/transactions/{txid}/receipt")
        node.get(f"/v1/transactions/{txid}?min_height=1", "dev")
        built = node.build(world.ana, "asset_transfer",
                           payments=[{"to": world.bo.address, "asset": "EUR", "amount": "1.00"}])
        signed = node.sign(built.json, world.ana)
        for token in (None, "dev"):
            answer = node.post("/v1/transactions:simulate", signed, token)
            self.assertTrue(answer.json["would_settle"], answer.body)
            self.assertEqual(answer.json["commands"][0]["verdict"], "holds")
        lines = "\n".join(json.dumps(s) for s in (signed, signed, {**signed, "witnesses": []}))
        batch = node.post("/v1/transactions:batch", lines.encode(),
                          content_type="application/x-ndjson").body.splitlines()
        self.assertEqual(len(batch), 3)
        node.get(f"/v1/assets?min_height={node.height()}")  # the views know it too
        spent = node.post("/v1/transactions:simulate", signed).json
        self.assertFalse(spent["would_settle"])
        self.assertEqual(spent["problem"]["code"], "already_spent")
        self.assertEqual(spent["commands"][0]["verdict"], "not_reached")
        node.get("/v1/build")
        leased = node.build(world.ana, "asset_transfer", payments=[
            {"to": world.bo.address, "asset": "EUR", "amount": "2.00"}]).json["lease"]["id"]
        node.call("DELETE", f"/v1/leases/{leased}?account={world.ana.address}", token="dev")
        for height in (0, 1, node.height()):
            node.get(f"/v1/blocks/{height}")
            node.get(f"/v1/blocks/{height}?bodies=true", "dev")

    def accounts(self):
        node, bo = self.node, self.world.bo.address
        tokens = (self.world.session("bo"), "dev")
        for token in tokens:
            for path in ("", "/balances", "/outputs", "/outputs?kind=coin&asset=EUR&limit=1",
                         "/statement", "/statement?asset=EUR&limit=1", "/statement?format=csv",
                         "/items", "/orders", "/orders?side=buyer&state=released", "/delegations",
                         "/agents", "/profile", "/reputation", "/reputation/events?side=buyer"):
                answer = node.get(f"/v1/accounts/{bo}{path}", token)
                self.assertEqual(answer.status, 200, path)
        for name in ("brand", "appraiser", "issuer", "ana", "operator-1"):
            node.get(f"/v1/accounts/{self.world.people[name].address}", "dev")
            node.get(f"/v1/accounts/{self.world.people[name].address}/statement", "dev")
        node.get(f"/v1/accounts/{self.world.brand.address}/reputation")
        pages, cursor = 0, ""
        while cursor is not None and pages < 50:
            page = node.get(f"/v1/accounts/{bo}/outputs?limit=1{cursor}", "dev").json
            cursor = page["next_cursor"] and "&cursor=" + quoted(page["next_cursor"])
            pages += 1
        self.assertGreater(pages, 2)

    def goods(self):
        node, world = self.node, self.world
        for token in (None, "dev", world.session("bo"), world.session("brand")):
            for key in (SOLD, OFFERED, KEPT):
                for path in (f"/v1/items/{key}", f"/v1/item-history/{key}",
                             f"/v1/item-claims/{key}", f"/{key}"):
                    self.assertEqual(node.get(path, token).status, 200, path)
            for path in ("/v1/assets", "/v1/assets/EUR", "/v1/assets/BAGCREDIT",
                         f"/v1/assets?issuer={world.issuer.address}", "/v1/orders?open=true",
                         f"/v1/orders/{world.offer}"):
                self.assertEqual(node.get(path, token).status, 200, path)
        self.composition()
        node.get(f"/v1/items?prefix={PREFIX}", world.session("brand"))
        node.get(f"/v1/items?owner={world.bo.address}", world.session("bo"))
        node.get("/v1/orders", world.session("bo"))
        node.get(f"/v1/orders/{world.order}", world.session("bo"))
        for path in ("/01/09521141000007", "/01/09521141000007/10/A/21/1",
                     "/01/09521141000007/22/A/21/1", "/8003/09521141000007X", "/8004/95211419"):
            for accept in ("text/html", "application/json", "application/linkset+json"):
                answer = node.get(path, headers={"Accept": accept})
                self.exercised.add(("GET", self.api.find("GET", path)[0]))
                self.assertIn(answer.status, (200, 400, 404))
        node.get(f"/{SOLD}", headers={"Accept": "text/html"})

    def authentication(self):
        node, cases = self.node, Cases(self.world)
        token = cases.tokens["ana"]
        draft = cases.begin()["case"]
        picture = cases.photograph(draft).json["photograph"]
        node.get(f"/v1/cases/{draft}/photographs/{picture}?size=320", token)
        node.call("DELETE", f"/v1/cases/{draft}/photographs/{picture}", token=token)
        case = cases.decided("bo")
        cases.tokens[None] = None
        for who in (None, "bo", "cai", "appraiser"):
            for path in (f"/v1/cases/{case}", f"/v1/cases/{case}/credential", "/v1/appraisers",
                         f"/v1/appraisers/{self.world.appraiser.address}", "/v1/panels/EUR"):
                self.assertEqual(node.get(path, cases.tokens[who]).status, 200, path)
        for who in ("bo", "appraiser"):
            for path in ("file", "inspections"):
                self.assertEqual(node.get(f"/v1/cases/{case}/{path}", cases.tokens[who]).status, 200)
            self.assertEqual(len(node.get("/v1/cases?state=decided", cases.tokens[who])
                                 .json["cases"]), 1)
        for form in ("json", "csv", "svg"):
            node.get(f"/v1/authentication/statistics?format={form}")
        for path, who, code in ((f"/v1/cases/{hash_of('x')}", None, "case_unknown"),
                                ("/v1/cases/zz", None, "bad_parameter"),
                                ("/v1/cases", None, "token_missing"),
                                ("/v1/cases?as=judge", "bo", "bad_parameter"),
                                ("/v1/panels/BAGCREDIT", None, "panel_unknown"),
                                (f"/v1/appraisers/{self.world.bo.address}", None, "not_accredited"),
                                (f"/v1/cases/{case}/file", "cai", "not_yours")):
            self.assertEqual(node.get(path, cases.tokens[who]).json["code"], code, path)

    def composition(self):
        node, brand = self.node, self.world.brand
        lot, carton, packed = ("01/09521141000007/10/SPRING", "00/095211410000000014",
                               "01/09521141000007/21/PACKED")
        event = {"event_hash": hash_of("event")}
        node.settle([brand], "lot_commission", lot=lot, prefix=PREFIX, count=1,
                    root=hash_of("root"), attributes={"colour": "red"}, **event)
        node.settle([brand], "item_commission", prefix=PREFIX, gs1_keys=[carton, packed], **event)
        node.settle([brand], "item_aggregate", container=carton, gs1_keys=[packed], **event)
        node.settle([brand], "item_associate", gs1_key=packed, seals=[hash_of("seal")], **event)
        node.settle([brand], "item_event_error", gs1_keys=[packed], wrong_hash=hash_of("wrong"),
                    reason_hash=hash_of("reason"), **event)
        for token in (None, "dev", self.world.session("brand")):
            for path in (f"/v1/lots/{lot}", f"/v1/items/{packed}", f"/v1/items/{carton}",
                         f"/v1/item-history/{packed}"):
                self.assertEqual(node.get(path, token).status, 200, path)
        for token in ("dev", self.world.session("brand")):
            contents = node.get(f"/v1/item-contents/{carton}", token).json
            self.assertEqual([row["gs1_key"] for row in contents["items"]], [packed])
            self.assertEqual(node.get(f"/v1/item-taint/{lot}", token).json["items_count"], "0")
            taint = node.get(f"/v1/item-taint/{packed}?limit=1", token).json
            self.assertEqual(taint["items_count"], "2")
            cursor = quoted(taint["next_cursor"])
            rest = node.get(f"/v1/item-taint/{packed}?limit=1&cursor={cursor}", token).json
            self.assertEqual([(row["gs1_key"], row["via"]) for row in rest["items"]],
                             [(carton, "container")])
            self.assertIsNone(rest["next_cursor"])
        for path in (f"/v1/lots/{packed}", f"/v1/lots/{lot}X", f"/v1/item-taint/{lot}X",
                     f"/v1/item-contents/{lot}", f"/v1/item-contents/{carton}"):
            self.assertGreaterEqual(node.get(path).status, 400, path)

    def sessions(self):
        node, session = self.node, self.world.session("ana")
        agent = node.post("/v1/agents", {"label": "shop"}, session).json["address"]
        node.get("/v1/agents", session)
        issued = node.post("/v1/tokens", {"scopes": ["read_own", "query"], "label": "ERP",
                                          "expires_ms": str(int(time.time() * 1000) + 3600_000),
                                          "agent": agent}, session)
        self.assertEqual(issued.status, 201, issued.body)
        node.get("/v1/tokens", session)
        node.call("DELETE", f"/v1/tokens/{issued.json['id']}", token=session)
        node.call("DELETE", f"/v1/agents/{agent}", token=session)
        node.call("DELETE", "/v1/session", token=session)
        self.assertEqual(node.get("/v1/tokens", session).status, 401)

    def profile(self):
        node, world = self.node, self.world
        bo, brand = world.session("bo"), world.session("brand")
        octets = {"content_type": "application/octet-stream"}
        node.call("PUT", f"/v1/profile/shoe_size?commitment={world.commitment}", b"ciphertext", bo,
                  **octets)
        node.call("PUT", f"/v1/profile/shoe_size/keys/{world.brand.address}", b"key", bo, **octets)
        for token in (bo, brand):
            read = node.get(f"/v1/profile/{world.bo.address}/shoe_size", token)
            self.assertEqual(base64.b64decode(read.json["ciphertext"]), b"ciphertext")
        node.get("/v1/profile/access-log", bo)
        node.call("DELETE", "/v1/profile/shoe_size", token=bo)

    def stream(self):
        schema = {"$ref": "#/components/schemas/StreamEvent"}
        session = self.world.session("bo")
        reader = WebSocket(self.node.url, "/v1/stream?cursor=1:0", session)
        self.assertEqual(reader.status, 101)
        last, seen = None, set()
        while last is None or int(last["height"]) < int(self.world.payment["height"]):
            last = reader.message()
            self.api.check(schema, last, "stream")
            seen.add(last["type"])
        reader.close()
        self.assertEqual(seen, {"settled", "block"})
        self.exercised.add(("GET", "/v1/stream"))

    def operation(self):
        node = self.node
        for path in ("/healthz", "/readyz", "/metrics", "/story", "/story/events", "/app/", "/app/scan",
                     "/app/manifest.webmanifest", "/app/icon.svg"):
            self.assertEqual(node.get(path).status, 200, path)
        node.get("/app")
        self.assertEqual(node.get("/app/nothing").status, 404)
        self.assertEqual(node.get("/app/assets/nothing.js").json["code"], "route_not_found")
        node.post("/v1/admin/story", {"act": 1, "title": "A title", "step": "A step",
                                      "expected": "settled", "got": "settled", "ok": True,
                                      "url": "/", "txid": None, "ms": "1"}, "dev")
        node.get("/story/events")
        node.get("/v1/admin/status", "dev")
        node.post("/v1/admin/advance-time", {"ms": "1000"}, "dev")
        node.post("/v1/admin/quarantine", {"txid": hash_of("nothing")}, "dev")
        node.post("/v1/admin/resume", b"", "dev")
        node.post("/v1/admin/archive", {"keep_blocks": "1000000"}, "dev")
        with tempfile.TemporaryDirectory() as folder:
            begun = node.post("/v1/admin/backup", {"to": folder + "/backup"}, "dev")
            self.assertEqual(begun.status, 202, begun.body)
            while node.get("/v1/admin/backup", "dev").json["state"] == "running":
                time.sleep(0.05)

    def refusals(self):
        """Each with its code: the schema is checked of all of them."""
        node, world = self.node, self.world
        bo = world.bo.address
        cases = [
            ("GET", "/v1/nothing", None, None, "route_not_found"),
            ("PUT", "/v1/network", None, None, "wrong_method"),
            ("GET", "/v1/assets?color=red", None, None, "query_unknown"),
            ("GET", "/v1/assets?limit=0", None, None, "bad_parameter"),
            ("GET", "/v1/assets?cursor=zz", None, None, "bad_parameter"),
            ("GET", "/v1/assets?min_height=-1", None, None, "bad_parameter"),
            ("GET", "/v1/assets/GOLD", None, None, "asset_unknown"),
            ("GET", "/v1/blocks/99999999", None, None, "block_unknown"),
            ("GET", "/v1/blocks/1?bodies=true", None, None, "token_missing"),
            ("GET", f"/v1/transactions/{hash_of('x')}", None, None, "transaction_unknown"),
            ("GET", "/v1/items/01/09521141000007/21/9999", None, None, "item_unknown"),
            ("GET", "/v1/items/01/09521141000006/21/9999", None, None, "bad_parameter"),
            ("GET", f"/v1/orders/{hash_of('x')}", None, None, "order_unknown"),
            ("GET", "/v1/orders", None, None, "token_missing"),
            ("GET", f"/v1/accounts/{bo}/balances", None, None, "token_missing"),
            ("GET", f"/v1/accounts/{bo}/balances", None, "nonsense", "token_invalid"),
            ("GET", f"/v1/accounts/{bo[:-1]}x/balances", None, "dev", "bad_parameter"),
            ("POST", "/v1/transactions", {"body": ""}, None, "not_json"),
            ("POST", "/v1/transactions", {"body": "AA==", "witnesses": []}, None, "not_protobuf"),
            ("POST", "/v1/build/asset_transfer", {}, None, "token_missing"),
            ("POST", "/v1/build/asset_steal", {"account": bo}, "dev", "route_not_found"),
            ("POST", "/v1/sign-in", {"address": bo, "nonce": hash_of("n"), "expires_ms": "1",
                                     "signature": "00" * 64}, None, "sign_in_failed"),
            ("POST", "/v1/tokens", {"scopes": ["read_own"], "expires_ms": "1"}, "dev",
             "scope_missing"),
            ("POST", "/v1/admin/advance-time", {"ms": "1"}, None, "token_missing"),
        ]
        for method, path, body, token, code in cases:
            with self.subTest(path=path, body=body, code=code):
                answer = node.call(method, path, body, token)
                self.assertEqual(answer.json["code"], code, answer.body)


if __name__ == "__main__":
    TALLYD = sys.argv.pop(1)
    unittest.main()
