//! The actions of IAM, by service, and the resources that they apply to.

use std::sync::{Arc, OnceLock};

use super::ByName;
use super::file::{self, Frame, Frames, Names};

/// The services of IAM, by the prefix of their actions. Each is decoded when it is first used.
#[derive(Debug)]
pub struct Services {
    frames: Arc<Frames>,
    services: Box<[OnceLock<Service>]>,
}

/// A service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Service {
    /// The actions, by their name in lower case: `getobject`. IAM ignores case.
    pub actions: ByName<Action>,
    /// The resources of the service's actions, by name.
    pub resources: ByName<IamResource>,
}

/// An action.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Action {
    /// The action's name as AWS writes it: `GetObject`. It is lower case if no handler of a type
    /// needs the action.
    pub name: Arc<str>,
    /// The resources that the action applies to, as positions in [`Service::resources`]. It is
    /// empty if the action applies only to `*`.
    pub resources: Vec<usize>,
}

/// A kind of resource in a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IamResource {
    /// The formats of its ARNs, as patterns: `arn:${Partition}:s3:::.*`.
    pub arn_formats: Vec<Arc<str>>,
    /// The resource's condition keys: `aws:ResourceTag/${TagKey}`.
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

    /// Iterates over the prefixes of all services, in lower case and sorted.
    pub fn prefixes(&self) -> impl Iterator<Item = &'static str> {
        (0..self.services.len()).map(|position| file::name(Names::Services, position))
    }

    /// Returns the service with this prefix, in any case.
    pub fn service(&self, prefix: &str) -> Option<&Service> {
        let position = file::position(Names::Services, &prefix.to_lowercase())?;
        let service = self.services[position]
            .get_or_init(|| Service::decode(self.frames.content(Frame::Service(position))));
        Some(service)
    }
}

impl Service {
    /// Returns the action with this name, in any case.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.get(name.to_lowercase().as_str())
    }
}
