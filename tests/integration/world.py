"""A small world on a development network: a brand, an appraiser, a payment token, an IOU, a sale, a
resale on offer, a profile with a grant. What the tests of the API ask about."""
from node import Person, hash_of, tagged_hash

PREFIX = "9521141"
SOLD, OFFERED, KEPT = (f"01/09521141000007/21/000{i}" for i in (1, 2, 3))


class World:
    def __init__(self, node):
        self.node = node
        names = ("operator-1", "operator-2", "brand", "appraiser", "issuer", "ana", "bo", "cai",
                 "carrier", "stranger")
        self.people = {name: Person(name) for name in names}
        self.brand, self.appraiser, self.issuer = (
            self.people[n] for n in ("brand", "appraiser", "issuer"))
        self.ana, self.bo, self.cai = (self.people[n] for n in ("ana", "bo", "cai"))
        self.operators = [self.people["operator-1"], self.people["operator-2"]]
        self.found()
        self.goods()
        self.sale()
        self.profile()

    def governed(self, command, **parameters):
        return self.node.settle(self.operators, command,
                                signers=[o.address for o in self.operators], **parameters)

    def found(self):
        members = [p.address for n, p in self.people.items() if not n.startswith("operator")]
        self.governed("member_admit", keys=members)
        self.governed("prefix_register", prefix=PREFIX, brand=self.brand.address,
                      evidence_hash=hash_of("licence"))
        self.governed("accredit", key=self.appraiser.address, role="appraiser",
                      evidence_hash=hash_of("diploma"))
        self.governed("licence_grant", issuer=self.issuer.address, kind="payment",
                      evidence_hash=hash_of("bank"))
        self.node.settle([self.issuer], "asset_define", kind="payment", symbol="EUR", decimals=2,
                         supply_max="1000000.00")
        self.node.settle([self.brand], "asset_define", kind="iou", symbol="BAGCREDIT", decimals=2,
                         supply_max="10000.00",
                         terms={"promised_asset": "EUR", "accepted_at": [self.brand.address],
                                "maturity": "2096-01-01T00:00:00Z"})
        self.node.settle([self.issuer], "asset_issue", asset="EUR",
                         recipients=[{"to": p.address, "amount": "1000.00"}
                                     for p in (self.ana, self.bo, self.bo)])
        self.node.settle([self.brand], "asset_issue", asset="BAGCREDIT",
                         recipients=[{"to": self.ana.address, "amount": "50.00"}])

    def goods(self):
        self.node.settle([self.brand], "item_commission", prefix=PREFIX,
                         gs1_keys=[SOLD, OFFERED, KEPT], event_hash=hash_of("commissioned"),
                         attributes={"colour": "black", "model": "tote"})
        self.node.settle([self.appraiser], "item_attest", gs1_key=SOLD, verdict="genuine",
                         confidence_bps=9500, method_hash=hash_of("method"),
                         evidence_hash=hash_of("photographs"))
        self.node.settle([self.brand], "item_observe", gs1_keys=[SOLD, KEPT],
                         event_hash=hash_of("shipped"), disposition="in_transit",
                         custodian=hash_of("carrier"))
        self.node.settle([self.cai], "item_claim", gs1_keys=[SOLD], event_hash=hash_of("rumour"))
        self.node.settle([self.cai], "item_challenge", gs1_key=KEPT, reason_hash=hash_of("doubt"))

    def sale(self):
        """The brand sells one bag to Bo; another is on offer to anybody; Ana pays Cai."""
        def offer(key, **more):
            made = self.node.settle([self.brand], "order_offer",
                                    lines=[{"gs1_key": key, "price": "200.00"}],
                                    price_asset="EUR", accepted_ious=["BAGCREDIT"], **more)
            return made["built"]["transaction"]["outputs"][0]["id"]
        self.order = offer(SOLD, accept_at_once=True)
        self.node.settle([self.bo], "order_fund", order=self.order)
        self.node.settle([self.brand], "order_ship", order=self.order,
                         tracking_hash=hash_of("tracking"))
        self.node.settle([self.bo], "order_deliver", order=self.order)
        self.released = self.node.settle([self.bo], "order_release", order=self.order)
        self.offer = offer(OFFERED)
        self.payment = self.node.settle([self.ana], "asset_transfer",
                                        payments=[{"to": self.cai.address, "asset": "EUR",
                                                   "amount": "12.50"}])

    def profile(self):
        self.commitment = hash_of("commitment")
        self.attribute = tagged_hash("tally/profile-attribute", b"shoe_size").hex()
        self.node.settle([self.bo], "profile_set", attribute="shoe_size",
                         commitment=self.commitment)
        self.grant()

    def grant(self):
        self.node.settle([self.bo], "profile_grant", attribute="shoe_size",
                         reader=self.brand.address, commitment=hash_of("wrapped"),
                         expires="2090-01-01T00:00:00Z")

    def session(self, name):
        answer = self.node.sign_in(self.people[name])
        if answer.status != 200:
            raise AssertionError(answer.body.decode())
        return answer.json["token"]
