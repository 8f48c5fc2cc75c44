//! The codes of problems with the command line, the environment and the cloud.

formwork_template::codes! {
    USAGE = "usage": "The command line is invalid: a flag has a wrong value, or two flags exclude each other.";
    UNKNOWN_OUTPUT_NAME = "unknown_output_name": "The deployed stack has no output with that name.";
    UNKNOWN_TOPIC = "unknown_topic": "`explain` does not know the topic. It explains resource types, error codes, components and the parts of a blueprint.";
    NOT_DEPLOYED = "not_deployed": "The stack is not deployed in this account and region.";
    CONFIRMATION = "confirmation": "The command requires a confirmation, but it does not run in a terminal. Give `--yes`, or run it in a terminal.";
    DECLINED = "declined": "The user declined. Nothing was changed.";
    DEPENDENTS_LEFT = "dependents_left": "Deployed stacks depend on the selected ones. `destroy -s` never deletes more than the selected stacks.";
    WRONG_ACCOUNT = "wrong_account": "The credentials belong to a different account than the environment's. The only call to that account was `GetCallerIdentity`.";
    NO_REGION = "no_region": "No region is set by `--region`, the environment, the blueprint, AWS_REGION or the profile.";
    CREDENTIALS = "credentials": "AWS rejects the caller: there are no credentials, or they are expired or invalid.";
    ENDPOINT = "endpoint": "The endpoint does not answer, or its answer is not AWS's.";
    CLOUD = "cloud": "AWS rejected or did not answer a call.";
    LOCAL_CLOUD = "local_cloud": "The local cloud's folder or port cannot be used.";
    OPERATION_FAILED = "operation_failed": "A CloudFormation operation failed. The message is the first cause, as reported by the service of the resource.";
    PLAN_BLOCKED = "plan_blocked": "The plan contains a loss, an interruption or a refused stack, which `--yes` does not cover.";
    ASSET = "asset": "An asset cannot be built or packed. Nothing was sent.";
    OUTPUT_FILE = "output_file": "A file cannot be written.";
    INTERNAL = "internal": "An internal error of formwork.";
}
