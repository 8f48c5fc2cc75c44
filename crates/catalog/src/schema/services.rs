//! What IAM knows of the services: their actions, and the resources that these are about.

use std::sync::{Arc, OnceLock};

use super::ByName;
use super::file::{self, Frame, Frames, Names};

/// Every service that IAM knows, by its prefix in an action's name; each decoded when it is first
/// asked for.
#[derive(Debug)]
pub struct Services {
    frames: Arc<Frames>,
    services: Box<[OnceLock<Service>]>,
}

/// One service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// Its actions by name in lower case, as IAM compares them: `getobject`.
    pub actions: ByName<Action>,
    /// The resources that its actions are about, by name.
    pub resources: ByName<IamResource>,
}

/// One action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Action {
    /// Its name as AWS writes it, `GetObject`; in lower case where no type's handler needs it.
    pub name: Arc<str>,
    /// Which of the service's resources it takes, as positions in [`Service::resources`]; none
    /// when it takes `*` alone.
    pub resources: Vec<usize>,
}

/// One kind of resource in a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IamResource {
    /// Its ARNs, each a pattern: `arn:${Partition}:s3:::.*`.
    pub arn_formats: Vec<Arc<str>>,
    /// The condition keys that it has: `aws:ResourceTag/${TagKey}`.
    pub condition_keys: Vec<Arc<str>>,
}

impl Services {
    pub(super) fn new(frames: Arc<Frames>) -> Self {
        let count = file::count(Names::Services);
        Self {
            frames,
            services: (0..count).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The prefixes of all services, in lower case and sorted.
    pub fn prefixes(&self) -> impl Iterator<Item = &'static str> {
        (0..self.services.len()).map(|position| file::name(Names::Services, position))
    }

    /// The service of this prefix, in any case.
    pub fn service(&self, prefix: &str) -> Option<&Service> {
        let position = file::position(Names::Services, &prefix.to_lowercase())?;
        let service = self.services[position]
            .get_or_init(|| Service::decode(self.frames.content(Frame::Service(position))));
        Some(service)
    }
}

impl Service {
    /// The action of this name, in any case.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.get(name.to_lowercase().as_str())
    }
}
