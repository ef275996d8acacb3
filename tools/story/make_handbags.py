#!/usr/bin/env python3
"""Writes handbags.epcis.jsonld: the life of 1,000 handbags from workshop to boutique.

README: the document that the quickstart story captures. The brand (Maison Ombrelle), its partners
and their identifiers are invented; the GS1 prefixes begin with 950, which GS1 keeps for examples.
The bag of the story is the first EPC of the first event.

    make_handbags.py            writes the file beside this script
    make_handbags.py --check    fails if the file is not what this script writes

The same input gives the same bytes. The workshop and the boutiques write identifiers as GS1 Digital
Links, the distribution centre's older system writes EPC URNs, so that every bag appears in both.
"""

import datetime
import hashlib
import json
import pathlib
import sys

BRAND = "950600013"
OUTPUT = pathlib.Path(__file__).with_name("handbags.epcis.jsonld")
ZONE_WORKSHOP, ZONE_KYOTO = "+01:00", "+09:00"
BRAND_HOST = "https://id.maison-ombrelle.example"
NS = "https://ns.maison-ombrelle.example/epcis/"
SERIAL_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread from a stitched label

# Item reference, model, colour, size, leather, where the hides come from.
MODELS = [
    ("001", "Parasol", "Cognac", "Small", "Calf leather, vegetable-tanned", "FR"),
    ("002", "Parasol", "Noir", "Small", "Calf leather, vegetable-tanned", "FR"),
    ("101", "Grande Averse", "Bordeaux", "Large", "Goat leather, chrome-free", "ES"),
    ("102", "Grande Averse", "Noir", "Large", "Goat leather, chrome-free", "ES"),
]
BAGS_PER_MODEL = 250
BAGS_PER_BATCH = 125
BAGS_PER_WORKSHOP_CARTON = 25
BAGS_PER_BOUTIQUE_CARTON = 20
EPCS_PER_EVENT = 250

# Name, company prefix, bags taken, zone of its clock, days on the road.
BOUTIQUES = [
    ("Paris", "950600024", 400, "+01:00", 1),
    ("Milano", "950600035", 300, "+01:00", 2),
    ("Kyoto", "950600046", 300, ZONE_KYOTO, 6),
]


def check_digit(digits):
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def with_check(digits):
    return digits + check_digit(digits)


def gln(prefix, place):
    return with_check(prefix + place)


class Bag:
    """One serialised item and its two spellings."""

    def __init__(self, reference, index):
        # Serials are drawn from a hash: seeing one does not tell the next.
        seed = hashlib.sha256(f"maison-ombrelle/{reference}/{index}".encode()).digest()
        number = int.from_bytes(seed[:8], "big")
        letters = []
        for _ in range(10):
            number, rest = divmod(number, len(SERIAL_LETTERS))
            letters.append(SERIAL_LETTERS[rest])
        self.serial = "".join(letters)
        self.gtin = with_check("0" + BRAND + reference)
        self.urn = f"urn:epc:id:sgtin:{BRAND}.0{reference}.{self.serial}"

    def link(self, host="https://id.gs1.org"):
        return f"{host}/01/{self.gtin}/21/{self.serial}"


class Carton:
    """A logistic unit with what is in it."""

    def __init__(self, number, bags):
        reference = f"{number:07d}"
        self.bags = bags
        self.link = "https://id.gs1.org/00/" + with_check("0" + BRAND + reference)
        self.urn = f"urn:epc:id:sscc:{BRAND}.0{reference}"


def chunks(items, size):
    return [items[i:i + size] for i in range(0, len(items), size)]


def place(prefix, ref):
    return {"id": f"https://id.gs1.org/414/{gln(prefix, ref)}"}


def party(prefix):
    return f"https://id.gs1.org/417/{gln(prefix, '000')}"


def event(kind, time, zone, action, step, read_point, **more):
    """An event; `time` is local time at the place."""
    out = {
        "type": kind,
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%S.000") + zone,
        "eventTimeZoneOffset": zone,
        "action": action,
        "bizStep": step,
        "readPoint": read_point,
    }
    out.update(more)
    return out


