"""Random values that fit a schema of cfn-lint, and the part of the schema to which each belongs.

Not every value fits: patterns with look-around, conditions between properties and cfn-lint's other rules are ignored
here. cfn-lint decides whether a generated resource is kept.
"""

import json
import re
import string
import warnings
from re import _constants as op
from re import _parser as regex

warnings.filterwarnings("ignore", category=FutureWarning, message="Possible")
FORMATS = {
    "AWS::ACM::Certificate.Arn": "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d",
    "AWS::EC2::Image.Id": "ami-0123456789abcdef0",
    "AWS::EC2::SecurityGroup.Id": "sg-0123456789abcdef0",
    "AWS::EC2::SecurityGroup.Name": "web servers",
    "AWS::EC2::Subnet.Id": "subnet-0123456789abcdef0",
    "AWS::EC2::VPC.Id": "vpc-0123456789abcdef0",
    "AWS::IAM::Role.Arn": "arn:aws:iam::111122223333:role/worker",
    "AWS::KMS::Alias.AliasName": "alias/worker",
    "AWS::KMS::Key.Arn": "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "AWS::KMS::Key.Id": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "AWS::Lambda::Function.Arn": "arn:aws:lambda:us-east-1:111122223333:function:worker",
    "AWS::Logs::LogGroup.Name": "/worker/log",
    "AWS::Route53::AliasTarget.HostedZoneId": "Z0123456789ABCDEFGHIJ",
    "AWS::Route53::HostedZone.Id": "Z0123456789ABCDEFGHIJ",
    "AWS::S3::Bucket.Name": "a-bucket-of-mine",
    "AWS::SNS::Topic.Arn": "arn:aws:sns:us-east-1:111122223333:news",
    "AWS::SQS::Queue.Arn": "arn:aws:sqs:us-east-1:111122223333:jobs",
    "date-time": "2030-01-02T03:04:05Z",
    "ipv4-network": "10.1.0.0/16",
    "ipv6-network": "2001:db8::/56",
    "json": '{"a": "b"}',
    "timestamp": "2030-01-02T03:04:05Z",
    "uri": "https://example.com/",
}
IDENTITY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::a-bucket-of-mine/*"]}],
}
RESOURCE_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}],
}
TRUST_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
DEEPEST = 7
MEMBERS = ("properties", "patternProperties")
COMBINERS = ("allOf", "anyOf", "oneOf")


class Site:
    """A generated value: its path in the resource's properties, and its schema.

    `written` is the schema in the file, `schema` the same with one branch of every choice taken.
    """

    def __init__(self, path, written, schema):
        self.path = path
        self.written = written
        self.schema = schema


class Maker:
    """Generates the properties of one resource; `sites` contains every value in them, the outermost first."""

    def __init__(self, root, rng):
        self.root = root
        self.rng = rng
        self.sites = []
        self.read_only = {pointer for pointer in root.get("readOnlyProperties", [])}

    def properties(self):
        """Returns the resource's `Properties`."""
        return self.value(self.root, ())

    def is_read_only(self, path):
        """Returns whether only CloudFormation sets the property at the path, which may contain functions."""
        steps = []
        for step in path:
            if isinstance(step, int) and steps[-1:] == ["Fn::If"]:
                steps.pop()
            else:
                steps.append("*" if isinstance(step, int) else step)
        return "/".join(["/properties", *steps]) in self.read_only

    def value(self, schema, path):
        """Returns a value that fits a schema."""
        written = self.followed(schema)
        schema = self.settle(written)
        self.sites.append(Site(path, written, schema))
        if "const" in schema:
            return schema["const"]
        for listed in ("enum", "enumCaseInsensitive"):
            if schema.get(listed):
                return self.rng.choice(schema[listed])
        kind = self.kind(schema)
        if kind in ("object", "string") and "object" in schema.get("type", ()) and not schema.get("properties"):
            policy = self.policy(path)
            if policy:
                return policy
        if kind == "object":
            return self.table(schema, path)
        if kind == "array":
            return self.list(schema, path)
        if kind == "boolean":
            return self.rng.random() < 0.5
        if kind in ("integer", "number"):
            return self.number(schema, kind)
        return self.text(schema, path)

    def policy(self, path):
        """Returns a policy if the property's name is that of a policy."""
        name = path[-1] if path and isinstance(path[-1], str) else ""
        if not re.search(r"(?i)polic(y|ies)(document|text)?$", name):
            return None
        if "AssumeRole" in name:
            return TRUST_POLICY
        identity = self.root["typeName"].startswith(("AWS::IAM::", "AWS::SSO::"))
        return IDENTITY_POLICY if identity else RESOURCE_POLICY

    def kind(self, schema):
        """Returns one of the schema's types; a table if both a table and a text fit."""
        kinds = schema.get("type")
        if kinds is None:
            if any(word in schema for word in MEMBERS) or "required" in schema:
                return "object"
            return "array" if "items" in schema else "string"
        kinds = [kinds] if isinstance(kinds, str) else [kind for kind in kinds if kind != "null"]
        if "object" in kinds and any(word in schema for word in MEMBERS):
            return "object"
        for simple in ("string", "boolean", "integer", "number", "array", "object"):
            if simple in kinds:
                return simple
        return "string"

    def settle(self, schema):
        """Returns the schema with its references resolved and one branch of each choice taken."""
        schema = self.followed(schema)
        branches = list(schema.get("allOf", []))
        for choice in ("oneOf", "anyOf"):
            if schema.get(choice):
                taken = self.rng.choice(schema[choice])
                branches.append(taken)
                if choice == "oneOf":
                    others = [name for branch in schema[choice] for name in branch.get("required", [])]
                    left = set(others) - set(taken.get("required", []))
                    schema = {**schema, "left out": [*schema.get("left out", []), *sorted(left)]}
        for branch in branches:
            schema = merged(schema, self.settle(branch))
        return schema

    def followed(self, schema):
        """Returns the schema that a chain of `$ref` leads to."""
        if not isinstance(schema, dict):
            return {}
        while "$ref" in schema:
            target = self.follow(schema["$ref"])
            schema = {**target, **{word: under for word, under in schema.items() if word != "$ref"}}
        return schema

    def follow(self, reference):
        """Returns the schema at a pointer `#/…`."""
        here = self.root
        for step in reference.removeprefix("#/").split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            here = here.get(step, {}) if isinstance(here, dict) else {}
        return here if isinstance(here, dict) else {}

    def table(self, schema, path):
        """Returns a table with the required members and up to three others."""
        known = schema.get("properties") or {}
        names = [name for name in schema.get("required", []) if not self.is_read_only((*path, name))]
        for group in schema.get("requiredXor", []), schema.get("requiredOr", []):
            if group and not set(group) & set(names):
                names.append(self.rng.choice(group))
        excluded = {name for key in names for name in schema.get("dependentExcluded", {}).get(key, [])}
        excluded.update(schema.get("left out", []))
        free = [
            name
            for name in known
            if name not in names and name not in excluded and not self.is_read_only((*path, name))
            and name not in schema.get("requiredXor", [])
        ]
        more = self.rng.choice([0, 1, 1, 2, 3]) if len(path) < DEEPEST else 0
        names += self.rng.sample(free, min(more, len(free)))
        for name in names:
            needed = list(schema.get("dependentRequired", {}).get(name, []))
            if isinstance(schema.get("dependencies", {}).get(name), list):
                needed += schema["dependencies"][name]
            names += [other for other in needed if other not in names]
        if len(path) > DEEPEST + 6:
            raise RecursionError("a schema that never ends")
        made = {name: self.value(known.get(name, {}), (*path, name)) for name in names}
        for pattern, member in (schema.get("patternProperties") or {}).items():
            if not made or self.rng.random() < 0.5:
                name = text_for_pattern(pattern, self.rng)
                made.setdefault(name, self.value(member, (*path, name)))
        while len(made) < schema.get("minProperties", 0) and not known:
            made[f"name{len(made)}"] = "text"
        if not made and not known and schema.get("additionalProperties") is not False:
            made["name"] = "text"
        return made

    def list(self, schema, path):
        """Returns a list with the fewest items, or one or two more."""
        least = schema.get("minItems", 0)
        count = max(least, self.rng.choice([1, 1, 2]))
        count = min(count, schema.get("maxItems", count), schema.get("maxUniqueItems", count))
        items = schema.get("items", {})
        first = schema.get("prefixItems", [])
        made = []
        for index in range(count):
            under = first[index] if index < len(first) else items
            made.append(self.value(under, (*path, index)))
        return made

    def number(self, schema, kind):
        """Returns a number within the bounds."""
        least, most = bounds(schema)
        low = least if least is not None else min(0, most if most is not None else 0)
        high = most if most is not None else low + 100
        if kind == "integer" or float(low).is_integer():
            step = int(schema.get("multipleOf", 1)) or 1
            low, high = int(-(-low // 1)), int(high // 1)
            drawn = self.rng.randint(low, max(low, min(high, low + 1000)))
            return drawn - drawn % step if drawn - drawn % step >= low else drawn
        return low

    def text(self, schema, path):
        """Returns a text for the format, the pattern or the length."""
        least, most = schema.get("minLength", 0), schema.get("maxLength", 10**9)
        policy = self.policy(path)
        if policy and "pattern" not in schema and schema.get("format", "json") == "json" and most > 400:
            return json.dumps(policy)
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        if "pattern" in schema:
            for _ in range(12):
                drawn = text_for_pattern(schema["pattern"], self.rng)
                if least <= len(drawn) <= most and matches(schema["pattern"], drawn):
                    return drawn
            return drawn
        drawn = self.rng.choice(["alpha", "beta", "gamma", "delta"]) + str(self.rng.randint(1, 99))
        return drawn[:most] if len(drawn) >= least else drawn + "a" * (least - len(drawn))


def bounds(schema):
    """Returns the minimum and the maximum of a schema, or None."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if schema.get("exclusiveMinimum") is not None:
        least = schema["exclusiveMinimum"] + 1
    if schema.get("exclusiveMaximum") is not None:
        most = schema["exclusiveMaximum"] - 1
    return least, most


def merged(one, other):
    """Returns a schema with the keywords of both, approximately."""
    both = {**{word: under for word, under in one.items() if word not in COMBINERS}, **other}
    for word in ("properties", "patternProperties", "dependentExcluded", "dependentRequired"):
        if word in one and word in other:
            both[word] = {**one[word], **other[word]}
            for name in set(one[word]) & set(other[word]):
                if isinstance(one[word][name], dict) and isinstance(other[word][name], dict):
                    both[word][name] = {**one[word][name], **other[word][name]}
    if "required" in one and "required" in other:
        both["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    if "additionalProperties" in one:
        both["additionalProperties"] = one["additionalProperties"]
    return both


def translated(pattern):
    """Returns the pattern in Python's syntax: Unicode classes become ASCII classes."""
    inside = {"L": "a-zA-Z", "N": "0-9", "Nd": "0-9", "Z": " ", "Zs": " ", "P": "!-/", "S": "+", "M": "", "Lu": "A-Z", "Ll": "a-z"}
    named = {"Alnum": "a-zA-Z0-9", "Alpha": "a-zA-Z", "ASCII": "\\x20-\\x7e", "Print": "\\x20-\\x7e", "Graph": "!-~", "Space": " "}
    inside.update(named)

    def classed(match):
        return inside.get(match.group(1), "a-z")

    pattern = re.sub(r"\[([^\]]*)\\p\{(\w+)\}", lambda match: "[" + match.group(1) + inside.get(match.group(2), "a-z"), pattern)
    while re.search(r"\[[^\]]*\\p\{", pattern):
        pattern = re.sub(r"\\p\{(\w+)\}", classed, pattern, count=1)
    return re.sub(r"\\p\{(\w+)\}", lambda match: f"[{classed(match)}]", pattern)


def matches(pattern, text):
    """Returns whether the text fits the pattern, or Python cannot parse the pattern."""
    try:
        return re.search(translated(pattern), text) is not None
    except re.error:
        return True


def text_for_pattern(pattern, rng):
    """Returns a text that fits the pattern without its look-around."""
    try:
        parsed = regex.parse(translated(pattern))
    except (re.error, OverflowError):
        return "alpha1"
    return "".join(pieces(parsed, rng, {}))


def pieces(parsed, rng, groups):
    """Yields a text for each step of a parsed pattern."""
    for step, about in parsed:
        if step is op.LITERAL:
            yield chr(about)
        elif step in (op.ANY, op.NOT_LITERAL, op.CATEGORY):
            yield rng.choice(string.ascii_lowercase)
        elif step is op.IN:
            yield member(about, rng)
        elif step is op.BRANCH:
            yield "".join(pieces(rng.choice(about[1]), rng, groups))
        elif step is op.SUBPATTERN:
            text = "".join(pieces(about[3], rng, groups))
            groups[about[0]] = text
            yield text
        elif step is op.GROUPREF:
            yield groups.get(about, "")
        elif step in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, inner = about
            for _ in range(rng.randint(int(least), min(int(most), int(least) + 3))):
                yield "".join(pieces(inner, rng, groups))
        elif step is op.ATOMIC_GROUP:
            yield "".join(pieces(about, rng, groups))


def member(members, rng):
    """Returns a character of a class."""
    visible = string.ascii_letters + string.digits
    if members and members[0][0] is op.NEGATE:
        left = [character for character in visible + "-_ ." if not any(member_matches(one, character) for one in members[1:])]
        return rng.choice(left or ["~"])
    inside = [character for character in visible if any(member_matches(one, character) for one in members)]
    if inside and rng.random() < 0.9:
        return rng.choice(inside)
    kind, about = rng.choice(members)
    if kind is op.LITERAL:
        return chr(about)
    if kind is op.RANGE:
        return chr(rng.randint(about[0], min(about[1], about[0] + 60)))
    return rng.choice(inside or ["a"])


def member_matches(one, character):
    """Returns whether a member of a class matches the character."""
    kind, about = one
    if kind is op.LITERAL:
        return ord(character) == about
    if kind is op.RANGE:
        return about[0] <= ord(character) <= about[1]
    if kind is op.CATEGORY:
        return {
            op.CATEGORY_DIGIT: character.isdigit(),
            op.CATEGORY_NOT_DIGIT: not character.isdigit(),
            op.CATEGORY_SPACE: character.isspace(),
            op.CATEGORY_NOT_SPACE: not character.isspace(),
            op.CATEGORY_WORD: character.isalnum() or character == "_",
            op.CATEGORY_NOT_WORD: not (character.isalnum() or character == "_"),
        }[about]
    return False
