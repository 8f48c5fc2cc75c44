#!/usr/bin/env python3
"""Makes `table.bin`, the schema table, from the wheel of cfn-lint on PyPI.

    pip install --requirement crates/catalog/schema/requirements.txt
    python3 crates/catalog/schema/generate.py [--wheel FILE] [--out FILE]

Without `--wheel` the pinned version is downloaded by pip; in both cases its checksum must be the
pinned one. The same wheel and the same zstandard give the same bytes. The wheel's data is MIT-0.

The file, numbers of its first part little-endian and of 32 bits:

    b"formwork", then how many types, extensions, services and regions there are
    where each frame begins, and where the last one ends
    where each name begins, and where the last one ends
    a bit for each type: whether it is stateful
    the names: of the types, the services and the regions, each group sorted
    the frames: a dictionary, the types, the extensions; another dictionary, the services

A frame stands where its name does. Each is compressed by itself with the dictionary before it, in
the form of zstd without magic numbers; `encode.py` says what is in it. The dictionaries stand as
they are: to decompress one would take as long as all frames that a blueprint needs.
"""
import argparse
import collections
import hashlib
import itertools
import pathlib
import struct
import subprocess
import sys
import tempfile

import zstandard

from encode import Frame
from source import Attributes, Source, as_list, at, follow, is_regional

VERSION = "1.58.0"
SHA256 = "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987"
MAGIC = b"formwork"
HERE = pathlib.Path(__file__).resolve().parent
TYPES_DICTIONARY = 64 << 10
SERVICES_DICTIONARY = 16 << 10
LEVEL = 22
STATUSES = ["maintenance", "sunset", "shutdown"]
HANDLERS = ["create", "read", "update", "delete", "list"]

# Types that hold what cannot be made again, beyond cfn-lint's `StatefulResources`: databases,
# tables, buckets, file systems, volumes, keys, user pools, and what else keeps data or names.
STATEFUL = """
    AWS::ACMPCA::CertificateAuthority AWS::AmazonMQ::Broker AWS::Backup::LogicallyAirGappedBackupVault
    AWS::Cassandra::Keyspace AWS::Cassandra::Table AWS::CloudTrail::EventDataStore AWS::CodeArtifact::Repository
    AWS::CodeCommit::Repository AWS::Cognito::IdentityPool AWS::DAX::Cluster AWS::DMS::ReplicationInstance
    AWS::DSQL::Cluster AWS::DocDBElastic::Cluster AWS::ECR::PublicRepository AWS::ECR::Repository
    AWS::ElastiCache::ServerlessCache AWS::Events::Archive AWS::FSx::Volume AWS::KMS::ReplicaKey
    AWS::Lightsail::Database AWS::Lightsail::Disk AWS::MSK::Cluster AWS::MSK::ServerlessCluster
    AWS::MemoryDB::Cluster AWS::NeptuneGraph::Graph AWS::OpenSearchServerless::Collection AWS::RDS::GlobalCluster
    AWS::RedshiftServerless::Namespace AWS::Route53::HostedZone AWS::S3Express::DirectoryBucket AWS::S3Tables::Table
    AWS::S3Tables::TableBucket AWS::Timestream::Database AWS::Timestream::InfluxDBInstance AWS::Timestream::Table
""".split()


def wheel(folder):
    """The pinned wheel, downloaded into a folder."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--only-binary=:all:", "--dest", folder, f"cfn-lint=={VERSION}"], check=True)
    (path,) = pathlib.Path(folder).glob("*.whl")
    return path


def checked(path):
    """The wheel's path, if it is the one that is pinned."""
    found = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    if found != SHA256:
        raise SystemExit(f"{path} has the SHA-256 {found}, not that of cfn-lint {VERSION}: {SHA256}")
    return path


def bits(regions, names):
    """A set of regions: a bit each, eight bytes."""
    return struct.pack("<Q", sum(1 << position for position, name in enumerate(names) if name in regions))


def reached(schema):
    """The definitions to which something leads from the properties, sorted."""
    known, found, left = schema.get("definitions", {}), set(), [{**schema, "definitions": {}, "handlers": {}, "typeConfiguration": {}}]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            name = value.get("$ref")
            if isinstance(name, str) and name.startswith("#/definitions/"):
                name = name.removeprefix("#/definitions/")
                if name not in found:
                    found.add(name)
                    left.append(known[name])
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
    return sorted(found)