def commissioning(bags):
    """The workshop gives each bag its identity, a batch of one model at a time."""
    start = datetime.datetime(2026, 2, 2, 9, 0)
    events = []
    for m, (_, model, colour, size, leather, origin) in enumerate(MODELS):
        for b, batch in enumerate(chunks(bags[m], BAGS_PER_BATCH)):
            events.append(event(
                "ObjectEvent", start + datetime.timedelta(days=2 * m + b, minutes=7 * m),
                ZONE_WORKSHOP, "ADD", "commissioning", place(BRAND, "101"),
                disposition="active",
                bizLocation=place(BRAND, "101"),
                epcList=[bag.link() for bag in batch],
                certificationInfo="https://certificates.maison-ombrelle.example/leather/2026-014",
                ilmd={
                    "ombrelle:model": model,
                    "ombrelle:colour": colour,
                    "ombrelle:size": size,
                    "ombrelle:material": leather,
                    "ombrelle:leatherOrigin": origin,
                    "ombrelle:madeIn": "FR",
                    "ombrelle:batch": f"{model[0]}{colour[0]}-2026-{b + 1:02d}",
                }))
    return events


def to_centre(cartons):
    """Packed at the workshop, shipped to and unpacked at the distribution centre."""
    start = datetime.datetime(2026, 2, 16, 8, 0)
    notice = [{"type": "desadv",
               "bizTransaction": f"urn:epcglobal:cbv:bt:{gln(BRAND, '000')}:DN-2026-0031"}]
    centre = [{"type": "location", "destination": f"urn:epc:id:sgln:{BRAND}.201.0"}]
    events = [event("AggregationEvent", start + datetime.timedelta(minutes=6 * i), ZONE_WORKSHOP,
                    "ADD", "packing", place(BRAND, "101"), disposition="container_closed",
                    parentID=carton.link, childEPCs=[bag.link() for bag in carton.bags])
              for i, carton in enumerate(cartons)]
    events.append(event("ObjectEvent", start + datetime.timedelta(days=1), ZONE_WORKSHOP,
                        "OBSERVE", "shipping", place(BRAND, "102"), disposition="in_transit",
                        epcList=[carton.link for carton in cartons],
                        bizTransactionList=notice, destinationList=centre))
    centre_place = {"id": f"urn:epc:id:sgln:{BRAND}.201.0"}
    events.append(event("ObjectEvent", start + datetime.timedelta(days=2), ZONE_WORKSHOP,
                        "OBSERVE", "receiving", centre_place, disposition="in_progress",
                        bizLocation=centre_place,
                        epcList=[carton.urn for carton in cartons],
                        bizTransactionList=notice, destinationList=centre))
    events += [event("AggregationEvent",
                     start + datetime.timedelta(days=2, hours=1, minutes=4 * i), ZONE_WORKSHOP,
                     "DELETE", "unpacking", centre_place, disposition="in_progress",
                     bizLocation=centre_place,
                     parentID=carton.urn, childEPCs=[bag.urn for bag in carton.bags])
               for i, carton in enumerate(cartons)]
    return events


