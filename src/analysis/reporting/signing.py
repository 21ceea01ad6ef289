"""Ed25519 signatures: whoever has the public key can tell that a page's manifest is the one that was published."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import SourceUnavailableError, UsageError
from analysis.reporting import publish
from analysis.reporting.making import RUN

KEY = "ANALYSIS_SIGNING_KEY"
SIGNATURE = "signature.json"
SIGNED = (publish.RECORD, RUN)
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
    return {"algorithm": "Ed25519", "public_key": public.hex(), "signatures": signatures}


def signature(files: Mapping[str, bytes], key: Path | None) -> dict[str, bytes]:
    """Give the file that signs a page's manifest and its run; none without a key."""
    if key is None:
        return {}
    return {SIGNATURE: publish.dump_json(sign({name: files[name] for name in SIGNED}, key))}


def wrong(signature: Mapping[str, Any], files: Mapping[str, bytes], key: Path) -> list[str]:
    """Say of each file why it is not signed by the owner of a public key; empty if all are."""
    from cryptography.exceptions import InvalidSignature

    public = _public(key)
    if not signature:
        return ["the page is not signed"]
    if signature["public_key"] != public.public_bytes_raw().hex():
        return ["the page is signed with another key"]
    found = []
    for name, content in sorted(files.items()):
        try:
            public.verify(bytes.fromhex(signature["signatures"].get(name, "")), content)
        except (InvalidSignature, ValueError):
            found.append(f"the signature is not that of {name}")
    return found


def _private(path: Path) -> Any:
    serialization, ed25519 = _library()
    return _loaded(path, ed25519.Ed25519PrivateKey, lambda pem: serialization.load_pem_private_key(pem, None))


def _public(path: Path) -> Any:
    serialization, ed25519 = _library()
    return _loaded(path, ed25519.Ed25519PublicKey, serialization.load_pem_public_key)


def _loaded(path: Path, wanted: type, load: Any) -> Any:
    try:
        key = load(path.read_bytes())
    except FileNotFoundError:
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
