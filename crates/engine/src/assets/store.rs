//! The bucket for assets and for templates that are too large for a request. Each object's key is its content's hash.

use std::sync::Arc;

use formwork_aws::{Bucket, BucketOrigin, Error, PutObject, TemplateSource};
use tokio::sync::OnceCell;

use crate::targets::client::Client;

/// The asset bucket of an account and region, created on first use.
#[derive(Debug, Clone)]
pub struct AssetStore {
    bucket: Bucket,
    ensured: Arc<OnceCell<()>>,
}

impl AssetStore {
    /// Returns the store in the bucket that the blueprint names, else in formwork's own bucket.
    pub fn new(client: &Client, assets_bucket: Option<&str>) -> Self {
        let owner = client.account().to_owned();
        let bucket = match assets_bucket {
            Some(name) => Bucket {
                name: name.to_owned(),
                owner,
                origin: BucketOrigin::Existing,
            },
            None => Bucket {
                name: format!("formwork-assets-{owner}-{}", client.region()),
                owner,
                origin: BucketOrigin::Managed,
            },
        };
        Self {
            bucket,
            ensured: Arc::default(),
        }
    }

    /// Returns a template as a request takes it. Uploads it first if it is too large for a request.
    pub(crate) async fn template_source(
        &self,
        client: &Client,
        text: String,
    ) -> Result<TemplateSource, Error> {
        if text.len() <= TemplateSource::INLINE_LIMIT {
            return Ok(TemplateSource::Body(text));
        }
        let hash = formwork_template::sha256(&text);
        let object = PutObject {
            key: format!("templates/{hash}.json"),
            body: text.into(),
            sha256: *hash.bytes(),
            content_type: "application/json",
        };
        let key = object.key.clone();
        self.put_if_absent(client, object, || ()).await?;
        Ok(TemplateSource::Url(
            client.cloud().object_url(&self.bucket, &key),
        ))
    }

    /// Uploads an object unless it exists, and verifies it. Calls `before_upload` before it is sent.
    pub(crate) async fn put_if_absent(
        &self,
        client: &Client,
        object: PutObject,
        before_upload: impl FnOnce(),
    ) -> Result<(), Error> {
        self.ensured
            .get_or_try_init(|| async {
                let ensure = || client.cloud().ensure_bucket(&self.bucket);
                client.mutate_idempotent(ensure).await.map(|_| ())
            })
            .await?;
        let head = || client.cloud().head_object(&self.bucket, &object.key);
        // The key is the hash of the content, so an object with this key is the same.
        if client.read(head).await?.is_some() {
            return Ok(());
        }
        before_upload();
        let put = || client.cloud().put_object(&self.bucket, object.clone());
        client.mutate_idempotent(put).await?;
        object.verify(client.read(head).await?.as_ref())
    }
}
