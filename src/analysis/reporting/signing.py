"""Ed25519 signatures: whoever has the public key can tell that a page's manifest is the one that was published."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from analysis.errors import SourceUnavailableError, UsageError
from analysis.reporting import publish

KEY = "ANALYSIS_SIGNING_KEY"
SIGNATURE = "signature.json"
ALGORITHM = "Ed25519"
SIGNED = (publish.RECORD, publish.RUN)
HOW = "openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out key.pub.pem"


def chosen() -> Path | None:
    """Give the private key that `ANALYSIS_SIGNING_KEY` names, None if pages are not signed.

    Raises
    ------
    UsageError
        If the file is no Ed25519 key.
    SourceUnavailableError
        If what signs is not installed.
    """
    named = os.environ.get(KEY)
    if not named:
        return None
    key = Path(named).resolve()
    _private(key)
    return key


def sign(files: Mapping[str, bytes], key: Path) -> dict[str, Any]:
    """Sign each of the files.

    Returns
    -------
    dict
        `algorithm`, `public_key` (hex) and `signatures` by file name (hex): the same for the same bytes and key.
    """
    private = _private(key)
    public: bytes = private.public_key().public_bytes_raw()
    signatures = {name: private.sign(content).hex() for name, content in sorted(files.items())}
    return {"algorithm": ALGORITHM, "public_key": public.hex(), "signatures": signatures}


def signature(files: Mapping[str, bytes], key: Path | None) -> dict[str, bytes]:
    """Give the file that signs a page's manifest and its run; none without a key."""
    if key is None:
        return {}
    return {SIGNATURE: publish.dump_json(sign({name: files[name] for name in SIGNED}, key))}


def can_tell() -> bool:
    """Say whether what checks signatures is installed."""
    return find_spec("cryptography") is not None


def wrong(signature: Mapping[str, Any], files: Mapping[str, bytes], key: Path | None) -> list[str]:
    """Say of each file why it is not signed by the owner of a public key; empty if all are.

    Without a key it has to be signed by the owner of the one that the signature names, whoever that is.
    """
    from cryptography.exceptions import InvalidSignature

    public = _public(key) if key is not None else None
    if not signature:
        return ["the page is not signed, or its signature was cut off"]
    if signature.keys() != {"algorithm", "public_key", "signatures"} or signature["algorithm"] != ALGORITHM:
        return ["the signature was altered"]
    named = signature.get("public_key")
    if public is not None and named != public.public_bytes_raw().hex():
        return ["the page is signed with another key"]
    found = []
    for name, content in sorted(files.items()):
        try:
            owner = public or _library()[1].Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(named)))
            owner.verify(bytes.fromhex(str(signature["signatures"][name])), content)
        except (InvalidSignature, ValueError, KeyError, TypeError):
            found.append(f"the signature is not that of {name}")
    return found


def same_key(signature: Mapping[str, Any], key: Path | None) -> bool:
    """Say whether a page is signed with this private key; without a key, whether it is not signed."""
    if key is None:
        return not signature
    return not signature or signature.get("public_key") == _private(key).public_key().public_bytes_raw().hex()


def _private(path: Path) -> Any:
    serialization, ed25519 = _library()
    return _loaded(path, ed25519.Ed25519PrivateKey, lambda pem: serialization.load_pem_private_key(pem, None))


def _public(path: Path) -> Any:
    serialization, ed25519 = _library()
    return _loaded(path, ed25519.Ed25519PublicKey, serialization.load_pem_public_key)


def _loaded(path: Path, wanted: type, load: Any) -> Any:
    try:
        key = load(path.read_bytes())
    except (FileNotFoundError, IsADirectoryError):
        raise UsageError("There is no such key", where=path.name, next_step=HOW) from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, wanted):
        raise UsageError(f"The file is no {wanted.__name__}", where=path.name, allowed="PEM", next_step=HOW)
    return key


def _library() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise SourceUnavailableError(
            "What signs is not installed", where=KEY, next_step="pip install -e '.[sign]'"
        ) from None
    return serialization, ed25519
