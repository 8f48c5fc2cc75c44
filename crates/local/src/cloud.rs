//! The cloud: a handle on the store and the clock, and the door through which each request goes.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Refusal};
use crate::clock::{Clock, Time};
use crate::faults::Failure;
use crate::outside::Outside;
use crate::request::Request;
use crate::ssm::Parameter;
use crate::store::{Ledger, Store, StoreError};
use crate::types::{self, Work};
use crate::wire::Wire;
use crate::{accept, describe};

/// A cloud. Its clones share everything.
#[derive(Debug, Clone)]
pub struct Cloud {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: Options,
    store: Store,
    clock: Clock,
    answered: Mutex<Vec<Answered>>,
    wire: Wire,
}

/// How many calls a handle remembers at most; a server may run for weeks.
const MOST_REMEMBERED: usize = 100_000;

/// How a cloud is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it keeps its state.
    pub storage: Storage,
    /// How long things take.
    pub pace: Pace,
    /// The rates above which it answers `Throttling`; none when absent.
    pub throttle: Option<Rates>,
    /// The account it plays.
    pub account: String,
    /// How far behind `DescribeStacks` is: AWS's is eventually consistent.
    pub lag: Duration,
    /// How many items a page of a list holds.
    pub page_size: usize,
}

/// Where a cloud keeps its state.
#[derive(Debug, Clone)]
pub enum Storage {
    /// In memory: it goes with the last handle, and its clock starts at a fixed time.
    Memory,
    /// In a folder, which several processes may share.
    Folder(PathBuf),
}

/// How long operations take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// A fiftieth of AWS's typical durations.
    Quick,
    /// AWS's typical durations.
    Real,
    /// So long for each resource, and nothing beside.
    Each(Duration),
}

/// Calls a second, with bursts of twice as many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Reads a second.
    pub reads: u32,
    /// Mutations a second.
    pub mutations: u32,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The region of the request's credential scope.
    pub region: String,
}

/// One accepted call that changed something or meant to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// When it was accepted.
    pub time: Time,
    /// Where.
    pub region: String,
    /// The action, as `CreateStack`.
    pub action: String,
    /// The name of the stack it was about.
    pub stack_name: String,
    /// The id of that stack; empty for the deletion of what is not there.
    pub stack_id: String,
    /// The client request token.
    pub token: Option<String>,
    /// The operation that it started; `None` for what starts none, as the deletion of what is
    /// being deleted.
    pub operation_id: Option<String>,
    /// The change set it was about.
    pub change_set_id: Option<String>,
}

/// One call that this handle or a clone of it answered, reads and refusals included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// When.
    pub time: Time,
    /// The action.
    pub action: &'static str,
    /// The code of the refusal, if it was refused.
    pub refused: Option<String>,
}

