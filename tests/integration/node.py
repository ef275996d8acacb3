"""A node of this build as a child process, and people who sign: for the tests in Python.

Keys are those of the development network; signatures are BIP-340, in plain Python (the reference
algorithm, slow and readable): what a client in another language would do.
"""
import base64
import hashlib
import json
import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def sha256(message):
    return hashlib.sha256(message).digest()


def tagged_hash(tag, message):
    prefix = sha256(tag.encode())
    return sha256(prefix + prefix + message)


def _add(a, b):
    if a is None:
        return b
    if b is None:
        return a
    if a[0] == b[0] and a[1] != b[1]:
        return None
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], P - 2, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], P - 2, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def _multiply(point, number):
    out = None
    while number:
        if number & 1:
            out = _add(out, point)
        point = _add(point, point)
        number >>= 1
    return out


class Person:
    """A well-known name of the development network with its key."""

    def __init__(self, name):
        self.name = name
        secret = int.from_bytes(tagged_hash("tally/development-key", name.encode()), "big")
        point = _multiply(G, secret)
        self.key = point[0].to_bytes(32, "big")
        self._secret = secret if point[1] % 2 == 0 else N - secret
        self.address = encode_address(self.key)

    def sign(self, digest):
        nonce_hash = tagged_hash("BIP0340/nonce",
                                 self._secret.to_bytes(32, "big") + self.key + digest)
        nonce = int.from_bytes(nonce_hash, "big") % N
        point = _multiply(G, nonce)
        if point[1] % 2:
            nonce = N - nonce
        x = point[0].to_bytes(32, "big")
        challenge = int.from_bytes(tagged_hash("BIP0340/challenge", x + self.key + digest), "big")
        return x + ((nonce + challenge * self._secret) % N).to_bytes(32, "big")


CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def encode_address(key, prefix="tallyd"):
    """bech32m (BIP-350) of the version byte 0 and the key."""
    bits, count, data = 0, 0, []
    for byte in b"\0" + key:
        bits, count = bits << 8 | byte, count + 8
        while count >= 5:
            count -= 5
            data.append(bits >> count & 31)
    if count:
        data.append(bits << (5 - count) & 31)
    values = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + data + [0] * 6
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate(
                (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if top >> i & 1 else 0
    checksum ^= 0x2BC830A3
    data += [checksum >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(CHARSET[value] for value in data)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.type = headers.get("Content-Type", "").split(";")[0]

    @property
    def json(self):
        return json.loads(self.body)


class Node:
    """`tallyd --dev` on a directory of its own. Every answer goes to `seen(method, path, answer)`."""

    def __init__(self, program, seen=None):
        self.program, self.seen = program, seen
        self._directory = tempfile.TemporaryDirectory(prefix="tally-")
        self._process = subprocess.Popen(
            [program, "--dev", "--data", os.path.join(self._directory.name, "data"),
             "--listen", "127.0.0.1:0", "--set", "log.level=error"],
            stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        if "listening on " not in line:
            raise RuntimeError("tallyd did not start: " + line)
        self.url = line.split("listening on ")[1].strip()
        self.network = self.call("GET", "/v1/network").json

    def close(self):
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=60)
        self._process.stdout.close()
        self._directory.cleanup()
        if code != 0:
            raise RuntimeError(f"tallyd ended with {code}")

    def routes(self):
        """(method, pattern) of everything that such a node serves."""
        with tempfile.TemporaryDirectory(prefix="tally-") as directory:
            text = subprocess.run(
                [self.program, "--dev", "--data", directory, "--listen", "127.0.0.1:0",
                 "--print-routes"], check=True, capture_output=True, text=True).stdout
        return [tuple(line.split(" ", 1)) for line in text.splitlines()
                if line.split(" ", 1)[0] in ("GET", "POST", "PUT", "PATCH", "DELETE")]

    def call(self, method, path, body=None, token=None, content_type="application/json",
             headers=None):
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if data is not None:
            request.add_header("Content-Type", content_type)
        if token:
            request.add_header("Authorization", "Bearer " + token)
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer = Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            answer = Answer(error.code, dict(error.headers), error.read())
        if self.seen:
            self.seen(method, path, answer)
        return answer

    def get(self, path, token=None, **more):
        return self.call("GET", path, token=token, **more)

    def post(self, path, body=None, token=None, **more):
        return self.call("POST", path, body if body is not None else b"", token, **more)

    def height(self):
        return int(self.call("GET", "/v1/network").json["head"]["height"])

    def sign_in(self, person):
        challenge = self.post("/v1/sign-in/challenge", {"address": person.address}).json
        signature = person.sign(bytes.fromhex(challenge["digest"])).hex()
        return self.post("/v1/sign-in",
                         {"address": person.address, "nonce": challenge["nonce"],
                          "expires_ms": challenge["expires_ms"], "signature": signature})

    def build(self, person, command, **parameters):
        return self.post(f"/v1/build/{command}", {"account": person.address, **parameters}, "dev")

    def sign(self, built, *signers):
        txid = bytes.fromhex(built["txid"])
        by_address = {person.address: person for person in signers}
        witnesses = [base64.b64encode(by_address[a].sign(txid)).decode()
                     for a in built["signers"]]
        return {"body": built["body"], "witnesses": witnesses}

    def settle(self, people, command, **parameters):
        """Builds, signs and submits what must settle; returns the answer with what was built."""
        built = self.build(people[0], command, **parameters)
        if built.status != 200:
            raise AssertionError(f"build {command}: {built.body.decode()}")
        answer = self.post("/v1/transactions", self.sign(built.json, *people))
        if answer.status != 200:
            raise AssertionError(f"submit {command}: {answer.body.decode()}")
        self.get(f"/v1/network?min_height={answer.json['height']}")
        return {**answer.json, "built": built.json}


def quoted(text):
    return urllib.parse.quote(text, safe="")


def hash_of(text):
    return sha256(text.encode()).hex()
