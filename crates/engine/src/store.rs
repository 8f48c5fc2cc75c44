//! The bucket for assets and for templates that are too large for a request, each under the hash of its content.

use std::sync::Arc;

use formwork_aws::{Bucket, BucketOrigin, Error, PutObject, TemplateSource};
use tokio::sync::OnceCell;

use crate::client::Client;

/// The bucket of an account and region, made on first need.
#[derive(Debug, Clone)]
pub struct Store {
    bucket: Bucket,
    ensured: Arc<OnceCell<()>>,
}

impl Store {
    /// The blueprint's own bucket if it names one, else the tool's.
    pub fn new(client: &Client, assets_bucket: Option<&str>) -> Self {
        let owner = client.account().to_owned();
        let bucket = match assets_bucket {
            Some(name) => Bucket {
                name: name.to_owned(),
                owner,
                origin: BucketOrigin::Given,
            },
            None => Bucket {
                name: format!("formwork-assets-{owner}-{}", client.region()),
                owner,
                origin: BucketOrigin::Own,
            },
        };
        Self {
            bucket,
            ensured: Arc::default(),
        }
    }

    /// A template as a request takes it; uploaded first if it is too large for one.
    pub(crate) async fn template(
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
        self.keep(client, object, || ()).await?;
        Ok(TemplateSource::Url(
            client.cloud().object_url(&self.bucket, &key),
        ))
    }

    /// Stores an object unless it is there, and compares what arrived. `uploading` is called before it is sent.
    pub(crate) async fn keep(
        &self,
        client: &Client,
        object: PutObject,
        uploading: impl FnOnce(),
    ) -> Result<(), Error> {
        self.ensured
            .get_or_try_init(|| async {
                let ensure = || client.cloud().ensure_bucket(&self.bucket);
                client.mutate_idempotent(ensure).await.map(|_| ())
            })
            .await?;
        let head = || client.cloud().head_object(&self.bucket, &object.key);
        // Its key is the hash of its content, so one that is there is the same.
        if client.read(head).await?.is_some() {
            return Ok(());
        }
        uploading();
        let put = || client.cloud().put_object(&self.bucket, object.clone());
        client.mutate_idempotent(put).await?;
        object.confirm(client.read(head).await?.as_ref())
    }
}
