//! The mutations, each carried out once however often it must be sent.
//!
//! A lost or unreadable answer is resolved by asking: the stack's events tell whether an operation with our token
//! began. Only when they say that it did not is the same token sent again.

use std::time::Duration;

use formwork_aws::{
    ChangeSet, ChangeSetId, ChangeSetKind, ChangeSetRef, ClientToken, CreateChangeSet, CreateStack,
    DeleteStack, Error, ExecuteChangeSet, Kind, Rollback, StackId, StackRef, StackStatus,
};
use formwork_template::StackName;
use tokio::time::sleep;

use crate::client::{ATTEMPTS, Client, pause};
use crate::desired::{Desired, Secrets};
use crate::draft::{Answer, UPDATE};
use crate::observe::Live;
use crate::store::Store;
use crate::token::Attempts;

/// What every mutation needs.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub(crate) client: Client,
    pub(crate) store: Store,
    pub(crate) attempts: Attempts,
}

/// A change set that was made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) id: ChangeSetId,
    pub(crate) answer: Answer,
}

impl Sender {
    pub(crate) fn new(client: &Client, assets_bucket: Option<&str>) -> Self {
        Self {
            client: client.clone(),
            store: Store::new(client, assets_bucket),
            attempts: Attempts::new(),
        }
    }

    /// Begins to make a stack.
    pub(crate) async fn create(
        &self,
        desired: &Desired,
        token: &ClientToken,
    ) -> Result<StackId, Error> {
        let request = CreateStack {
            name: desired.name.clone(),
            template: self.store.template(&self.client, desired.text()).await?,
            parameters: desired.parameters(None, Secrets::Send),
            tags: desired.tags.clone(),
            capabilities: desired.capabilities.clone(),
            role_arn: desired.role_arn.clone(),
            notification_arns: desired.notification_arns.clone(),
            timeout_minutes: desired.timeout_minutes,
            termination_protection: desired.protection
                == formwork_blueprint::TerminationProtection::On,
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
            let exists = matches!(error.kind, Kind::AlreadyExists | Kind::TokenReused);
            if !exists && !error.kind.is_ambiguous() {
                return Err(error);
            }
            if let Some(id) = self.begun(&request.name, token).await? {
                return Ok(id);
            }
            if exists || attempt >= ATTEMPTS {
                return Err(error);
            }
            sleep(pause(attempt)).await;
        }
    }

    /// The live stack of that name, if its last operation has our token.
    async fn begun(&self, name: &StackName, token: &ClientToken) -> Result<Option<StackId>, Error> {
        let Some(stack) = self.client.stack(&StackRef::from(name)).await? else {
            return Ok(None);
        };
        let ours = self.has_begun(&stack.id, token).await?;
        Ok(ours.then_some(stack.id))
    }

    /// Whether a stack's last operation has our token.
    pub(crate) async fn has_begun(&self, id: &StackId, token: &ClientToken) -> Result<bool, Error> {
        let last = self.client.last_token(id).await?;
        Ok(last.as_deref() == Some(token.as_str()))
    }

    /// Begins to delete a stack.
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
        self.until_begun(id, token, || client.cloud().delete_stack(&request))
            .await
    }

    /// Begins to carry out a change set.
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
        self.until_begun(id, token, || client.cloud().execute_change_set(&request))
            .await
    }

    /// Sends an operation on a stack that exists until it is certain that it began or was refused.
    async fn until_begun<F>(
        &self,
        id: &StackId,
        token: &ClientToken,
        call: impl Fn() -> F,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<(), Error>>,
    {
        let mut attempt = 0;
        let mut open = false;
        loop {
            attempt += 1;
            let error = match self.client.mutate(&call).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            open |= error.kind.is_ambiguous() || error.kind == Kind::TokenReused;
            // A refusal after an open attempt may be the echo of its success.
            if !open {
                return Err(error);
            }
            if self.has_begun(id, token).await? {
                return Ok(());
            }
            if !error.kind.is_ambiguous() || attempt >= ATTEMPTS {
                return Err(error);
            }
            sleep(pause(attempt)).await;
        }
    }

    /// Makes a change set and waits until it says what it would do. One that would do nothing, or cannot be done, is
    /// deleted again.
    pub(crate) async fn change_set(
        &self,
        desired: &Desired,
        live: Option<&Live>,
        secrets: Secrets,
    ) -> Result<Made, Error> {
        let token = self.attempts.token(&desired.content(UPDATE));
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
            template: self.store.template(&self.client, desired.text()).await?,
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
            // The name is this attempt's own: an earlier sending of it was carried out.
            Err(error) if matches!(error.kind, Kind::AlreadyExists | Kind::TokenReused) => by_name,
            Err(error) => return Err(error),
        };
        let said = self.said(&change_set).await?;
        let id = said.id.clone();
        let answer = answer(said);
        if !matches!(answer, Answer::Changes(_)) {
            self.forget(&id).await;
        }
        Ok(Made { id, answer })
    }

    async fn said(&self, change_set: &ChangeSetRef) -> Result<ChangeSet, Error> {
        let client = &self.client;
        let mut wait = Duration::from_millis(250);
        loop {
            let said = client
                .read(|| client.cloud().describe_change_set(change_set))
                .await?;
            if !said.status.is_in_progress() {
                return Ok(said);
            }
            sleep(wait).await;
            wait = (wait * 3 / 2).min(Duration::from_secs(5));
        }
    }

    /// Deletes a change set; what stays behind does no harm.
    pub(crate) async fn forget(&self, change_set: &ChangeSetId) {
        let change_set = ChangeSetRef::from(change_set);
        let client = &self.client;
        let delete = || client.cloud().delete_change_set(&change_set);
        if let Err(error) = client.mutate_idempotent(delete).await {
            tracing::debug!(%error, "a change set stays behind");
        }
    }
}

fn answer(said: ChangeSet) -> Answer {
    use formwork_aws::ChangeSetStatus::CreateComplete;
    if said.is_no_op() {
        Answer::NoOp
    } else if said.status == CreateComplete {
        Answer::Changes(Box::new(said))
    } else {
        let status = format!("the change set is {:?}", said.status);
        Answer::Impossible(said.status_reason.unwrap_or(status))
    }
}
