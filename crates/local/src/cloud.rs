//! The cloud: a handle to the store and the clock. All calls of CloudFormation go through it.
//!
//! It does not know the wire: protocols are in `wire`, sockets in `server`.

use std::sync::{Arc, Mutex, PoisonError};

use crate::cloudformation::region::RegionView;
use crate::cloudformation::{CallContext, commands, queries};
use crate::limits::MAX_ANSWERED_CALLS;
use crate::model::calls::{AnsweredCall, CallRecord, Caller};
use crate::model::clock::{Clock, Time};
use crate::model::faults::InjectedFault;
use crate::model::options::{Options, Storage};
use crate::model::request::Request;
use crate::model::response::{ApiError, Response};
use crate::model::ssm_parameter::SsmParameter;
use crate::store::{Ledger, Store, StoreError};

/// A cloud. Its clones share all state.
#[derive(Debug, Clone)]
pub struct Cloud {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: Options,
    store: Store,
    clock: Clock,
    answered: Mutex<Vec<AnsweredCall>>,
}

/// The error of a cloud that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the local cloud")]
pub struct OpenError(#[from] StoreError);

impl Cloud {
    /// Opens the cloud, and creates it if it does not exist.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let (store, clock) = match &options.storage {
            Storage::Memory => (Store::in_memory()?, Clock::starting_at(Time::MEMORY_START)),
            Storage::Folder(folder) => (Store::in_folder(folder)?, Clock::system()),
        };
        Ok(Self {
            shared: Arc::new(Shared {
                options,
                store,
                clock,
                answered: Mutex::default(),
            }),
        })
    }

    /// Answers a request.
    pub fn call(&self, caller: &Caller, request: Request) -> Result<Response, ApiError> {
        let action = request.action();
        let result = if request.is_mutation() {
            self.shared.store.write(|ledger| {
                let context = self.context(caller, ledger)?;
                ledger.set_latest_time(context.now)?;
                commands::execute(&context, ledger, request)
            })
        } else {
            self.shared.store.read(|ledger| {
                let context = self.context(caller, ledger)?;
                queries::execute(&context, ledger, request)
            })
        };
        let error = result.as_ref().err();
        let call = AnsweredCall {
            time: self.now(),
            action,
            error_code: error.map(|error: &ApiError| error.code.clone()),
        };
        let mut answered = self
            .shared
            .answered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if answered.len() >= MAX_ANSWERED_CALLS {
            answered.drain(..MAX_ANSWERED_CALLS / 2);
        }
        answered.push(call);
        result
    }

    /// Returns an SSM parameter of a stack, one that was put by hand, or a public one. Without a
    /// version it is the newest version.
    pub(crate) fn ssm_parameter(
        &self,
        caller: &Caller,
        name: &str,
        version: Option<u64>,
    ) -> Result<Option<SsmParameter>, ApiError> {
        self.shared.store.read(|ledger| {
            let context = self.context(caller, ledger)?;
            let region_view = RegionView::read(&context, ledger)?;
            Ok(region_view.find_ssm_parameter(name, version))
        })
    }

    /// Returns the options with which the cloud was opened.
    pub fn options(&self) -> &Options {
        &self.shared.options
    }

    /// Returns the store, for the services besides CloudFormation.
    pub(crate) fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Returns the current time.
    pub fn now(&self) -> Time {
        self.shared.clock.now()
    }

    /// Returns the accepted calls that change state, oldest first, including those that other
    /// processes accepted.
    pub fn call_records(&self) -> Result<Vec<CallRecord>, StoreError> {
        self.shared.store.read(|ledger| ledger.calls())
    }

    /// Returns all calls that this handle and its clones answered, oldest first.
    pub fn answered_calls(&self) -> Vec<AnsweredCall> {
        self.shared
            .answered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Injects a fault into the work on a resource.
    pub fn inject_fault(&self, fault: &InjectedFault) -> Result<(), StoreError> {
        self.shared.store.write(|ledger| ledger.append_fault(fault))
    }

    /// Removes all injected faults.
    pub fn clear_faults(&self) -> Result<(), StoreError> {
        self.shared.store.write(|ledger| ledger.clear_faults())
    }

    /// Deletes all state.
    pub fn reset(&self) -> Result<(), StoreError> {
        self.shared.store.reset()
    }

    fn context(&self, caller: &Caller, ledger: &Ledger<'_>) -> Result<CallContext, ApiError> {
        let stored = ledger.latest_time()?;
        Ok(CallContext {
            now: stored.map_or(self.now(), |stored| stored.max(self.now())),
            region: caller.region.clone(),
            options: self.shared.options.clone(),
            faults: ledger.faults()?,
        })
    }
}
