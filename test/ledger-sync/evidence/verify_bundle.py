#!/usr/bin/env python3
"""Verifies coldgate evidence bundles, written from ledger-sync/PROTOCOL.md alone (standard library only).

usage: verify_bundle.py [--ledger SEQ:HEAD] BUNDLE...

Prints one JSON line per file: {"file", "verdict", "problem"}. Exit code 1 if any bundle is refuted.
--ledger gives the newest anchored header as the contract's head() returns it. A second opinion for the
tests: slow, and it stops at the first problem.
"""
import base64
import hashlib
import json
import re
import sys
from datetime import datetime, timedelta, timezone

# ---- Keccak-256 (the padding of before FIPS 202) ----

MASK64 = (1 << 64) - 1


def _rol(value, shift):
    shift %= 64
    return ((value << shift) | (value >> (64 - shift))) & MASK64


def _keccak_f(a):
    lfsr = 1
    for _ in range(24):
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        d = [c[(x + 4) % 5] ^ _rol(c[(x + 1) % 5], 1) for x in range(5)]
        a = [[a[x][y] ^ d[x] for y in range(5)] for x in range(5)]
        x, y = 1, 0
        current = a[x][y]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x][y] = a[x][y], _rol(current, (t + 1) * (t + 2) // 2)
        for y in range(5):
            row = [a[x][y] for x in range(5)]
            for x in range(5):
                a[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5] & MASK64)
        for j in range(7):
            lfsr = ((lfsr << 1) ^ ((lfsr >> 7) * 0x71)) % 256
            if lfsr & 2:
                a[0][0] ^= 1 << ((1 << j) - 1)
    return a


def keccak256(data):
    rate = 136
    padded = bytearray(data) + b"\x01" + bytes(-(len(data) + 1) % rate)
    padded[-1] |= 0x80
    a = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), rate):
        for i in range(rate // 8):
            a[i % 5][i // 5] ^= int.from_bytes(padded[start + 8 * i:start + 8 * i + 8], "little")
        a = _keccak_f(a)
    return b"".join(a[i][0].to_bytes(8, "little") for i in range(4))


# ---- ECDSA: addresses that an EIP-2098 signature may be of, one for each curve ----

SECP256K1 = (2**256 - 2**32 - 977, 0, 7, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
             (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
              0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8))
P256 = (2**256 - 2**224 + 2**192 + 2**96 - 1, -3,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
         0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5))


def _add(curve, p, q):
    prime, a = curve[:2]
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0]:
        if (p[1] + q[1]) % prime == 0:
            return None
        slope = (3 * p[0] * p[0] + a) * pow(2 * p[1], -1, prime) % prime
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, prime) % prime
    x = (slope * slope - p[0] - q[0]) % prime
    return x, (slope * (p[0] - x) - p[1]) % prime


def _multiply(curve, point, scalar):
    result = None
    while scalar:
        if scalar & 1:
            result = _add(curve, result, point)
        point = _add(curve, point, point)
        scalar >>= 1
    return result


