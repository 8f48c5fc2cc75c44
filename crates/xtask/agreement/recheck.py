"""Asks cfn-lint again about a value that it accepted, in a form that its rules do check.

cfn-lint accepts four kinds of errors that its own data or rules refuse:

- A property that only AWS sets: its rule E3040 never runs, because its keyword `*` is not a path. The schema lists the
  property under `readOnlyProperties`.
- A policy of a type that its policy rules do not name.
- A text that `Fn::Sub` or `Fn::Join` makes of constant texts: it checks the text only without the function.
- A value in a branch of `Fn::If` that a rule compares with another value: the rule does not look into functions.

So this module asks whether the schema lists the property; whether cfn-lint refuses the policy at the same place in each
kind of policy that it knows; whether it refuses the text or the branch's value without the function. If it refuses, the
error is not false. A policy given as a text that is not JSON is not false either.
"""
import copy
import json

from cfnlint.decode.decode import decode_str
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from linter import REGION, Linter

POLICY = "policy_"
READ_ONLY = "read_only_property"
# The kinds of policies that cfn-lint knows: of an identity, of a resource, and of a repository.
POLICIES = [
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", {}),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", {"Queues": ["https://sqs.us-east-1.amazonaws.com/111122223333/jobs"]}),
    ("AWS::ECR::Repository", "RepositoryPolicyText", {}),
]
SUBJECT = "Subject"


class Recheck:
    """Asks cfn-lint, which is loaded for the first question that needs it."""

    def __init__(self, matches):
        self.matches = matches
        self.linter = None

    def is_refused(self, problem, text, type_name):
        """Returns whether cfn-lint refuses the problem's value in a resource of that type."""
        path = problem["places"][0]["path"] if problem["places"] else []
        if path[:1] != ["Resources"] or path[2:3] != ["Properties"]:
            return False
        if problem["code"] == READ_ONLY:
            return is_read_only(path[3:], type_name)
        document, syntax_errors = decode_str(text)
        if syntax_errors:
            return False
        document = json.loads(json.dumps(document))
        if problem["code"].startswith(POLICY):
            return self.refuses_policy(document, path)
        return self.refuses_value(document, path)

    def errors(self, document):
        """Returns cfn-lint's errors of a document."""
        self.linter = self.linter or Linter()
        return self.linter.errors(json.dumps(document)) or []

    def refuses_policy(self, document, path):
        """Returns whether every kind of policy refuses the document's policy, at the same place."""
        root, below = split_at_policy(path)
        policy = constant(value_at(document, root))
        if len(root) == 3:
            # The property contains only one statement.
            statement = parse_json(constant(value_at(document, path[:4])))
            policy, below = {"Version": "2012-10-17", "Statement": [statement]}, ["Statement", 0, *path[4:]]
        elif isinstance(policy, str):
            policy, below = parse_json(policy), None
        if isinstance(policy, str):
            return True
        for type_name, name, properties in POLICIES:
            place = ["Resources", SUBJECT, "Properties", name]
            resource = {"Type": type_name, "Properties": {**properties, name: policy}}
            errors = self.errors({"Resources": {SUBJECT: resource}})
            if not any(below is None or self.matches(error, [*place, *below]) for error in errors):
                return False
        return True

    def refuses_value(self, document, path):
        """Returns whether cfn-lint refuses the value of a function when it is written without the function."""
        changed = copy.deepcopy(document)
        for depth in range(4, len(path) + 1):
            value = value_at(changed, path[:depth])
            plain = constant(value)
            if path[depth : depth + 1] == ["Fn::If"]:
                plain = value_at(value, path[depth : depth + 2])
            if plain is not value:
                value_at(changed, path[: depth - 1])[path[depth - 1]] = plain
                return any(self.matches(error, path[:depth]) for error in self.errors(changed))
        return False


def is_read_only(steps, type_name):
    """Returns whether cfn-lint's schema of the type lists the property as one that only AWS sets."""
    names, steps = [], iter(steps)
    for step in steps:
        if step == "Fn::If":
            next(steps, None)
        else:
            names.append("*" if isinstance(step, int) else step)
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type_name).schema
    return "/properties/" + "/".join(names) in schema.get("readOnlyProperties", [])


def split_at_policy(path):
    """Returns the path of the policy that contains a place, and the rest of the path."""
    ends = [index for index, step in enumerate(path) if step in ("Statement", "Version", "Id") and index > 2]
    end = ends[0] if ends else len(path)
    return path[:end], path[end:]


def value_at(document, path):
    """Returns the value at a path."""
    for step in path:
        document = document[step]
    return document


def constant(value):
    """Returns the text that a function makes of constant texts, and any other value unchanged."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    (function, argument), = value.items()
    if function == "Fn::Sub" and isinstance(argument, str) and "${" not in argument:
        return argument
    if function == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[0], str):
        delimiter, items = argument
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return delimiter.join(items)
    return value


def parse_json(policy):
    """Returns the value of a text in JSON, and anything else unchanged."""
    try:
        return json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:
        return policy
