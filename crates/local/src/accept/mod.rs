//! What is accepted, and what is refused with which words.
//!
//! An accepted request writes its whole course into the store, in one transaction with the record
//! of the call; a refused one leaves nothing.

mod change_sets;
mod stacks;

pub(crate) use change_sets::find_change_set;

use std::sync::Arc;

use crate::answer::{Answer, Refusal};
use crate::cloud::{Call, Scene};
use crate::course::Setting;
use crate::definition::check_token;
use crate::outside::Outside;
use crate::request::Request;
use crate::stack::{Stack, uuid};
use crate::store::{Ledger, TokenUse};

/// Carries out a request that changes something.
pub(crate) fn accept(
    scene: &Scene,
    ledger: &mut Ledger<'_>,
    request: Request,
) -> Result<Answer, Refusal> {
    let mut accepting = Accepting::new(scene, ledger, &request)?;
    if let Some(answer) = accepting.repeated(&request)? {
        return Ok(answer);
    }
    match request {
        Request::CreateStack(request) => accepting.create_stack(request),
        Request::UpdateStack(request) => accepting.update_stack(request),
        Request::DeleteStack(request) => accepting.delete_stack(request),
        Request::CancelUpdateStack(request) => accepting.cancel_update(request),
        Request::ContinueUpdateRollback(request) => accepting.continue_rollback(request),
        Request::RollbackStack(request) => accepting.roll_back(request),
        Request::UpdateTerminationProtection(request) => accepting.protect(&request),
        Request::CreateChangeSet(request) => accepting.create_change_set(request),
        Request::ExecuteChangeSet(request) => accepting.execute_change_set(request),
        Request::DeleteChangeSet(request) => accepting.delete_change_set(&request),
        read => Err(Refusal::new("InvalidAction", read.action())),
    }
}

/// One request on its way to being accepted.
struct Accepting<'a, 'b> {
    scene: &'a Scene,
    ledger: &'a mut Ledger<'b>,
    outside: Outside,
    action: &'static str,
    token: Option<String>,
    digest: String,
}

/// What an accepted call was about.
#[derive(Default)]
struct About {
    stack_name: String,
    stack_id: String,
    operation_id: Option<String>,
    change_set_id: Option<String>,
    /// What the answer says, to be said again to the same token.
    answer: (String, String),
}

impl<'a, 'b> Accepting<'a, 'b> {
    fn new(
        scene: &'a Scene,
        ledger: &'a mut Ledger<'b>,
        request: &Request,
    ) -> Result<Self, Refusal> {
        let token = token(request).cloned();
        if let Some(token) = &token {
            check_token(token)?;
        }
        Ok(Self {
            outside: Outside::read(scene, ledger)?,
            scene,
            ledger,
            action: request.action(),
            token,
            digest: formwork_template::sha256(format!("{request:?}")).to_string(),
        })
    }

    /// The answer that the same request with the same token already got.
    fn repeated(&self, request: &Request) -> Result<Option<Answer>, Refusal> {
        let Some(token) = &self.token else {
            return Ok(None);
        };
        let Some(used) = self.ledger.token(&self.scene.region, token)? else {
            return Ok(None);
        };
        if used.action != self.action || used.digest != self.digest {
            return Err(Refusal::new(
                "TokenAlreadyExistsException",
                format!("A request with client token {token} already exists"),
            ));
        }
        let (first, second) = used.answer;
        let accepted = || crate::answer::Accepted {
            stack_id: first.clone(),
            operation_id: second.clone(),
        };
        Ok(Some(match request {
            Request::CreateStack(_) => Answer::CreateStack(accepted()),
            Request::UpdateStack(_) => Answer::UpdateStack(accepted()),
            Request::RollbackStack(_) => Answer::RollbackStack(accepted()),
            Request::CreateChangeSet(_) => Answer::CreateChangeSet {
                id: first,
                stack_id: second,
            },
            Request::DeleteStack(_) => Answer::DeleteStack,
            Request::CancelUpdateStack(_) => Answer::CancelUpdateStack,
            Request::ContinueUpdateRollback(_) => Answer::ContinueUpdateRollback,
            _ => Answer::ExecuteChangeSet,
        }))
    }