/// A cloud that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the local cloud")]
pub struct Error(#[from] StoreError);

impl Default for Options {
    fn default() -> Self {
        Self {
            storage: Storage::Memory,
            pace: Pace::Quick,
            throttle: None,
            account: "123456789012".to_owned(),
            lag: Duration::ZERO,
            page_size: 100,
        }
    }
}

impl Cloud {
    /// Opens the cloud, making it where it is not there yet.
    pub fn open(options: Options) -> Result<Self, Error> {
        let (store, clock) = match &options.storage {
            Storage::Memory => (Store::in_memory()?, Clock::starting_at(Time::MEMORY_START)),
            Storage::Folder(folder) => (Store::in_folder(folder)?, Clock::system()),
        };
        let answered = Mutex::default();
        let wire = Wire::open(&store, &options)?;
        Ok(Self {
            shared: Arc::new(Shared {
                options,
                store,
                clock,
                answered,
                wire,
            }),
        })
    }

    /// Answers a request.
    pub fn call(&self, caller: &Caller, request: Request) -> Result<Answer, Refusal> {
        let action = request.action();
        let answer = match request.is_mutation() {
            true => self.shared.store.write(|ledger| {
                let scene = self.scene(caller, ledger)?;
                ledger.set_latest_time(scene.now)?;
                accept::accept(&scene, ledger, request)
            }),
            false => self.shared.store.read(|ledger| {
                let scene = self.scene(caller, ledger)?;
                describe::describe(&scene, ledger, request)
            }),
        };
        let refused = answer
            .as_ref()
            .err()
            .map(|refusal: &Refusal| refusal.code.clone());
        let answered = Answered {
            time: self.now(),
            action,
            refused,
        };
        let mut log = self
            .shared
            .answered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if log.len() >= MOST_REMEMBERED {
            log.drain(..MOST_REMEMBERED / 2);
        }
        log.push(answered);
        answer
    }

    /// An SSM parameter, whoever made it; the newest version where none is asked for.
    pub(crate) fn ssm_parameter(
        &self,
        caller: &Caller,
        name: &str,
        version: Option<u64>,
    ) -> Result<Option<Parameter>, Refusal> {
        self.shared.store.read(|ledger| {
            let scene = self.scene(caller, ledger)?;
            let outside = Outside::read(&scene, ledger)?;
            Ok(outside.find_ssm_parameter(name, version))
        })
    }

    /// How it was opened.
    pub fn options(&self) -> &Options {
        &self.shared.options
    }

    /// What its wire keeps.
    pub(crate) fn wire(&self) -> &Wire {
        &self.shared.wire
    }

    /// The store, for what lies beside CloudFormation.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// What its clock shows.
    pub fn now(&self) -> Time {
        self.shared.clock.now()
    }

    /// The record of accepted calls that change something, the oldest first, whoever answered them.
    pub fn record(&self) -> Result<Vec<Call>, StoreError> {
        self.shared.store.read(|ledger| ledger.calls())
    }

    /// Every call that this handle and its clones answered, the oldest first.
    pub fn answered(&self) -> Vec<Answered> {
        self.shared
            .answered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Tells a resource to fail.
    pub fn fail(&self, failure: &Failure) -> Result<(), StoreError> {
        self.shared
            .store
            .write(|ledger| ledger.append_failure(failure))
    }

    /// Lets every resource succeed again.
    pub fn clear_failures(&self) -> Result<(), StoreError> {
        self.shared.store.write(|ledger| ledger.clear_failures())
    }

    /// Forgets everything.
    pub fn reset(&self) -> Result<(), StoreError> {
        self.shared.store.reset()
    }

    fn scene(&self, caller: &Caller, ledger: &Ledger<'_>) -> Result<Scene, Refusal> {
        let stored = ledger.latest_time()?;
        Ok(Scene {
            now: stored.map_or(self.now(), |stored| stored.max(self.now())),
            region: caller.region.clone(),
            options: self.shared.options.clone(),
            failures: ledger.failures()?,
        })
    }
}

/// What holds for one call.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    pub(crate) now: Time,
    pub(crate) region: String,
    pub(crate) options: Options,
    pub(crate) failures: Vec<Failure>,
}

impl Pace {
    /// How long work on a resource takes.
    pub(crate) fn work(self, kind: &str, work: Work) -> Duration {
        match self {
            Self::Quick => types::quick_duration(kind, work),
            Self::Real => types::typical_duration(kind, work),
            Self::Each(duration) => duration,
        }
    }

    /// How long the stack itself takes before its first resource and after its last.
    pub(crate) fn stack(self) -> Duration {
        match self {
            Self::Quick => Duration::from_millis(20),
            Self::Real => Duration::from_secs(2),
            Self::Each(_) => Duration::ZERO,
        }
    }

    /// How long a change set takes.
    pub(crate) fn change_set(self) -> Duration {
        match self {
            Self::Quick => Duration::from_millis(40),
            Self::Real => Duration::from_secs(3),
            Self::Each(duration) => duration,
        }
    }

    /// What a time-out of AWS becomes.
    pub(crate) fn time_out(self, duration: Duration) -> Duration {
        match self {
            Self::Quick => duration / 50,
            Self::Real | Self::Each(_) => duration,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let message = match std::error::Error::source(&error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        Self {
            http_status: 500,
            ..Self::new("InternalFailure", message)
        }
    }
}
