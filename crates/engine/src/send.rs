//! The mutations of stacks, each executed once even if it is sent several times.
//!
//! A lost or unreadable response is resolved by a read: the stack's events show whether an operation with our token
//! started. Only if it did not, the same token is sent again.

use std::time::Duration;

use formwork_aws::{
    ChangeSet, ChangeSetId, ChangeSetKind, ChangeSetRef, ChangeSetStatus, ClientToken,
    CreateChangeSet, CreateStack, DeleteStack, Error, ErrorKind, ExecuteChangeSet, Protection,
    Rollback, StackId, StackRef, StackStatus,
};
use formwork_blueprint::TerminationProtection;
use formwork_template::StackName;
use tokio::time::sleep;

use crate::assets::store::AssetStore;
use crate::limits::ATTEMPTS;
use crate::model::desired::{DesiredStack, SecretHandling};
use crate::model::draft::PreviewResult;
use crate::model::observed::ObservedStack;
use crate::model::token::TokenGenerator;
use crate::targets::client::{Client, backoff};

/// The client, the store and the tokens that mutations use.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub(crate) client: Client,
    pub(crate) store: AssetStore,
    pub(crate) tokens: TokenGenerator,
}

/// A complete change set and its answer.
#[derive(Debug)]
pub(crate) struct CompleteChangeSet {
    pub(crate) id: ChangeSetId,
    pub(crate) result: PreviewResult,
}

impl Sender {
    pub(crate) fn new(client: &Client, assets_bucket: Option<&str>) -> Self {
        Self {
            client: client.clone(),
            store: AssetStore::new(client, assets_bucket),
            tokens: TokenGenerator::new(),
        }
    }

