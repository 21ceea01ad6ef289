"""A page's record has a form, belongs to its page, can be signed, and goes into an archive whole."""

import json
import shutil
import subprocess

import jsonschema
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rocrate.rocrate import ROCrate
from test_pipeline import command

from analysis import paths
from analysis.reporting import closure, crate, making, publish, signing

GOOD, BAD, OTHER = "scorecard/H44.01/2026", "scorecard/H44.02/2026", "scorecard/H44.108/2026"
SCHEMAS = closure.Path(making.__file__).parent / "schemas"


def schema(name: str) -> jsonschema.Draft202012Validator:
    read = json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(read)
    return jsonschema.Draft202012Validator(read)


def read(page: str, name: str = publish.RECORD) -> dict:
    return json.loads((paths.REPORTS / page / name).read_bytes())


def test_every_record_has_its_form(built):
    for page in (GOOD, BAD, OTHER):
        schema("manifest").validate(read(page))
    schema("run").validate(read(GOOD, publish.RUN))
    assert read(GOOD)["seeds"] == {"PYTHONHASHSEED": "0", "default_rng": []}
    assert len(read(GOOD)["checks"]) == 6


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("manifest", lambda record: record.pop("inputs")),
        ("manifest", lambda record: record.update(outcome="failed")),
        ("manifest", lambda record: record.update(ended="2026-09-26")),  # the clock is not of the page
        ("manifest", lambda record: record["inputs"].append({"file": "/home/a/x.csv", "sha256": "ab" * 32})),
        ("manifest", lambda record: record["files"].update({"index.vi.html": "12"})),
        ("run", lambda record: record.update(commit="main")),
        ("run", lambda record: record.update(sign_offs=[{"name": ""}])),
    ],
)
def test_a_record_of_another_form_is_refused(built, name, spoil):
    record = read(GOOD) if name == "manifest" else read(GOOD, publish.RUN)
    spoil(record)
    with pytest.raises(jsonschema.ValidationError):
        schema(name).validate(record)


