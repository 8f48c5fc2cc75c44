"""What cfn-lint says of a value when it is asked again, where it does look.

Of four kinds of error cfn-lint says nothing although its own data or rules refuse the same:

- a property that only AWS sets: its rule E3040 is reached by no path (its keyword is `*`, and what is looked up is the
  path itself), while the schema beside it lists the property under `readOnlyProperties`;
- a policy of a type that its rules of policies do not name;
- a text that `Fn::Sub` or `Fn::Join` gives out of nothing but texts: held against its place only without the function;
- a value in a branch of `Fn::If`, where a rule compares it with another one: it looks at values, not into functions.

So it is asked whether its schema lists the property; whether it refuses the policy, at that place in it, in every kind of
policy that it knows; whether it refuses the text, or the branch's value, at that place, when it is written without the
function. What it says no to then is no false error. A text that Python cannot read as JSON, which it passes as a policy,
is none either.
"""
import copy
import json

from cfnlint.decode.decode import decode_str
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from linter import REGION, Linter

POLICY = "policy_"
READ_ONLY = "read_only_property"
# The kinds of policies that cfn-lint knows: what a principal may do, who may use a resource, the same of a repository.
POLICIES = [
    ("AWS::IAM::ManagedPolicy", "PolicyDocument", {}),
    ("AWS::SQS::QueuePolicy", "PolicyDocument", {"Queues": ["https://sqs.us-east-1.amazonaws.com/111122223333/jobs"]}),
    ("AWS::ECR::Repository", "RepositoryPolicyText", {}),
]
SUBJECT = "Subject"


class Again:
    """Asks; cfn-lint is loaded with the first question that needs it."""

    def __init__(self, meets):
        self.meets = meets
        self.linter = None

    def refused(self, problem, text, kind):
        """Whether cfn-lint refuses what the problem is about; `kind` is the type of the resource."""
        path = problem["places"][0]["path"] if problem["places"] else []
        if path[:1] != ["Resources"] or path[2:3] != ["Properties"]:
            return False
        if problem["code"] == READ_ONLY:
            return is_read_only(path[3:], kind)
        document, unread = decode_str(text)
        if unread:
            return False
        document = json.loads(json.dumps(document))
        if problem["code"].startswith(POLICY):
            return self.refuses_policy(document, path)
        return self.refuses_value(document, path)

    def errors(self, document):
        """What cfn-lint reports of a document."""
        self.linter = self.linter or Linter()
        return self.linter.errors(json.dumps(document)) or []

    def refuses_policy(self, document, path):
        """Whether every kind of policy refuses it, at the same place."""
        root, below = split(path)
        policy = given(at(document, root))
        if len(root) == 3:
            # One statement is all that the property holds.
            policy = given(at(document, path[:4]))
            policy, below = {"Version": "2012-10-17", "Statement": [parsed(policy)]}, ["Statement", 0, *path[4:]]
        elif isinstance(policy, str):
            policy, below = parsed(policy), None
        if isinstance(policy, str):
            return True
        for kind, name, more in POLICIES:
            place = ["Resources", SUBJECT, "Properties", name]
            asked = {"Resources": {SUBJECT: {"Type": kind, "Properties": {**more, name: policy}}}}
            errors = self.errors(asked)
            if not any(below is None or self.meets(error, [*place, *below]) for error in errors):
                return False
        return True

    def refuses_value(self, document, path):
        """Whether cfn-lint refuses what a function gives, where it is written without it."""
        asked = copy.deepcopy(document)
        for depth in range(4, len(path) + 1):
            value = at(asked, path[:depth])
            plain = given(value)
            if path[depth : depth + 1] == ["Fn::If"]:
                plain = at(value, path[depth : depth + 2])
            if plain is not value:
                at(asked, path[: depth - 1])[path[depth - 1]] = plain
                return any(self.meets(error, path[:depth]) for error in self.errors(asked))
        return False


def is_read_only(steps, kind):
    """Whether cfn-lint's schema of the type lists the property as one that only AWS sets."""
    names, steps = [], iter(steps)
    for step in steps:
        if step == "Fn::If":
            next(steps, None)
        else:
            names.append("*" if isinstance(step, int) else step)
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
    return "/properties/" + "/".join(names) in schema.get("readOnlyProperties", [])


def split(path):
    """The path of the policy that a place lies in, and the way from there."""
    ends = [index for index, step in enumerate(path) if step in ("Statement", "Version", "Id") and index > 2]
    end = ends[0] if ends else len(path)
    return path[:end], path[end:]


def at(document, path):
    """The value at a path."""
    for step in path:
        document = document[step]
    return document


def given(value):
    """The text that a function gives of texts alone; anything else is itself."""
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


def parsed(policy):
    """What a text of JSON says; another text is itself."""
    try:
        return json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:
        return policy
