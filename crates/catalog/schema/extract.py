#!/usr/bin/env python3
"""Extracts the schemas from the wheel of cfn-lint on PyPI into one JSON file, which `cargo xtask schema` encodes.

    python3 crates/catalog/schema/extract.py [--wheel FILE] --out FILE

Without `--wheel`, pip downloads the pinned version. The checksum must be the pinned one in both cases. The same
wheel gives the same bytes. The wheel's data is under MIT-0.

The file:

    regions     the names of the regions, sorted
    types       each type by name: its schema, the regions that offer it (null for all), its attributes with
                their pointers, whether further attributes are open, whether it is stateful, its extensions
    extensions  each extension: a schema, or a schema by region
    services    the services of IAM by prefix, with their resources and actions
"""
import argparse
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

from source import Attributes, Source, is_regional

VERSION = "1.58.0"
SHA256 = "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987"

# Types whose data cannot be restored, in addition to cfn-lint's `StatefulResources`: databases, tables, buckets,
# file systems, volumes, keys, user pools, and other types that keep data or names.
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


def download(folder):
    """Downloads the pinned wheel into a folder and returns its path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--only-binary=:all:", "--dest", folder, f"cfn-lint=={VERSION}"], check=True)
    (path,) = pathlib.Path(folder).glob("*.whl")
    return path


def verify(path):
    """Returns the wheel's path, or ends the program if the wheel is not the pinned one."""
    checksum = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    if checksum != SHA256:
        raise SystemExit(f"{path} has the SHA-256 {checksum}, expected that of cfn-lint {VERSION}: {SHA256}")
    return path


def extract(path):
    """Returns the content of the JSON file."""
    source = Source(path)
    attributes, bindings, extensions = Attributes(source), {}, []
    for (rule, places), name, content in source.extensions():
        by_region = {region: schema for region, schema in content.items() if region in source.regions()}
        for place in places:
            _, type_name, rest = place.split("/", 2)
            binding = {"rule": rule, "name": name, "path": rest.removeprefix("Properties"), "position": len(extensions)}
            if is_regional(content):
                binding["regions"] = list(by_region)
            bindings.setdefault(type_name, []).append(binding)
        extensions.append({"by_region": by_region} if is_regional(content) else {"schema": content})
    stateful = set(STATEFUL) | set(source.json("AdditionalSpecs/StatefulResources.json")["ResourceTypes"])
    types = []
    for name, (file, regions) in sorted(source.providers().items()):
        schema = source.resource(file)
        known, are_open = attributes.of(schema)
        types.append(
            {
                "name": name,
                "schema": schema,
                "regions": None if None in regions else regions,
                "attributes": known,
                "open_attributes": are_open,
                "stateful": name in stateful,
                "extensions": bindings.pop(name, []),
            }
        )
    unknown = sorted(set(bindings) | stateful - {one["name"] for one in types})
    if unknown:
        raise ValueError(f"unknown types: {unknown}")
    services = source.json("AdditionalSpecs/Policies.json")
    return {"regions": source.regions(), "types": types, "extensions": extensions, "services": services}


def main():
    parser = argparse.ArgumentParser(description="Extracts the schemas from cfn-lint's wheel.")
    parser.add_argument("--wheel", help="use this wheel instead of downloading it")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="the JSON file to write")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        content = extract(verify(arguments.wheel or download(folder)))
    arguments.out.write_text(json.dumps(content, separators=(",", ":")))


if __name__ == "__main__":
    main()