def test_the_commit_is_known_in_a_checkout_and_only_there(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert making.commit() == {"commit": None, "changed_since": None}

    def git(*arguments: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.vn")
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "-q")
    (tmp_path / "a").write_text("1")
    git("add", "a")
    git("commit", "-qm", "a")
    assert making.commit() == {"commit": git("rev-parse", "HEAD"), "changed_since": False}
    (tmp_path / "a").write_text("2")
    assert making.commit()["changed_since"] is True


def keys(folder, name):
    private = Ed25519PrivateKey.generate()
    pem = serialization.Encoding.PEM
    public = private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    raw = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.pem").write_bytes(raw)
    (folder / f"{name}.pub.pem").write_bytes(public)
    return folder / f"{name}.pem", folder / f"{name}.pub.pem"


def signed(folder, private) -> None:
    """Sign a published page as its worker would have."""
    files = {name: (folder / name).read_bytes() for name in signing.SIGNED}
    for name, content in signing.signature(files, private).items():
        (folder / name).write_bytes(content)


@pytest.fixture
def copy(built, tmp_path):
    shutil.copytree(paths.REPORTS, tmp_path / "site")
    return tmp_path / "site"


def test_signed_pages_are_told_from_unsigned_and_altered_ones(copy, tmp_path, capsys):
    private, public = keys(tmp_path, "ours")
    _, strange = keys(tmp_path, "theirs")
    assert command("verify", "--site", str(copy), "--key", str(public)) == 6
    assert f"{GOOD}: signature.json: the page is not signed" in capsys.readouterr().err
    for page in (GOOD, OTHER):
        signed(copy / page, private)
    assert command("verify", "--site", str(copy), "--key", str(public)) == 0
    assert "signed with ours.pub.pem" in capsys.readouterr().out
    assert command("verify", "--site", str(copy), "--key", str(strange)) == 6
    assert "signed with another key" in capsys.readouterr().err
    # whoever alters a page can mend its hashes, and cannot sign
    record = copy / GOOD / publish.RECORD
    record.write_bytes(record.read_bytes().replace(b"2026-09-26", b"2026-09-27"))
    run = json.loads((copy / GOOD / publish.RUN).read_bytes())
    run["manifest_sha256"] = making.sha256(record.read_bytes())
    (copy / GOOD / publish.RUN).write_bytes(publish.dump_json(run))
    assert command("verify", "--site", str(copy)) == 6
    assert command("verify", "--site", str(copy), "--key", str(public)) == 6
    assert "the signature is not that of manifest.json" in capsys.readouterr().err


def test_a_run_record_of_another_page_is_found(copy, capsys):
    shutil.copy(copy / OTHER / publish.RUN, copy / GOOD / publish.RUN)
    assert command("verify", "--site", str(copy)) == 6
    assert f"{GOOD}: run.json: it belongs to another manifest" in capsys.readouterr().err


def test_a_key_that_is_none_stops_the_run_before_any_page(checkout, monkeypatch, tmp_path, capsys):
    (tmp_path / "key.pem").write_text("no key")
    monkeypatch.setenv(signing.KEY, str(tmp_path / "key.pem"))
    assert command("report") == 2
    assert "is no Ed25519PrivateKey" in capsys.readouterr().err
    monkeypatch.setenv(signing.KEY, str(tmp_path / "other.pem"))
    assert command("report") == 2
    assert "openssl genpkey" in capsys.readouterr().err
    assert not (paths.REPORTS / GOOD).exists()


def test_a_page_is_signed_when_it_is_made(checkout, monkeypatch, tmp_path):
    private, public = keys(tmp_path, "ours")
    monkeypatch.setenv(signing.KEY, str(private))
    assert command("report", "--only", GOOD) == 0
    assert command("verify", "--only", GOOD, "--key", str(public)) == 0


def test_an_archive_can_read_what_is_exported(built, tmp_path, capsys):
    into = tmp_path / "crate"
    assert command("export", str(into)) == 0
    assert "2 pages in crate" in capsys.readouterr().out
    read_back = ROCrate(into)
    assert read_back.root_dataset["datePublished"]
    pages = {entity.id for entity in read_back.get_entities() if entity.type == "Dataset" and entity.id != "./"}
    assert pages == {f"{GOOD}/", f"{OTHER}/"}
    files = {entity.id: entity for entity in read_back.get_entities() if entity.type == "File"}
    assert {path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()} == {
        *files,
        crate.METADATA,
    }
    assert files[f"{GOOD}/tables.xlsx"]["sha256"] == read(GOOD)["files"]["tables.xlsx"]
    (action,) = (each for each in read_back.get_entities() if each.id == f"#making-{GOOD}")
    assert action["result"].id == f"{GOOD}/"
    assert {entry["name"] for entry in action["object"]} == {entry["file"] for entry in read(GOOD)["inputs"]}
    everything = {entity.id for entity in read_back.get_entities()}
    graph = json.loads((into / crate.METADATA).read_bytes())["@graph"]
    linked = [link["@id"] for thing in graph for value in thing.values() for link in _links(value)]
    assert set(linked) - everything == {crate.PROFILE}
    assert command("verify", "--site", str(into)) == 0
    assert command("export", str(into)) == 2


def test_nothing_is_exported_that_is_not_what_it_says(copy, built, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(paths, "REPORTS", copy)
    for spoil in (lambda page: (page / "Thumbs.db").write_text("x"), lambda page: (page / "tables.xlsx").unlink()):
        spoil(copy / GOOD)
        assert command("export", str(tmp_path / "crate")) == 6
        assert GOOD in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]


def _links(value) -> list[dict]:
    each = value if isinstance(value, list) else [value]
    return [link for link in each if isinstance(link, dict) and "@id" in link]
