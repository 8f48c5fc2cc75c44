//! Assets: built, packed and uploaded under the hash of their content.
//!
//! An archive depends on nothing but what is in it: not on the folder it lies in, the order of the file system, its
//! times, owners and modes, the locale or the machine. So the same content is the same key everywhere, is uploaded
//! once, and a template that refers to it only changes when it does. Inline assets are the blueprint's business.

mod archive;
mod build;
mod collect;

use std::path::PathBuf;

use formwork_blueprint::{Asset, AssetName, AssetSource, PackedAsset, Target};
use indexmap::IndexMap;

pub use self::archive::Archive;
pub use self::build::BuildError;
pub use self::collect::CollectError;
use crate::client::Client;
use crate::event::{AssetStep, Event, Events};
use crate::store::Store;

/// An asset that could not be made ready.
#[derive(Debug, thiserror::Error)]
#[error("asset `{asset}` {problem}", problem = self.problem())]
pub struct AssetError {
    /// The asset.
    pub asset: AssetName,
    /// Why.
    #[source]
    pub cause: AssetErrorCause,
}

/// Why an asset could not be made ready.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum AssetErrorCause {
    /// Its crate could not be built.
    Build(#[from] BuildError),
    /// Its files could not be packed.
    Collect(#[from] CollectError),
    /// It could not be uploaded.
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

/// Builds and packs assets; nothing is asked of AWS. Inline assets are passed over.
pub async fn pack<'a>(
    assets: impl IntoIterator<Item = &'a Asset>,
    target: Target,
    events: &Events,
) -> Result<IndexMap<AssetName, Archive>, AssetError> {
    let mut archives = IndexMap::new();
    // One after the other: cargo holds a lock on its folder anyway.
    for asset in assets {
        let tell = |step| {
            events.tell(Event::Asset {
                asset: asset.name.clone(),
                step,
            });
        };
        let archive = match &asset.source {
            AssetSource::Inline { .. } => continue,
            AssetSource::Path(path) => collect::collect(path).map_err(AssetErrorCause::from),
            AssetSource::Crate(folder) => {
                tell(AssetStep::Building);
                built(folder.clone(), asset, target).await
            }
        };
        let archive = archive.map_err(|cause| AssetError {
            asset: asset.name.clone(),
            cause,
        })?;
        tell(AssetStep::Packed {
            bytes: archive.size(),
            hash: archive.packed().hash.clone(),
        });
        archives.insert(asset.name.clone(), archive);
    }
    Ok(archives)
}

async fn built(folder: PathBuf, asset: &Asset, target: Target) -> Result<Archive, AssetErrorCause> {
    let architecture = asset.architecture.unwrap_or(build::THIS_MACHINE);
    let program = build::build(&folder, architecture, target).await?;
    Ok(collect::bootstrap(&program)?)
}

/// The hashes and keys of archives, as templates are rendered with them.
pub fn packed(archives: &IndexMap<AssetName, Archive>) -> IndexMap<AssetName, PackedAsset> {
    archives
        .iter()
        .map(|(name, archive)| (name.clone(), archive.packed().clone()))
        .collect()
}

/// Puts an archive into the bucket unless it is there, and compares what arrived.
pub async fn upload(
    asset: &AssetName,
    archive: &Archive,
    store: &Store,
    client: &Client,
) -> Result<(), AssetError> {
    let tell = |step| {
        client.events().tell(Event::Asset {
            asset: asset.clone(),
            step,
        });
    };
    let uploading = || {
        tell(AssetStep::Uploading {
            bytes: archive.size(),
        });
    };
    store
        .keep(client, archive.object(), uploading)
        .await
        .map_err(|error| AssetError {
            asset: asset.clone(),
            cause: error.into(),
        })?;
    tell(AssetStep::Ready);
    Ok(())
}

#[cfg(test)]
mod tests;
