//! SSM's actions on parameters: get, put and delete.

use crate::cloud::Cloud;
use crate::model::calls::Caller;
use crate::model::response::ApiError;
use crate::model::ssm_parameter::SsmParameter;
use crate::store::ssm_parameters;

/// The reaction to a parameter that already exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overwrite {
    Allowed,
    Forbidden,
}

/// Returns the parameter `name` or `name:version`.
pub(crate) fn find_parameter(
    cloud: &Cloud,
    caller: &Caller,
    name: &str,
) -> Result<Option<SsmParameter>, ApiError> {
    let (name, version) = match name.rsplit_once(':') {
        Some((name, version)) => (name, version.parse().ok()),
        None => (name, None),
    };
    cloud.ssm_parameter(caller, name, version)
}

/// Returns the parameter `name` or `name:version`, or an error if it does not exist.
pub(crate) fn get_parameter(
    cloud: &Cloud,
    caller: &Caller,
    name: &str,
) -> Result<SsmParameter, ApiError> {
    find_parameter(cloud, caller, name)?.ok_or_else(not_found)
}

/// Writes a parameter and returns the number of its new version.
pub(crate) fn put_parameter(
    cloud: &Cloud,
    caller: &Caller,
    name: &str,
    kind: &str,
    value: &str,
    overwrite: Overwrite,
) -> Result<u64, ApiError> {
    if overwrite == Overwrite::Forbidden && find_parameter(cloud, caller, name)?.is_some() {
        return Err(ApiError::new(
            "ParameterAlreadyExists",
            "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        ));
    }
    let now = cloud.now();
    let version = cloud.store().with(|transaction| {
        ssm_parameters::put(transaction, &caller.region, name, kind, value, now)
    })?;
    Ok(version)
}

/// Deletes a parameter that was put by hand.
pub(crate) fn delete_parameter(cloud: &Cloud, caller: &Caller, name: &str) -> Result<(), ApiError> {
    let deleted = cloud
        .store()
        .with(|transaction| ssm_parameters::delete(transaction, &caller.region, name))?;
    if deleted { Ok(()) } else { Err(not_found()) }
}

fn not_found() -> ApiError {
    ApiError::new("ParameterNotFound", "")
}