def to_boutique(index, cartons):
    """Packed at the centre for one boutique, shipped, received, unpacked, accepted, put on sale.

    Ownership passes from the brand to the boutique: the shipping event says so for the cartons, the
    accepting events for every bag.
    """
    name, prefix, _, zone, days = BOUTIQUES[index]
    start = datetime.datetime(2026, 2, 23 + index, 8, 0)
    arrival = start + datetime.timedelta(days=1 + days, hours=2)
    centre = {"id": f"urn:epc:id:sgln:{BRAND}.201.0"}
    door, shop = place(prefix, "001"), place(prefix, "002")
    order = [{"type": "po", "bizTransaction":
              f"urn:epcglobal:cbv:bt:{gln(prefix, '000')}:PO-2026-{name.upper()}-07"}]
    parties = {
        "bizTransactionList": order,
        "sourceList": [{"type": "owning_party", "source": party(BRAND)},
                       {"type": "possessing_party", "source": party(BRAND)}],
        "destinationList": [{"type": "owning_party", "destination": party(prefix)},
                            {"type": "possessing_party", "destination": party(prefix)},
                            {"type": "location", "destination": door["id"]}],
    }
    events = [event("AggregationEvent", start + datetime.timedelta(minutes=5 * i), ZONE_WORKSHOP,
                    "ADD", "packing", centre, disposition="container_closed",
                    parentID=carton.urn, childEPCs=[bag.urn for bag in carton.bags])
              for i, carton in enumerate(cartons)]
    events.append(event("ObjectEvent", start + datetime.timedelta(days=1), ZONE_WORKSHOP,
                        "OBSERVE", "shipping", centre, disposition="in_transit",
                        epcList=[carton.urn for carton in cartons], **parties))
    events.append(event("ObjectEvent", arrival, zone, "OBSERVE", "receiving", door,
                        disposition="in_progress", bizLocation=door,
                        epcList=[carton.link for carton in cartons], **parties))
    events += [event("AggregationEvent",
                     arrival + datetime.timedelta(hours=1, minutes=5 * i), zone,
                     "DELETE", "unpacking", door, disposition="in_progress", bizLocation=door,
                     parentID=carton.link,
                     childEPCs=[bag.link(BRAND_HOST) for bag in carton.bags])
               for i, carton in enumerate(cartons)]
    bags = [bag.link(BRAND_HOST) for carton in cartons for bag in carton.bags]
    for i, some in enumerate(chunks(bags, EPCS_PER_EVENT)):
        events.append(event("ObjectEvent", arrival + datetime.timedelta(hours=4, minutes=15 * i),
                            zone, "OBSERVE", "accepting", door, disposition="in_progress",
                            bizLocation=door, epcList=some, **parties))
    for i, some in enumerate(chunks(bags, EPCS_PER_EVENT)):
        events.append(event("ObjectEvent", arrival + datetime.timedelta(days=1, minutes=20 * i),
                            zone, "OBSERVE", "retail_selling", shop,
                            disposition="sellable_accessible", bizLocation=shop, epcList=some))
    return events


def deal(bags):
    """Mixes the models for the boutiques, the story's bag first."""
    return [bags[m][i] for i in range(BAGS_PER_MODEL) for m in range(len(MODELS))]


def document():
    bags = [[Bag(reference, i) for i in range(BAGS_PER_MODEL)] for reference, *_ in MODELS]
    everything = [bag for of_model in bags for bag in of_model]
    assert len({bag.urn for bag in everything}) == len(everything) == 1000
    number = 1
    cartons = []
    for some in chunks(everything, BAGS_PER_WORKSHOP_CARTON):
        cartons.append(Carton(number, some))
        number += 1
    events = commissioning(bags) + to_centre(cartons)
    rest = deal(bags)
    for index, (_, _, count, _, _) in enumerate(BOUTIQUES):
        cartons = []
        for some in chunks(rest[:count], BAGS_PER_BOUTIQUE_CARTON):
            cartons.append(Carton(number, some))
            number += 1
        events += to_boutique(index, cartons)
        rest = rest[count:]
    assert not rest
    head = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                     {"ombrelle": NS}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-09T09:00:00.000+01:00",
    }
    return head, events


def text():
    """One line for each event, so that a difference shows which."""
    head, events = document()
    lines = ",\n".join(json.dumps(e, separators=(",", ":")) for e in events)
    start = json.dumps(head, indent=1)[:-2]
    return f'{start},\n "epcisBody": {{"eventList": [\n{lines}\n]}}\n}}\n'


def main(arguments):
    if arguments not in ([], ["--check"]):
        print("usage: make_handbags.py [--check]", file=sys.stderr)
        return 2
    wanted = text()
    if arguments:
        if OUTPUT.read_text(encoding="utf-8") != wanted:
            print(f"{OUTPUT.name} is not what {pathlib.Path(__file__).name} writes",
                  file=sys.stderr)
            return 1
        print(f"{OUTPUT.name}: as written, {len(wanted)} bytes")
        return 0
    OUTPUT.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