def started(schema):
    """A frame that can name the schema's definitions and properties, with nothing in it."""
    return Frame(reached(schema), sorted(schema.get("properties", {})))


def record(frame, schema):
    """The schema of the properties, then its definitions, each after how long it is."""
    frame.schema(schema, root=True)
    frame.count(len(frame.definitions))
    for name in frame.definitions:
        frame.text(name)
        part = frame.part()
        part.schema(schema["definitions"][name])
        frame.count(len(part.out))
        frame.out += part.out


def value(frame, schema, pointer, held):
    """What an attribute is: its property if it is one, its types and format, and those of its items."""
    frame.count(0 if pointer is None else 1)
    if pointer is not None:
        frame.path(pointer)
    items = held.get("items") if "array" in as_list(held.get("type")) else None
    for one in [held] if items is None else [held, follow(schema, items)]:
        frame.types(as_list(one.get("type")))
        frame.optional_text(one.get("format"))
        if one is held:
            frame.count(0 if items is None else 1)


def attributes(frame, schema, known):
    """What `Fn::GetAtt` and `Ref` give."""
    found, opened = known.of(schema)
    frame.count(len(found))
    for name in sorted(found):
        frame.text(name)
        value(frame, schema, found[name], at(schema, found[name]) or {})
    frame.count(opened)
    identifiers = schema.get("primaryIdentifier", [])
    only = identifiers[0] if len(identifiers) == 1 else None
    value(frame, schema, only, {"type": "string"} if len(identifiers) > 1 else at(schema, only) or {} if only else {})


def tagging(frame, schema):
    held = schema.get("tagging")
    if held is None and "taggable" in schema:
        held = {"taggable": schema["taggable"]}
    frame.count(0 if held is None else 1)
    if held is None:
        return
    can = held.get("taggable", True)
    flags = [can, held.get("tagUpdatable", can), held.get("cloudFormationSystemTags", can)]
    frame.count(sum(1 << bit for bit, flag in enumerate(flags) if flag))
    pointer = held.get("tagProperty", "/properties/Tags")
    there = can and at(schema, pointer) is not None
    frame.count(1 if there else 0)
    if there:
        frame.path(pointer)
    frame.texts_(held.get("permissions", []))


def resource(schema, regions, bound, known, names):
    """The frame of one type."""
    frame = started(schema)
    record(frame, schema)
    for key in ("readOnly", "writeOnly", "createOnly", "conditionalCreateOnly", "deprecated"):
        frame.paths(schema.get(f"{key}Properties", []))
    frame.paths(schema.get("primaryIdentifier", []))
    additional = schema.get("additionalIdentifiers", [])
    frame.count(len(additional))
    for pointers in additional:
        frame.paths(as_list(pointers))
    attributes(frame, schema, known)
    tagging(frame, schema)
    for handler in HANDLERS:
        frame.texts_(schema.get("handlers", {}).get(handler, {}).get("permissions", []))
    frame.out += bits(names if None in regions else regions, names)
    frame.count(len(bound))
    for position, rule, name, path, content in bound:
        frame.text(rule)
        frame.text(name)
        frame.path(path)
        frame.count(1 if is_regional(content) else 0)
        if is_regional(content):
            frame.out += bits(content, names)
        frame.count(position)
    life = schema.get("lifecycle")
    frame.count(0 if life is None else 1 + STATUSES.index(life["status"]))
    if life is not None:
        frame.optional_text(life.get("date"))
    frame.count({None: 0, "create_then_delete": 0, "delete_then_create": 1}[schema.get("replacementStrategy")])
    return frame.bytes()


def extension(content, names):
    """The frame of an extension: one schema, or one for each set of regions that share it."""
    if not is_regional(content):
        frame = started(content)
        frame.count(0)
        record(frame, content)
        return frame.bytes()
    frame, shared = Frame(), {}
    for region in names:
        if region in content:
            part = frame.part()
            record(part, content[region])
            shared.setdefault(bytes(part.out), []).append(region)
    frame.count(len(shared))
    for encoded, regions in shared.items():
        frame.out += bits(regions, names)
        frame.count(len(encoded))
        frame.out += encoded
    return frame.bytes()