def _recover(curve, digest, signature):
    prime, a, b, order, generator = curve
    r = int.from_bytes(signature[:32], "big")
    vs = int.from_bytes(signature[32:], "big")
    parity, s = vs >> 255, vs & ((1 << 255) - 1)
    if not (0 < r < order and 0 < s <= order // 2):
        return None
    square = (pow(r, 3, prime) + a * r + b) % prime
    y = pow(square, (prime + 1) // 4, prime)
    if y * y % prime != square:
        return None
    if y & 1 != parity:
        y = prime - y
    z = int.from_bytes(digest, "big")
    inverse = pow(r, -1, order)
    point = _add(curve, _multiply(curve, generator, -z * inverse % order),
                 _multiply(curve, (r, y), s * inverse % order))
    if point is None:
        return None
    return keccak256(point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big"))[12:]


def is_signed_by(address, digest, signature):
    return any(_recover(curve, digest, signature) == address for curve in (SECP256K1, P256))


# ---- the protocol ----

KINDS = {1: "temperature", 2: "humidity", 3: "tagSighting", 4: "position", 5: "door", 6: "deviceCondition",
         7: "clockEvent", 8: "shipmentEvent", 9: "excursion", 10: "review", 11: "configurationChange",
         12: "operatorAction", 13: "dataLoss", 14: "timeBeacon", 15: "temperatureOffset",
         16: "humidityOffset", 17: "tagAuthenticity", 18: "timeReference"}
QUALITIES = {0: "good", 1: "suspect-rate", 2: "stale", 3: "calibration-expired", 4: "probe-open",
             5: "probe-short", 6: "probe-fault", 7: "out-of-range", 8: "power-on-value"}
UNITS = {1: "milliC", 2: "milliPercent", 3: "milliDbm", 5: "isOpen", 9: "milliC", 14: "ms", 15: "milliC",
         16: "milliPercent", 17: "level", 18: "unixMs"}
SAFE = 2**53 - 1


class Refuted(Exception):
    pass


def require(condition, problem):
    if not condition:
        raise Refuted(problem)


def sha256(data):
    return hashlib.sha256(data).digest()


def word(number):
    return number.to_bytes(32, "big")


def cbor_head(data, at):
    require(at < len(data), "leaf cut short")
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if low < 24:
        return major, low, at
    require(low <= 27, "reserved head")
    width = 1 << (low - 24)
    require(at + width <= len(data), "leaf cut short")
    argument = int.from_bytes(data[at:at + width], "big")
    require(argument >= {1: 24, 2: 2**8, 4: 2**16, 8: 2**32}[width] and argument <= SAFE, "leaf not canonical")
    return major, argument, at + width


def decode_record(leaf):
    major, count, at = cbor_head(leaf, 0)
    require(major == 4 and count == 13, "leaf is no array of 13")
    items = []
    for index in range(13):
        major, argument, at = cbor_head(leaf, at)
        if index in (1, 8, 11, 12):
            require(major == 2 and at + argument <= len(leaf), "leaf has no byte string")
            items.append(leaf[at:at + argument])
            at += argument
        else:
            require(major == 0 or (major == 1 and index == 9 and argument < SAFE), "leaf has no integer")
            items.append(argument if major == 0 else -1 - argument)
    require(at == len(leaf), "leaf too long")
    version, gateway, sequence, observed, _, _, trust, kind, subject, _, quality, shipment, detail = items
    require(version == 1 and len(gateway) == 20 and len(subject) == 16, "leaf fields")
    require(len(shipment) in (0, 16) and len(detail) in (0, 32), "leaf fields")
    require(sequence <= 2**48 - 2 and observed <= 253402300799999 and trust <= 2, "leaf fields")
    require(1 <= kind <= 65535 and quality <= 65535, "leaf fields")
    return items


def readable(record, name):
    _, _, sequence, observed, _, _, _, kind, subject, value, quality, shipment, _ = record
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=observed)
    words = {
        "sequence": sequence,
        "observedAt": moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (observed % 1000),
        "kind": KINDS.get(kind, "kind-%d" % kind),
        "subject": subject.hex(),
        "value": value,
        "quality": QUALITIES.get(quality, "quality-%d" % quality),
    }
    if name is not None:
        words["name"] = name
    if kind in UNITS:
        words["unit"] = UNITS[kind]
    if shipment:
        words["shipment"] = shipment.hex()
    return words


def canonical_json(value):
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(canonical_json(key) + ":" + canonical_json(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(member) for member in value) + "]"
    require(not isinstance(value, float), "document with a fraction")
    require(isinstance(value, (bool, str, type(None))) or abs(value) <= SAFE, "document with a large number")
    return json.dumps(value, ensure_ascii=False)


def subtrees(begin, end):
    while begin < end:
        level = 0
        while begin % (2 << level) == 0 and begin + (2 << level) <= end:
            level += 1
        yield level, begin >> level
        begin += 1 << level


def root_from_range(begin, leaf_hashes, size, left, right):
    end = begin + len(leaf_hashes)
    require(end <= size, "range beyond the tree")
    stack = []

    def push(level, index, digest):
        while stack and stack[-1][0] == level and index % 2 == 1:
            digest = sha256(b"\x01" + stack.pop()[2] + digest)
            level, index = level + 1, index >> 1
        stack.append((level, index, digest))

    for side, hashes in ((subtrees(0, begin), left), (None, None), (subtrees(end, size), right)):
        if side is None:
            for offset, digest in enumerate(leaf_hashes):
                push(0, begin + offset, digest)
            continue
        places = list(side)
        require(len(places) == len(hashes), "wrong number of proof hashes")
        for (level, index), digest in zip(places, hashes):
            push(level, index, digest)
    root = stack.pop()[2]
    while stack:
        root = sha256(b"\x01" + stack.pop()[2] + root)
    return root


def domain_separator(chain_id=None, contract=None):
    fields = "string name,string version"
    body = keccak256(b"coldgate") + keccak256(b"1")
    if chain_id is not None:
        fields += ",uint256 chainId,address verifyingContract"
        body += word(chain_id) + bytes(12) + contract
    return keccak256(keccak256(("EIP712Domain(%s)" % fields).encode()) + body)


def digest_of(separator, struct_hash):
    return keccak256(b"\x19\x01" + separator + struct_hash)


def check_checkpoint(gateway, fields):
    struct = keccak256(keccak256(b"Checkpoint(address gateway,uint64 size,bytes32 root,uint64 timeMs)")
                       + bytes(12) + gateway + word(fields["size"]) + hexed(fields["root"], 32) + word(fields["timeMs"]))
    digest = digest_of(domain_separator(), struct)
    require(is_signed_by(gateway, digest, hexed(fields["signature"], 64)), "checkpoint not signed by the gateway")


def pack_meta(meta):
    widths = (("seq", 4), ("size", 6), ("tFirstMs", 6), ("tLastMs", 6), ("minCentiC", 2), ("maxCentiC", 2), ("flags", 4))
    require(set(meta) == {name for name, _ in widths}, "header fields")
    return bytes(2) + b"".join(meta[name].to_bytes(width, "big", signed=name.endswith("C")) for name, width in widths)


def struct_hash_of(gateway, header):
    return keccak256(keccak256(b"Batch(address gateway,bytes28 prev,bytes32 root,bytes32 meta)")
                     + bytes(12) + gateway + hexed(header["prev"], 28) + bytes(4)
                     + hexed(header["root"], 32) + pack_meta(header["meta"]))


def hexed(text, length, prefix=""):
    require(re.fullmatch(prefix + "[0-9a-f]{%d}" % (2 * length), text) is not None, "hex of another form")
    return bytes.fromhex(text[len(prefix):])


def keys_of(holder, required, optional=()):
    require(isinstance(holder, dict), "not an object")
    require(set(required) <= set(holder) <= set(required) | set(optional), "unknown or missing keys")


META = ("seq", "size", "tFirstMs", "tLastMs", "minCentiC", "maxCentiC", "flags")


def check_keys(bundle):
    keys_of(bundle, ("format", "version", "gateway", "records", "names", "details", "proof", "head"),
            ("checkpoint", "registration", "anchor"))
    require(bundle["format"] == "coldgate-bundle" and bundle["version"] == 1, "another format")
    keys_of(bundle["proof"], ("begin", "end", "size", "left", "right"))
    head = bundle["head"]
    if head.get("kind") == "checkpoint":
        keys_of(head, ("kind", "size", "root", "timeMs", "signature"))
        require(not {"checkpoint", "registration", "anchor"} & set(bundle), "only beside a batch header")
    else:
        keys_of(head, ("kind", "chainId", "contract", "prev", "root", "meta", "signature"), ("previous",))
        require(head["kind"] == "batch", "another kind of head")
        keys_of(head["meta"], META)
    if "previous" in head:
        keys_of(head["previous"], ("prev", "root", "meta"))
    if "checkpoint" in bundle:
        keys_of(bundle["checkpoint"], ("size", "root", "timeMs", "signature"))
    if "registration" in bundle:
        keys_of(bundle["registration"], ("transactionHash", "blockNumber"))
    if "anchor" in bundle:
        keys_of(bundle["anchor"], ("chainId", "contract", "seq", "transactionHash", "blockNumber", "blockHash", "blockTimeMs"))
    require(len(bundle["records"]) > 0, "no records")
    for entry in bundle["records"]:
        keys_of(entry, ("leaf", "readable"))
    for entry in bundle["names"]:
        keys_of(entry, ("subject", "name"), ("salt",))


def check_records(bundle, gateway):
    leaves, records = [], []
    for entry in bundle["records"]:
        text = entry["leaf"]
        leaf = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        require(base64.urlsafe_b64encode(leaf).rstrip(b"=").decode() == text, "base64url not canonical")
        record = decode_record(leaf)
        require(record[1] == gateway, "record of another gateway")
        leaves.append(leaf)
        records.append(record)
    begin = bundle["proof"]["begin"]
    require([record[2] for record in records] == list(range(begin, bundle["proof"]["end"])), "sequences")

    ids = {record[8] for record in records} | {record[11] for record in records if record[11]}
    names = {}
    for entry in bundle["names"]:
        subject = hexed(entry["subject"], 16)
        salt = bytes.fromhex(entry.get("salt", ""))
        require(sha256(salt + entry["name"].encode())[:16] == subject, "name does not hash to its subject")
        require(subject in ids and subject not in names, "name of none of the records")
        names[subject] = entry["name"]
    for entry, record in zip(bundle["records"], records):
        require(entry["readable"] == readable(record, names.get(record[8])), "readable fields differ")

    wanted = {record[12] for record in records if record[12]}
    for document in bundle["details"]:
        require(isinstance(document, dict), "document is no object")
        digest = sha256(canonical_json(document).encode())
        require(digest in wanted, "document of none of the records")
        wanted.remove(digest)
    return leaves, records


def check_batch(bundle, gateway, records):
    head = bundle["head"]
    meta = head["meta"]
    struct = struct_hash_of(gateway, head)
    separator = domain_separator(head["chainId"], hexed(head["contract"], 20, "0x"))
    require(is_signed_by(gateway, digest_of(separator, struct), hexed(head["signature"], 64)),
            "header not signed by the gateway")
    previous, leg_begin = head.get("previous"), None
    if meta["seq"] == 1:
        genesis = keccak256(b"coldgate genesis" + gateway)[:28]
        require(previous is None and hexed(head["prev"], 28) == genesis, "header 1 without genesis head")
        leg_begin = 0
    elif previous is not None:
        require(struct_hash_of(gateway, previous)[:28] == hexed(head["prev"], 28), "header before is another")
        require(previous["meta"]["seq"] == meta["seq"] - 1, "header before has another number")
        leg_begin = previous["meta"]["size"]
        require(leg_begin <= meta["size"], "header before is longer")
    for record in records if leg_begin is not None else []:
        if record[2] < leg_begin:
            continue
        require(meta["tFirstMs"] <= record[3] <= meta["tLastMs"], "record outside the times of the header")
        if record[7] == 1 and record[10] == 0:
            low, high = (max(-32768, min(32767, bound)) for bound in (record[9] // 10, -(-record[9] // 10)))
            require(meta["minCentiC"] <= low and high <= meta["maxCentiC"], "record outside min and max of the header")
        flag = {9: 1, 13: 2}.get(record[7], 0)
        require(meta["flags"] & flag == flag, "header without the flag of a record")
    checkpoint = bundle.get("checkpoint")
    if checkpoint is not None:
        check_checkpoint(gateway, checkpoint)
        require(checkpoint["size"] != meta["size"] or checkpoint["root"] == head["root"], "two logs of one size")
    anchor = bundle.get("anchor")
    if anchor is not None:
        require((anchor["chainId"], anchor["contract"], anchor["seq"]) == (head["chainId"], head["contract"], meta["seq"]),
                "anchor of another header")
    return struct[:28].hex()


def verify(bundle, ledger):
    check_keys(bundle)
    gateway = hexed(bundle["gateway"], 20, "0x")
    leaves, records = check_records(bundle, gateway)
    proof, head = bundle["proof"], bundle["head"]
    size = head["meta"]["size"] if head["kind"] == "batch" else head["size"]
    require(proof["size"] == size, "proof of another size")
    sides = [[hexed(text, 32) for text in proof[side]] for side in ("left", "right")]
    root = root_from_range(proof["begin"], [sha256(b"\0" + leaf) for leaf in leaves], size, *sides)
    require(root == hexed(head["root"], 32), "records do not give the signed root")
    if head["kind"] == "checkpoint":
        check_checkpoint(gateway, head)
        return "signed-only"
    own = check_batch(bundle, gateway, records)
    if ledger is None or int(ledger.split(":")[0]) != head["meta"]["seq"]:
        return "signed-only"
    require(ledger.split(":")[1] == own, "the ledger holds another header of that number")
    return "proven"


def main(arguments):
    ledger = None
    if arguments[:1] == ["--ledger"]:
        ledger, arguments = arguments[1], arguments[2:]
    is_refuted = False
    for path in arguments:
        problem = None
        try:
            with open(path, encoding="utf-8") as file:
                verdict = verify(json.load(file), ledger)
        except (Refuted, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            verdict, problem, is_refuted = "refuted", "%s: %s" % (type(error).__name__, error), True
        print(json.dumps({"file": path, "verdict": verdict, "problem": problem}))
    return 1 if is_refuted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
