//! Assets: builds, packs and uploads them. Each object's key is its content's hash.
//!
//! An archive depends only on its content: not on the folder, the order of the file system, its times, owners and
//! modes, the locale or the machine. So the same content has the same key everywhere and is uploaded once, and a
//! template that refers to it changes only with it. Inline assets belong to the blueprint and are left out here.

pub(crate) mod archive;
pub(crate) mod build;
pub(crate) mod collect;
pub(crate) mod store;

use std::path::PathBuf;

use formwork_blueprint::{Asset, AssetName, AssetSource, PackedAsset, Target};
use indexmap::IndexMap;

use self::archive::Archive;
use self::build::BuildError;
use self::collect::CollectError;
use self::store::AssetStore;
use crate::model::event::{AssetStep, Event, EventSender};
use crate::targets::client::Client;

/// An asset that cannot be built, packed or uploaded.
#[derive(Debug, thiserror::Error)]
#[error("asset `{asset}` {problem}", problem = self.problem())]
pub struct AssetError {
    /// The asset.
    pub asset: AssetName,
    /// The cause.
    #[source]
    pub cause: AssetErrorCause,
}

/// The cause of an asset's failure.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum AssetErrorCause {
    /// Its crate cannot be built.
    Build(#[from] BuildError),
    /// Its files cannot be packed.
    Collect(#[from] CollectError),
    /// It cannot be uploaded.
    Upload(#[from] formwork_aws::Error),
}

impl AssetError {
    fn problem(&self) -> &'static str {
        match self.cause {
            AssetErrorCause::Build(_) => "cannot be built",
            AssetErrorCause::Collect(_) => "cannot be packed",
            AssetErrorCause::Upload(_) => "cannot be uploaded",
        }
    }
}

/// Builds and packs assets, without calls to AWS. Leaves out inline assets.
pub async fn pack<'a>(
    assets: impl IntoIterator<Item = &'a Asset>,
    target: Target,
    events: &EventSender,
) -> Result<IndexMap<AssetName, Archive>, AssetError> {
    let mut archives = IndexMap::new();
    // In sequence, because cargo locks its target folder anyway.
    for asset in assets {
        let send = |step| {
            events.send(Event::Asset {
                asset: asset.name.clone(),
                step,
            });
        };
        let archive = match &asset.source {
            AssetSource::Inline { .. } => continue,
            AssetSource::Path(path) => collect::collect(path).map_err(AssetErrorCause::from),
            AssetSource::Crate(folder) => {
                send(AssetStep::Building);
                build_crate(folder.clone(), asset, target).await
            }
        };
        let archive = archive.map_err(|cause| AssetError {
            asset: asset.name.clone(),
            cause,
        })?;
        send(AssetStep::Packed {
            bytes: archive.size(),
            hash: archive.packed().hash.clone(),
        });
        archives.insert(asset.name.clone(), archive);
    }
    Ok(archives)
}

async fn build_crate(
    folder: PathBuf,
    asset: &Asset,
    target: Target,
) -> Result<Archive, AssetErrorCause> {
    let architecture = asset.architecture.unwrap_or(build::THIS_MACHINE);
    let program = build::build(&folder, architecture, target).await?;
    Ok(collect::bootstrap(&program)?)
}

/// Returns the hashes and keys of archives, with which templates are rendered.
pub fn packed(archives: &IndexMap<AssetName, Archive>) -> IndexMap<AssetName, PackedAsset> {
    archives
        .iter()
        .map(|(name, archive)| (name.clone(), archive.packed().clone()))
        .collect()
}

/// Uploads an archive unless the bucket has it, and verifies it.
pub async fn upload(
    asset: &AssetName,
    archive: &Archive,
    store: &AssetStore,
    client: &Client,
) -> Result<(), AssetError> {
    let send = |step| {
        client.events().send(Event::Asset {
            asset: asset.clone(),
            step,
        });
    };
    let before_upload = || {
        send(AssetStep::Uploading {
            bytes: archive.size(),
        });
    };
    store
        .put_if_absent(client, archive.object(), before_upload)
        .await
        .map_err(|error| AssetError {
            asset: asset.clone(),
            cause: error.into(),
        })?;
    send(AssetStep::Ready);
    Ok(())
}

#[cfg(test)]
mod tests;