def spellings(schemas):
    """How the handlers' permissions write an action, by its lower case: as most of them do."""
    written = collections.Counter()
    for schema in schemas:
        handlers = [schema.get("handlers", {}).get(handler, {}) for handler in HANDLERS]
        for held in [*handlers, schema.get("tagging", {})]:
            written.update(held.get("permissions", []))
    return {name.lower(): name for name, _ in sorted(written.items(), key=lambda item: (item[1], item[0]))}


def service(prefix, held, spelled):
    """The frame of what IAM knows of one service: its resources, then its actions."""
    frame = Frame()
    resources = {name: position for position, name in enumerate(sorted(held["Resources"]))}
    frame.count(len(resources))
    for name in resources:
        frame.text(name)
        frame.texts_(held["Resources"][name].get("ARNFormats", []))
        frame.texts_(held["Resources"][name].get("ConditionKeys", []))
    frame.count(len(held["Actions"]))
    for name in sorted(held["Actions"]):
        frame.text(spelled.get(f"{prefix}:{name}", name).rpartition(":")[2])
        found = held["Actions"][name].get("Resources", [])
        frame.count(len(found))
        for one in found:
            frame.count(resources[one.lower()])
    return frame.bytes()


def packed(frames, size, samples):
    """A dictionary trained on the samples, and the frames compressed with it.

    Neither the format's magic number nor the dictionary's is written before each frame.
    """
    dictionary = zstandard.train_dictionary(size, samples, level=LEVEL)
    options = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, format=zstandard.FORMAT_ZSTD1_MAGICLESS, write_dict_id=False, write_content_size=True
    )
    compressor = zstandard.ZstdCompressor(dict_data=dictionary, compression_params=options)
    return [dictionary.as_bytes(), *map(compressor.compress, frames)]


def starts(parts, first):
    """Where each part begins when they stand after one another, and where the last one ends."""
    return list(itertools.accumulate(map(len, parts), initial=first))


def assembled(types, services, extensions, names, stateful):
    """The file: its first part, then the names, the dictionaries and the frames."""
    frames = packed([*types.values(), *extensions], TYPES_DICTIONARY, list(types.values()))
    frames += packed(list(services.values()), SERVICES_DICTIONARY, list(services.values()))
    named = [name.encode() for name in [*types, *services, *names]]
    flags = bytearray((len(types) + 7) // 8)
    for position, name in enumerate(types):
        flags[position // 8] |= (name in stateful) << position % 8
    counts = [len(types), len(extensions), len(services), len(names)]
    before = len(MAGIC) + 4 * (len(counts) + len(frames) + 1 + len(named) + 1) + len(flags)
    name_starts = starts(named, before)
    words = [*counts, *starts(frames, name_starts[-1]), *name_starts]
    return b"".join([MAGIC, struct.pack(f"<{len(words)}I", *words), flags, *named, *frames])


def table(path):
    """The bytes of the table that this wheel makes."""
    source = Source(path)
    known, names = Attributes(source), source.regions()
    bound, extensions = {}, []
    for (rule, places), name, content in source.extensions():
        for place in places:
            _, kind, rest = place.split("/", 2)
            bound.setdefault(kind, []).append((len(extensions), rule, name, rest.removeprefix("Properties"), content))
        extensions.append(extension(content, names))
    types, schemas, stateful = {}, [], set(STATEFUL) | set(source.json("AdditionalSpecs/StatefulResources.json")["ResourceTypes"])
    for kind, (file, regions) in sorted(source.providers().items()):
        schemas.append(source.resource(file))
        types[kind] = resource(schemas[-1], regions, bound.pop(kind, []), known, names)
    unknown = sorted(set(bound) | stateful - set(types))
    if unknown:
        raise ValueError(f"no types: {unknown}")
    policies = source.json("AdditionalSpecs/Policies.json")
    spelled = spellings(schemas)
    services = {prefix: service(prefix, policies[prefix], spelled) for prefix in sorted(policies)}
    return assembled(types, services, extensions, names, stateful)


def main():
    arguments = argparse.ArgumentParser(description="Makes the schema table from cfn-lint's wheel.")
    arguments.add_argument("--wheel", help="a wheel that is here already")
    arguments.add_argument("--out", default=HERE / "table.bin", type=pathlib.Path, help="the file to write")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = table(checked(given.wheel or wheel(folder)))
    given.out.write_bytes(made)
    print(f"{given.out}: {len(made)} bytes, SHA-256 {hashlib.sha256(made).hexdigest()}")


if __name__ == "__main__":
    main()
