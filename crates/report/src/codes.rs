//! The codes of this room's problems: what is wrong with how the tool was called, and with where it stands.

formwork_template::codes! {
    USAGE = "usage": "The command line cannot be carried out as it is: a flag's value, or two flags that exclude each other.";
    UNKNOWN_OUTPUT_NAME = "unknown_output_name": "The stack is deployed and has no output of that name.";
    UNKNOWN_TOPIC = "unknown_topic": "`explain` was asked for something that it does not know: it explains resource types, the codes of problems, and the parts of a blueprint.";
    NOT_DEPLOYED = "not_deployed": "The stack that was asked for is not deployed in this account and region.";
    CONFIRMATION = "confirmation": "There is nobody to confirm what would be done: give `--yes`, or run it in a terminal.";
    DECLINED = "declined": "The user said no. Nothing has been changed.";
    DEPENDENTS_LEFT = "dependents_left": "Deployed stacks depend on those that were to be destroyed; `destroy -s` never takes more than was asked.";
    WRONG_ACCOUNT = "wrong_account": "The credentials belong to another account than the one that the environment names. Nothing has been asked of that account but who it is.";
    NO_REGION = "no_region": "No region is given: not by `--region`, the environment, the blueprint, AWS_REGION or the profile.";
    CREDENTIALS = "credentials": "AWS does not know who asks: there are no credentials, or they have expired or are refused.";
    ENDPOINT = "endpoint": "The endpoint does not answer, or not as AWS does.";
    CLOUD = "cloud": "AWS refused or did not answer a call that the command needs.";
    LOCAL_CLOUD = "local_cloud": "The local cloud's folder or port cannot be used.";
    OPERATION_FAILED = "operation_failed": "CloudFormation carried an operation out and it failed. The message is the first real cause, in the words of the service behind the resource.";
    PLAN_BLOCKED = "plan_blocked": "The plan holds something that `--yes` does not cover: a loss, an interruption, or a stack that is not touched as it is.";
    ASSET = "asset": "An asset cannot be built or packed. Nothing was sent.";
    OUTPUT_FILE = "output_file": "A file that was to be written cannot be.";
    INTERNAL = "internal": "A fault of formwork itself.";
}
