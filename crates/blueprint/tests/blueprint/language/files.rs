//! Assets, and the files that are never read.

use super::{BLUEPRINT, load_web};
use crate::support::{self, brief, expect_valid, load_files, part, problems};
use formwork_blueprint::KnownValues;
use insta::assert_snapshot;
use std::collections::BTreeMap;

#[test]
fn assets_become_buckets_and_keys_or_inline_code() {
    let stack = "assets.own = { path = \"../site\" }\n[It]\ntype = \"AWS::Lambda::Function\"\nRole = \"arn:aws:iam::111122223333:role/r\"\nCode = \"${assets.site}\"\nEnvironment.Variables.AA = \"${assets.site.hash}\"\nEnvironment.Variables.BB = \"s3://${assets.site.bucket}/${assets.site.key}\"\nEnvironment.Variables.CC = \"${assets.own.key}\"\n";
    let blueprint = expect_valid(load_web(stack));
    let known = KnownValues {
        assets: &[("site", "aa"), ("web.own", "bb")]
            .map(|(name, hash)| {
                let packed = formwork_blueprint::PackedAsset {
                    hash: hash.repeat(32),
                    key: format!("{hash}.zip"),
                };
                (formwork_blueprint::AssetName::new(name).unwrap(), packed)
            })
            .into_iter()
            .collect(),
        parameters: &BTreeMap::new(),
    };
    let rendered = blueprint.graph.get("web").unwrap().render(&known);
    let properties = rendered
        .template
        .root()
        .at("Resources.It.Properties")
        .unwrap();
    assert_snapshot!(formwork_template::write::json_compact(properties), @r#"
    {"Role":"arn:aws:iam::111122223333:role/r","Code":{"S3Bucket":{"Fn::Sub":"formwork-assets-${AWS::AccountId}-${AWS::Region}"},"S3Key":"aa.zip"},"Environment":{"Variables":{"AA":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","BB":{"Fn::Sub":"s3://formwork-assets-${AWS::AccountId}-${AWS::Region}/aa.zip"},"CC":"bb.zip"}}}
    "#);
    let own_bucket = format!("assets_bucket = \"ours\"\n{BLUEPRINT}");
    let blueprint = expect_valid(load_files(&[
        ("blueprint.toml", &own_bucket),
        (
            "stacks/web.toml",
            "[It]\ntype = \"AWS::Lambda::Function\"\nRole = \"arn:aws:iam::111122223333:role/r\"\nCode = \"${assets.site}\"\n",
        ),
        ("site/a", ""),
    ]));
    assert_snapshot!(part(&blueprint, "web", "Resources.It.Properties.Code.S3Bucket"), @r#""ours""#);
}

#[test]
fn files_outside_the_root_are_not_read() {
    use formwork_blueprint::{MemoryFiles, load};
    let files = MemoryFiles::default()
        .with("/project/blueprint/blueprint.toml", "name = \"demo\"\nroot = \"..\"\n[assets.a]\npath = \"../../etc/passwd\"\n[assets.b]\npath = \"link\"\n[assets.c]\npath = \"../beside\"\n[stacks.x]\ntemplate = \"/etc/passwd\"\n")
        .with("/etc/passwd", "root")
        .with("/project/beside/file", "x")
        .link("/project/blueprint/link", "/etc/passwd");
    assert_snapshot!(brief(&load(&files, &support::request())), @r#"
    blueprint.toml:4 unreadable_file: `../../etc/passwd` is outside the blueprint's root `..`
    blueprint.toml:6 unreadable_file: `link` is outside the blueprint's root `..`
    blueprint.toml:10 unreadable_file: `/etc/passwd` is outside the blueprint's root `..`
    "#);
    let bytes = MemoryFiles::default()
        .with("/project/blueprint/blueprint.toml", "name = \"demo\"\n")
        .with(
            "/project/blueprint/stacks/a.toml",
            b"# ok\nx = \"\xff\"\n".to_vec(),
        );
    assert_snapshot!(problems(&load(&bytes, &support::request())), @r#"
    error unreadable_file: `stacks/a.toml` is not UTF-8
      stacks/a.toml:2:6 `�`
    "#);
    let nothing = MemoryFiles::default().with("/project/blueprint/other.toml", "");
    assert_snapshot!(problems(&load(&nothing, &support::request())), @r#"
    error no_blueprint: `/project/blueprint` has no `blueprint.toml`
      help: a blueprint is a folder with a `blueprint.toml`, or that file itself
    "#);
}
