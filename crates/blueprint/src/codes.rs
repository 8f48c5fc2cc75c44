//! The codes of this room's problems.

template::codes! {
    NO_BLUEPRINT = "no_blueprint": "The folder holds no `blueprint.toml`, or the file that was named is not there.";
}