    /// Writes the call into the record, and its token beside it.
    fn record(&mut self, about: About) -> Result<(), Refusal> {
        if let Some(token) = &self.token {
            let used = TokenUse {
                action: self.action.to_owned(),
                digest: self.digest.clone(),
                answer: about.answer,
            };
            self.ledger.put_token(&self.scene.region, token, &used)?;
        }
        self.ledger.append_call(&Call {
            time: self.scene.now,
            region: self.scene.region.clone(),
            action: self.action.to_owned(),
            stack_name: about.stack_name,
            stack_id: about.stack_id,
            token: self.token.clone(),
            operation_id: about.operation_id,
            change_set_id: about.change_set_id,
        })?;
        Ok(())
    }

    /// Keeps a stack whose new operation has begun, and records the call.
    fn begun(&mut self, stack: &Stack, change_set_id: Option<String>) -> Result<String, Refusal> {
        self.ledger.put(stack)?;
        let operation = stack
            .operation(self.scene.now)
            .map(|operation| operation.id.clone());
        self.record(About {
            stack_name: stack.name.clone(),
            stack_id: stack.id.clone(),
            answer: (stack.id.clone(), operation.clone().unwrap_or_default()),
            operation_id: operation.clone(),
            change_set_id,
        })?;
        Ok(operation.unwrap_or_default())
    }

    fn setting(&self) -> Setting<'_> {
        Setting {
            scene: self.scene,
            outside: &self.outside,
        }
    }

    /// The stack of that name or ARN.
    fn find(&mut self, stack: &str) -> Result<Option<Arc<Stack>>, Refusal> {
        find(self.scene, self.ledger, stack)
    }

    /// The same, refused in the words of most actions where there is none that lives.
    fn existing(&mut self, name: &str) -> Result<Stack, Refusal> {
        let now = self.scene.now;
        let found = self.find(name)?;
        let living = found.filter(|stack| stack.deleted_at().is_none_or(|deleted| deleted > now));
        let stack =
            living.ok_or_else(|| Refusal::validation(format!("Stack [{name}] does not exist")))?;
        Ok(Arc::unwrap_or_clone(stack))
    }

    /// A stack of which nothing has happened yet.
    fn new_stack(&mut self, name: &str) -> Result<Stack, Refusal> {
        let Scene {
            now,
            region,
            options,
            ..
        } = self.scene;
        let sequence = self.ledger.next_sequence()?;
        let hash = formwork_template::sha256(format!("{region}/{name}/{sequence}/{now}"));
        let uuid = uuid(&hash.to_string());
        let account = &options.account;
        Ok(Stack {
            sequence,
            id: format!("arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid}"),
            name: name.to_owned(),
            account: account.clone(),
            region: region.clone(),
            created: *now,
            termination_protection: false,
            timeout_in_minutes: None,
            definitions: Vec::new(),
            segments: Vec::new(),
        })
    }
}

/// The stack of that name, which must live, or of that ARN.
pub(crate) fn find(
    scene: &Scene,
    ledger: &mut Ledger<'_>,
    stack: &str,
) -> Result<Option<Arc<Stack>>, Refusal> {
    Ok(match stack.starts_with("arn:") {
        true => ledger.by_id(stack)?,
        false => ledger.by_name(&scene.region, stack, scene.now)?,
    })
}

fn token(request: &Request) -> Option<&String> {
    match request {
        Request::CreateStack(request) => request.desired.token.as_ref(),
        Request::UpdateStack(request) => request.desired.token.as_ref(),
        Request::CreateChangeSet(request) => request.desired.token.as_ref(),
        Request::DeleteStack(request) => request.token.as_ref(),
        Request::CancelUpdateStack(request) => request.token.as_ref(),
        Request::ContinueUpdateRollback(request) => request.token.as_ref(),
        Request::RollbackStack(request) => request.token.as_ref(),
        Request::ExecuteChangeSet(request) => request.token.as_ref(),
        _ => None,
    }
}