    /// Starts a stack's creation.
    pub(crate) async fn create(
        &self,
        desired: &DesiredStack,
        token: &ClientToken,
    ) -> Result<StackId, Error> {
        let request = CreateStack {
            name: desired.name.clone(),
            template: self
                .store
                .template_source(&self.client, desired.text())
                .await?,
            parameters: desired.parameters(None, SecretHandling::Send),
            tags: desired.tags.clone(),
            capabilities: desired.capabilities.clone(),
            role_arn: desired.role_arn.clone(),
            notification_arns: desired.notification_arns.clone(),
            timeout_minutes: desired.timeout_minutes,
            termination_protection: desired.protection == TerminationProtection::On,
            rollback: Rollback::Enabled,
            token: token.clone(),
        };
        let client = &self.client;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let error = match client
                .mutate(|| client.cloud().create_stack(&request))
                .await
            {
                Ok(id) => return Ok(id),
                Err(error) => error,
            };
            let exists = matches!(
                error.kind,
                ErrorKind::AlreadyExists | ErrorKind::TokenReused
            );
            if !exists && !error.kind.is_ambiguous() {
                return Err(error);
            }
            if let Some(id) = self.find_started(&request.name, token).await? {
                return Ok(id);
            }
            if exists || attempt >= ATTEMPTS {
                return Err(error);
            }
            sleep(backoff(attempt)).await;
        }
    }

    /// Returns the live stack of that name, if its last operation has our token.
    async fn find_started(
        &self,
        name: &StackName,
        token: &ClientToken,
    ) -> Result<Option<StackId>, Error> {
        let Some(stack) = self.client.stack(&StackRef::from(name)).await? else {
            return Ok(None);
        };
        let ours = self.has_started(&stack.id, token).await?;
        Ok(ours.then_some(stack.id))
    }

    /// Returns whether a stack's last operation has our token.
    async fn has_started(&self, id: &StackId, token: &ClientToken) -> Result<bool, Error> {
        let last = self.client.last_token(id).await?;
        Ok(last.as_deref() == Some(token.as_str()))
    }

    /// Starts a stack's deletion.
    pub(crate) async fn delete(
        &self,
        id: &StackId,
        retain: Vec<String>,
        token: &ClientToken,
    ) -> Result<(), Error> {
        let request = DeleteStack {
            stack: StackRef::from(id),
            retain,
            role_arn: None,
            token: token.clone(),
        };
        let client = &self.client;
        self.send_until_started(id, token, || client.cloud().delete_stack(&request))
            .await
    }

    /// Starts the execution of a change set.
    pub(crate) async fn execute(
        &self,
        id: &StackId,
        change_set: &ChangeSetId,
        token: &ClientToken,
    ) -> Result<(), Error> {
        let request = ExecuteChangeSet {
            change_set: ChangeSetRef::from(change_set),
            rollback: Rollback::Enabled,
            token: token.clone(),
        };
        let client = &self.client;
        self.send_until_started(id, token, || client.cloud().execute_change_set(&request))
            .await
    }

    /// Sends an operation on an existing stack until it is certain that it started or was refused.
    async fn send_until_started<F>(
        &self,
        id: &StackId,
        token: &ClientToken,
        call: impl Fn() -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<(), Error>>,
    {
        let mut attempt = 0;
        let mut may_have_started = false;
        loop {
            attempt += 1;
            let error = match self.client.mutate(&call).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            may_have_started |= error.kind.is_ambiguous() || error.kind == ErrorKind::TokenReused;
            // A refusal after an ambiguous attempt may be the effect of its success.
            if !may_have_started {
                return Err(error);
            }
            if self.has_started(id, token).await? {
                return Ok(());
            }
            if !error.kind.is_ambiguous() || attempt >= ATTEMPTS {
                return Err(error);
            }
            sleep(backoff(attempt)).await;
        }
    }

    /// Creates a change set and waits until it is complete. Deletes it again if it cannot be executed.
    pub(crate) async fn create_change_set(
        &self,
        desired: &DesiredStack,
        live: Option<&ObservedStack>,
        secrets: SecretHandling,
    ) -> Result<CompleteChangeSet, Error> {
        let token = self.tokens.next(&desired.update_content());
        let (stack, kind) = match live {
            Some(live) if live.stack.status != StackStatus::ReviewInProgress => {
                (StackRef::from(&live.stack.id), ChangeSetKind::Update)
            }
            _ => (StackRef::from(&desired.name), ChangeSetKind::Create),
        };
        let request = CreateChangeSet {
            stack,
            name: token.to_string(),
            kind,
            template: self
                .store
                .template_source(&self.client, desired.text())
                .await?,
            parameters: desired.parameters(live, secrets),
            tags: desired.tags.clone(),
            capabilities: desired.capabilities.clone(),
            role_arn: desired.role_arn.clone(),
            notification_arns: desired.notification_arns.clone(),
            description: None,
            token,
        };
        let by_name = ChangeSetRef::Named {
            stack: request.stack.clone(),
            name: request.name.clone(),
        };
        let client = &self.client;
        let create = || client.cloud().create_change_set(&request);
        let change_set = match client.mutate_idempotent(create).await {
            Ok(created) => ChangeSetRef::from(created.id),
            // No other attempt has this name: an earlier call of this one succeeded.
            Err(error)
                if matches!(
                    error.kind,
                    ErrorKind::AlreadyExists | ErrorKind::TokenReused
                ) =>
            {
                by_name
            }
            Err(error) => return Err(error),
        };
        let change_set = self.wait_for_change_set(&change_set).await?;
        let id = change_set.id.clone();
        let result = preview_result(change_set);
        if !matches!(result, PreviewResult::Changes(_)) {
            self.delete_change_set(&id).await;
        }
        Ok(CompleteChangeSet { id, result })
    }

    async fn wait_for_change_set(&self, change_set: &ChangeSetRef) -> Result<ChangeSet, Error> {
        let client = &self.client;
        let mut wait = Duration::from_millis(250);
        loop {
            let described = client
                .read(|| client.cloud().describe_change_set(change_set))
                .await?;
            if !described.status.is_in_progress() {
                return Ok(described);
            }
            sleep(wait).await;
            wait = (wait * 3 / 2).min(Duration::from_secs(5));
        }
    }

    /// Deletes a change set. A failure is only logged: a change set that remains does no harm.
    pub(crate) async fn delete_change_set(&self, change_set: &ChangeSetId) {
        let change_set = ChangeSetRef::from(change_set);
        let client = &self.client;
        let delete = || client.cloud().delete_change_set(&change_set);
        if let Err(error) = client.mutate_idempotent(delete).await {
            tracing::debug!(%error, "the change set could not be deleted");
        }
    }

    /// Sets a stack's termination protection.
    pub(crate) async fn set_protection(
        &self,
        stack: &StackId,
        protection: TerminationProtection,
    ) -> Result<(), Error> {
        let protection = match protection {
            TerminationProtection::On => Protection::On,
            TerminationProtection::Off => Protection::Off,
        };
        let (client, stack) = (&self.client, StackRef::from(stack));
        let update = || {
            client
                .cloud()
                .update_termination_protection(&stack, protection)
        };
        client.mutate_idempotent(update).await
    }
}

fn preview_result(change_set: ChangeSet) -> PreviewResult {
    if change_set.is_no_op() {
        PreviewResult::NoOp
    } else if change_set.status == ChangeSetStatus::CreateComplete {
        PreviewResult::Changes(Box::new(change_set))
    } else {
        let status = format!("the change set is {}", change_set.status.as_str());
        PreviewResult::Impossible(change_set.status_reason.unwrap_or(status))
    }
}
