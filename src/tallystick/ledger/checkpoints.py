"""Signed checkpoints: the log's size and root as a note to keep elsewhere, in the format of C2SP tlog-checkpoint.

A note is the origin, the size, the root in base64, an empty line, and a line with an Ed25519 signature (C2SP
signed-note). Who holds one from before can prove that entries were changed or left out since, even where the whole log
was hashed anew.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select

from tallystick.errors import LedgerError
from tallystick.ledger import log, schema
from tallystick.ledger.canonical import moment
from tallystick.ledger.store import Ledger
from tallystick.model.records import Checkpoint

_ED25519 = b"\x01"  # signed-note's type byte of an Ed25519 key
_SIGNED = re.compile(r"— (\S+) (\S+)")


def key_file(ledger: Ledger) -> Path | None:
    """Where the signing key lies: beside a SQLite ledger. None for PostgreSQL, which needs one given."""
    return None if ledger.path is None else ledger.path.with_name(ledger.path.name + ".key")


def signing_key(ledger: Ledger, file: Path | None = None) -> Ed25519PrivateKey:
    """The key in the file, made on first use, readable by its owner only.

    Raises LedgerError where no file is given for a PostgreSQL ledger, or it holds no Ed25519 key.
    """
    where = file or key_file(ledger)
    if where is None:
        raise LedgerError(f"{ledger.name} has no folder to keep a signing key in. Give a key file.")
    if not where.exists():
        _make_key(where)
    try:
        key = serialization.load_pem_private_key(where.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm, OSError) as error:
        raise LedgerError(
            f"{where} holds no key that can be read ({error}). Give the file of an Ed25519 key."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise LedgerError(f"{where} holds another kind of key. Give the file of an Ed25519 key.")
    return key


def _make_key(where: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Made under another name, so that nobody finds half a key; never over one that is there.
    part = where.with_name(f"{where.name}.{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(pem)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(part, where)
        except FileExistsError:
            return  # another process was first: its key is the ledger's
        except OSError:
            part.replace(where)  # a file system without hard links
    finally:
        part.unlink(missing_ok=True)


def public_key(ledger: Ledger, key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The verifier's key in signed-note's form, "origin+hash+key": to publish, or keep with the checkpoints."""
    origin, raw = ledger.meta()["origin"], _raw(key)
    return f"{origin}+{_key_hash(origin, raw).hex()}+{base64.b64encode(_ED25519 + raw).decode()}"


def checkpoint(ledger: Ledger, *, now: datetime, key: Ed25519PrivateKey | None = None) -> Checkpoint:
    """Signs the log as it is, and keeps a copy. Write note(checkpoint) to a file, and keep that elsewhere.

    Raises LedgerError without a key, LedgerDamaged.
    """
    signer = key or signing_key(ledger)
    origin = ledger.meta()["origin"]
    with ledger.writing() as connection:
        size, root, _ = log.head(connection)
        signed = sign(Checkpoint(origin, size, root), signer)
        row = (size, moment(now), note(signed))
        held = select(schema.checkpoint.c.size).where(
            schema.checkpoint.c.size == size, schema.checkpoint.c.signed_at == row[1]
        )
        if connection.execute(held).first() is None:
            schema.bulk(connection, schema.checkpoint, ("size", "signed_at", "note"), [row])
    return signed


def sign(unsigned: Checkpoint, key: Ed25519PrivateKey) -> Checkpoint:
    """The checkpoint with that key's signature. No copy is kept."""
    signature = _key_hash(unsigned.origin, _raw(key)) + key.sign(_words(unsigned).encode())
    return replace(unsigned, signature=base64.b64encode(signature).decode())


def checkpoints(ledger: Ledger) -> list[tuple[datetime, Checkpoint]]:
    """The copies of all checkpoints signed here, oldest first, with when. Raises LedgerError for a damaged copy."""
    with ledger.reading() as connection:
        query = select(schema.checkpoint.c.signed_at, schema.checkpoint.c.note).order_by(schema.checkpoint.c.signed_at)
        return [(datetime.fromisoformat(at), parse(kept)) for at, kept in connection.execute(query)]


def note(checkpoint: Checkpoint) -> str:
    """The checkpoint as a signed note, to be written to a file in UTF-8."""
    signature = "" if checkpoint.signature is None else f"\n— {checkpoint.origin} {checkpoint.signature}\n"
    return _words(checkpoint) + signature


def parse(text: str) -> Checkpoint:
    """The checkpoint of a note; signature is that of the log's own key, None where there is none.

    Raises LedgerError for what is no checkpoint. Whether the signature is true, verified says.
    """
    words, found, signatures = text.partition("\n\n")
    lines = words.split("\n")
    try:
        origin, size, root = lines[:3]
        digest = base64.b64decode(root, validate=True)
        if not origin or not re.fullmatch(r"0|[1-9]\d{0,17}", size) or len(digest) != 32:
            raise ValueError("its first lines are not an origin, a size and a root")
    except (ValueError, binascii.Error) as error:
        raise LedgerError(
            f"this is no checkpoint of a ledger ({error}). Give a file that “checkpoint” wrote."
        ) from error
    own = [match[2] for line in signatures.splitlines() if (match := _SIGNED.fullmatch(line)) and match[1] == origin]
    return Checkpoint(origin, int(size), digest, own[0] if found and own else None)


def verified(checkpoint: Checkpoint, key: Ed25519PrivateKey | Ed25519PublicKey | str) -> bool:
    """Whether the checkpoint was signed with that key: one of the ledger's, or a verifier's key as text.

    Raises LedgerError where the text is no verifier's key.
    """
    public = _verifier(key) if isinstance(key, str) else _public(key)
    raw = _raw(public)
    try:
        signature = base64.b64decode(checkpoint.signature or "", validate=True)
        if signature[:4] != _key_hash(checkpoint.origin, raw):
            return False
        public.verify(signature[4:], _words(checkpoint).encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def _verifier(text: str) -> Ed25519PublicKey:
    try:
        name, key_hash, encoded = text.strip().split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        if raw[:1] != _ED25519 or _key_hash(name, raw[1:]).hex() != key_hash:
            raise ValueError("the hash is not that of the key")
        return Ed25519PublicKey.from_public_bytes(raw[1:])
    except (ValueError, binascii.Error) as error:
        raise LedgerError(f"{text[:60]!r} is no verifier's key ({error}). Give origin+hash+key.") from error


def _words(checkpoint: Checkpoint) -> str:
    """What is signed."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{base64.b64encode(checkpoint.root).decode()}\n"


def _public(key: Ed25519PrivateKey | Ed25519PublicKey) -> Ed25519PublicKey:
    return key.public_key() if isinstance(key, Ed25519PrivateKey) else key


def _raw(key: Ed25519PrivateKey | Ed25519PublicKey) -> bytes:
    return _public(key).public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _key_hash(name: str, raw: bytes) -> bytes:
    """The four bytes that tell keys apart in a note: of SHA-256 over the name, a line end, the type and the key."""
    return sha256(name.encode() + b"\n" + _ED25519 + raw).digest()[:4]
