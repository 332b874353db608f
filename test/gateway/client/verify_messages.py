#!/usr/bin/python3
"""Verifies the log messages of a coldgate gateway: an example of a subscriber in another language.

usage: mosquitto_sub -t coldgate/1/truck-17/log | verify_messages.py 0x<address of the gateway>

Reads one JSON message a line. Prints one JSON line each: {"first", "size", "verdict", "problem"}, where the verdict is
"proven" or "refused". Exit code 1 if any was refused. Needs python3-ecdsa and nothing else.
"""
import base64
import hashlib
import json
import sys

from ecdsa import SECP256k1, VerifyingKey, util

MASK = (1 << 64) - 1


class Refused(Exception):
    pass


def require(condition, problem):
    if not condition:
        raise Refused(problem)


# ---- Keccak-256: FIPS 202 with the padding of before it ----

def rotate(value, by):
    return ((value << by % 64) | (value >> (64 - by % 64))) & MASK


def permute(a):
    lfsr = 1
    for _ in range(24):
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        d = [c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1) for x in range(5)]
        a = [[lane ^ d[x] for lane in a[x]] for x in range(5)]
        x, y, current = 1, 0, a[1][0]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, a[x][y] = a[x][y], rotate(current, (t + 1) * (t + 2) // 2)
        a = [[a[x][y] ^ (~a[(x + 1) % 5][y] & a[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        for j in range(7):
            lfsr = ((lfsr << 1) ^ ((lfsr >> 7) * 0x71)) % 256
            if lfsr & 2:
                a[0][0] ^= 1 << ((1 << j) - 1)
    return a


def keccak256(data):
    padded = bytearray(data) + b"\x01" + bytes(-(len(data) + 1) % 136)
    padded[-1] |= 0x80
    a = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), 136):
        for i in range(17):
            a[i % 5][i // 5] ^= int.from_bytes(padded[start + 8 * i:start + 8 * i + 8], "little")
        a = permute(a)
    return b"".join(a[i][0].to_bytes(8, "little") for i in range(4))


# ---- the compact range and its root (RFC 9162 section 2.1.1) ----

def sha256(data):
    return hashlib.sha256(data).digest()


def append(size, hashes, leaf):
    node = sha256(b"\x00" + leaf)
    while size % 2 == 1:
        node = sha256(b"\x01" + hashes.pop() + node)
        size //= 2
    hashes.append(node)


def root_of(hashes):
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = sha256(b"\x01" + left + root)
    return root


# ---- the checkpoint: EIP-712, signed as EIP-2098, signer known by address ----

DOMAIN = keccak256(keccak256(b"EIP712Domain(string name,string version)") + keccak256(b"coldgate") + keccak256(b"1"))
CHECKPOINT = keccak256(b"Checkpoint(address gateway,uint64 size,bytes32 root,uint64 timeMs)")


def signers_of(address, checkpoint):
    words = [bytes(12) + address, checkpoint["size"].to_bytes(32, "big"), bytes.fromhex(checkpoint["root"]),
             checkpoint["timeMs"].to_bytes(32, "big")]
    digest = keccak256(b"\x19\x01" + DOMAIN + keccak256(CHECKPOINT + b"".join(words)))
    signature = bytearray.fromhex(checkpoint["signature"])
    require(len(signature) == 64, "the signature has not 64 bytes")
    parity = signature[32] >> 7
    signature[32] &= 0x7F
    require(int.from_bytes(signature[32:], "big") <= SECP256k1.order // 2, "s is above half the order")
    # The parity of R tells which of the keys it was: both lead to the same x.
    keys = VerifyingKey.from_public_key_recovery_with_digest(
        bytes(signature), digest, SECP256k1, hashfunc=hashlib.sha256, sigdecode=util.sigdecode_string)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    z, inverse = int.from_bytes(digest, "big"), pow(s, -1, SECP256k1.order)
    for key in keys:
        point = SECP256k1.generator * (z * inverse % SECP256k1.order) \
            + key.pubkey.point * (r * inverse % SECP256k1.order)
        if point.y() % 2 == parity:
            yield keccak256(key.to_string())[12:]


# ---- a message ----

def verify(message, pinned, held):
    """Hashes of the range after the message. held: the range that we have, as (size, hashes), or None."""
    require(message["version"] == 1, "another version")
    require(message["gateway"] == pinned, "another gateway")
    size = first = message["firstSequence"]
    hashes = [bytes.fromhex(digits) for digits in message["rangeBefore"]]
    require(len(hashes) == bin(size).count("1"), "the range before has not as many hashes as its size has bits")
    require(held is None or held[0] != first or held[1] == hashes, "the range before is not what we have: a fork")
    for record in message["records"]:
        leaf = base64.urlsafe_b64decode(record["leaf"] + "=" * (-len(record["leaf"]) % 4))
        require(record["sequence"] == size, "a sequence is not the place of its leaf")
        append(size, hashes, leaf)
        size += 1
    checkpoint = message["checkpoint"]
    require(size > first and size == checkpoint["size"], "the checkpoint is of another size")
    require(root_of(hashes).hex() == checkpoint["root"], "the leaves do not lead to the root")
    require(bytes.fromhex(pinned[2:]) in signers_of(bytes.fromhex(pinned[2:]), checkpoint), "not signed by the gateway")
    return size, hashes


def main(pinned):
    held, refused = None, False
    for line in sys.stdin:
        message, problem = {}, None
        try:
            message = json.loads(line)
            held = verify(message, pinned, held)
        except Refused as error:
            problem = str(error)
        except Exception as error:  # Whatever a stranger sends: one line of it must not end the program.
            problem = "malformed: " + type(error).__name__
        refused = refused or problem is not None
        first = message.get("firstSequence") if isinstance(message, dict) else None
        print(json.dumps({"first": first, "size": held[0] if held else 0,
                          "verdict": "refused" if problem else "proven", "problem": problem}), flush=True)
    return 1 if refused else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1].lower()))
