"""The generators of faults: each inserts exactly one fault into a valid template, at a random place.

cfn-lint decides whether the change is a fault: if it accepts the template, another one is generated.
"""
import copy
import pathlib

import cfnlint
from values import FORMATS, bounds, matches

SUBJECT = ("Resources", "Subject")
PROPERTIES = (*SUBJECT, "Properties")
OTHERS = {
    "AWS::EC2::VPC": {"CidrBlock": "10.0.0.0/16"},
    "AWS::S3::Bucket": {},
    "AWS::SNS::Topic": {},
    "AWS::SQS::Queue": {},
    "AWS::Logs::LogGroup": {},
    "AWS::EC2::SecurityGroup": {"GroupDescription": "anything"},
    "AWS::DynamoDB::Table": {
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    },
}
ATTRIBUTES = {
    "AWS::EC2::VPC": ["DefaultSecurityGroup", "VpcId", "CidrBlockAssociations", "CidrBlock"],
    "AWS::S3::Bucket": ["Arn", "DomainName"],
    "AWS::SNS::Topic": ["TopicArn", "TopicName"],
    "AWS::SQS::Queue": ["Arn", "QueueName"],
    "AWS::Logs::LogGroup": ["Arn"],
    "AWS::EC2::SecurityGroup": ["GroupId", "VpcId"],
    "AWS::DynamoDB::Table": ["Arn", "StreamArn"],
}
# The types whose rules between properties are in files of their own.
EXTENSIONS = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas" / "extensions"
# The keywords of a schema that combine properties.
COMBINING = (
    "allOf", "anyOf", "dependencies", "dependentExcluded", "dependentRequired", "if", "not", "oneOf", "requiredOr", "requiredXor",
)
KINDS = {}


def has_extension(name):
    """Returns whether a type has rules between its properties in addition to its schema."""
    return (EXTENSIONS / name.lower().replace("::", "_")).is_dir()


class Unfit(Exception):
    """The resource has no place for this kind of fault."""


class Draft:
    """A template with one resource, `Subject`, and the sites of its values."""

    def __init__(self, name, root, sites, document, rng, maker, form):
        self.form = form
        self.name = name
        self.root = root
        self.sites = sites
        self.document = document
        self.rng = rng
        self.maker = maker
        self.text_fault = None

    def copy(self):
        """Returns a copy."""
        return Draft(self.name, self.root, self.sites, copy.deepcopy(self.document), self.rng, self.maker, self.form)

    def with_text_fault(self, text):
        """Returns the text with the fault of the text, if the draft has one."""
        return self.text_fault(text, self.rng) if self.text_fault else text

    def at(self, path):
        """Returns the value at a path of the document."""
        here = self.document
        for step in path:
            here = here[step]
        return here

    def value(self, site):
        """Returns the value at a site."""
        return self.at(PROPERTIES + site.path)

    def exists(self, site):
        """Returns whether the site still exists: a repair may have replaced a value above it."""
        try:
            self.value(site)
        except (KeyError, IndexError, TypeError):
            return False
        return True

    def put(self, path, value):
        """Sets the value at a path of the document. Creates the sections on the path."""
        here = self.document
        for step in path[:-1]:
            here = here.setdefault(step, {}) if isinstance(here, dict) else here[step]
        here[path[-1]] = value

    def pick(self, fits):
        """Returns a random site of those that fit, usually one below the first level."""
        fitting = [site for site in self.sites if self.exists(site) and fits(site)]
        if not fitting:
            raise Unfit
        deep = [site for site in fitting if len(site.path) > 1]
        return self.rng.choice(deep if deep and self.rng.random() < 0.6 else fitting)

    def replace(self, site, value):
        """Sets the value at a site. The properties as a whole cannot be replaced."""
        if not site.path:
            raise Unfit
        self.put(PROPERTIES + site.path, value)

    def condition(self):
        """Returns the name of a condition, usually a new one, otherwise one that is already used."""
        names = sorted(name for name in self.document.get("Conditions", {}) if name.startswith("Here"))
        if names and self.rng.random() < 0.25:
            return self.rng.choice(names)
        name = f"Here{len(names)}"
        self.put(("Conditions", name), {"Fn::Equals": [{"Ref": "AWS::StackName"}, name]})
        return name

    def parameter(self, name, **declared):
        """Declares a parameter and refers to it."""
        self.put(("Parameters", name), declared)
        return {"Ref": name}

    def other(self):
        """Adds another resource and returns its type."""
        kind = self.rng.choice(sorted(OTHERS))
        self.put(("Resources", "Other"), {"Type": kind, "Properties": copy.deepcopy(OTHERS[kind])})
        return kind


def kind(name, weight):
    """Registers a kind of fault with its weight in the random choice."""

    def register(function):
        KINDS[name] = (weight, function)
        return function

    return register


def kinds_of(site):
    """Returns the types that a site accepts."""
    kinds = site.schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def is_plain(draft, site):
    """Returns whether the value at the site is a table, but not a function."""
    value = draft.value(site)
    return isinstance(value, dict) and not any(key == "Ref" or key.startswith("Fn::") for key in value)


def is_scalar(site):
    """Returns whether the site accepts only a text."""
    return bool(site.path) and kinds_of(site) == {"string"}


@kind("unknown property", 8)
def unknown_property(draft):
    site = draft.pick(lambda site: site.schema.get("additionalProperties") is False and is_plain(draft, site))
    name = draft.rng.choice(["Colour", "Flavour", "IsEnabled", "TheName", "x"])
    if name in site.schema.get("properties", {}):
        raise Unfit
    draft.put((*PROPERTIES, *site.path, name), draft.rng.choice(["text", 5, True, ["a"], {"a": "b"}]))


@kind("misspelt property", 8)
def misspelt_property(draft):
    def fits(site):
        known = site.schema.get("properties") or {}
        return (
            site.schema.get("additionalProperties") is False
            and is_plain(draft, site)
            and any(name in known for name in draft.value(site))
        )

    site = draft.pick(fits)
    table = draft.value(site)
    name = draft.rng.choice(sorted(set(table) & set(site.schema["properties"])))
    wrong = misspelt(name, draft.rng)
    if wrong in site.schema["properties"]:
        raise Unfit
    table[wrong] = table.pop(name)


def misspelt(name, rng):
    """Returns the name with one spelling mistake."""
    position = rng.randrange(len(name))
    return rng.choice(
        [
            name[:position] + name[position + 1 :] or "y",
            name[: position + 1] + name[position:],
            name[:position] + name[position : position + 2][::-1] + name[position + 2 :],
            name.swapcase(),
            name[0].swapcase() + name[1:],
            name + "s",
        ]
    )


@kind("missing property", 8)
def missing_property(draft):
    site = draft.pick(
        lambda site: is_plain(draft, site) and set(site.schema.get("required", [])) & set(draft.value(site))
    )
    table = draft.value(site)
    name = draft.rng.choice(sorted(set(site.schema["required"]) & set(table)))
    if draft.rng.random() < 0.2:
        nothing = {"Ref": "AWS::NoValue"}
        table[name] = draft.rng.choice([nothing, {"Fn::If": [draft.condition(), table[name], nothing]}])
    else:
        del table[name]


WRONG = {
    "string": [["text"], {"a": "b"}, [], {}],
    "integer": ["many", [1], {"a": 1}, 1.5, "", "1.5"],
    "number": ["many", [1], {"a": 1}, "1,5"],
    "boolean": ["maybe", 7, [True], {"a": True}, "yes"],
    "array": ["text", {"a": "b"}, 5, True],
    "object": ["text", ["text"], 5, True],
}


@kind("wrong type", 10)
def wrong_type(draft):
    site = draft.pick(lambda site: site.path and kinds_of(site))
    wanted = kinds_of(site)
    wrong = [value for kind in sorted(wanted) for value in WRONG.get(kind, []) if not fits_kind(value, wanted)]
    if not wrong:
        raise Unfit
    value = draft.rng.choice(wrong)
    if draft.rng.random() < 0.15:
        value = {"Fn::If": [draft.condition(), value, {"Ref": "AWS::NoValue"}]}
    if draft.rng.random() < 0.03:
        value = None
    draft.replace(site, value)


def fits_kind(value, wanted):
    """Returns whether the value has one of the types."""
    if isinstance(value, (bool, int, float)) and "string" in wanted:
        return True
    return {str: "string", list: "array", dict: "object", bool: "boolean", int: "integer", float: "number"}[
        type(value)
    ] in wanted


@kind("outside enum", 8)
def outside_enum(draft):
    site = draft.pick(lambda site: site.path and any(word in site.schema for word in ("enum", "const")))
    listed = site.schema.get("enum") or [site.schema.get("const")]
    value = draft.value(site)
    wrong = ["nonsense", "", 7]
    if isinstance(value, str):
        wrong += [value.swapcase(), value + "x", value[:-1]]
    wrong = draft.rng.choice([one for one in wrong if one not in listed])
    if draft.rng.random() < 0.15:
        wrong = {"Fn::If": [draft.condition(), value, wrong]}
    draft.replace(site, wrong)


@kind("outside pattern", 8)
def outside_pattern(draft):
    site = draft.pick(lambda site: site.path and "pattern" in site.schema and kinds_of(site) <= {"string"})
    value = draft.value(site)
    wrong = ["", "§", "a b", "not/it", "-", "UPPER lower", "x" * 300, "a\nb", "http//", "1"]
    if isinstance(value, str):
        wrong += [f" {value}", f"{value}!", f"{value}\t", value[1:], value[:-1], value.swapcase()]
    wrong = [one for one in wrong if not matches(site.schema["pattern"], one)]
    if not wrong:
        raise Unfit
    draft.replace(site, draft.rng.choice(wrong))


@kind("outside length", 6)
def outside_length(draft):
    site = draft.pick(
        lambda site: site.path
        and kinds_of(site) <= {"string"}
        and (site.schema.get("minLength", 0) > 0 or site.schema.get("maxLength", 10**6) < 6000)
    )
    value = draft.value(site)
    if not isinstance(value, str):
        raise Unfit
    wrong = []
    if site.schema.get("minLength", 0) > 0:
        wrong.append(value[: site.schema["minLength"] - 1])
    if site.schema.get("maxLength", 10**6) < 6000:
        wrong.append((value or "a") * (site.schema["maxLength"] + 1))
    draft.replace(site, draft.rng.choice(wrong))


@kind("outside bounds", 6)
def outside_bounds(draft):
    site = draft.pick(lambda site: site.path and bounds(site.schema) != (None, None))
    least, most = bounds(site.schema)
    wrong = [bound + by for bound, by in ((least, -1), (most, 1)) if bound is not None]
    value = draft.rng.choice(wrong)
    draft.replace(site, str(value) if draft.rng.random() < 0.2 else value)


@kind("items of a list", 6)
def items_of_a_list(draft):
    site = draft.pick(
        lambda site: site.path
        and isinstance(draft.value(site), list)
        and (site.schema.get("minItems", 0) > 0 or site.schema.get("maxItems", 999) <= 60)
    )
    value = draft.value(site)
    if site.schema.get("minItems", 0) > 0 and (draft.rng.random() < 0.5 or "maxItems" not in site.schema):
        del value[site.schema["minItems"] - 1 :]
        return
    for _ in range(site.schema.get("maxItems", 0) * 3 + 3):
        if len(value) > site.schema.get("maxItems", 0):
            return
        drawn = draft.maker.value(site.schema.get("items", {}), (*site.path, 0))
        if drawn not in value or not site.schema.get("uniqueItems"):
            value.append(drawn)
    raise Unfit


@kind("items not unique", 5)
def items_not_unique(draft):
    site = draft.pick(
        lambda site: site.path and site.schema.get("uniqueItems") and isinstance(draft.value(site), list) and draft.value(site)
    )
    value = draft.value(site)
    value.append(copy.deepcopy(draft.rng.choice(value)))


@kind("key of two items", 4)
def key_of_two_items(draft):
    """Adds an item that differs from the first one except in the part that must be unique, such as a tag's key."""

    def fits(site):
        value = draft.value(site)
        unique = site.schema.get("uniqueKeys") or site.path and str(site.path[-1]).endswith("Tags")
        return unique and isinstance(value, list) and value and isinstance(value[0], dict) and len(value[0]) > 1

    site = draft.pick(fits)
    value = draft.value(site)
    twin = copy.deepcopy(value[0])
    own = [key.removeprefix("/") for key in site.schema.get("uniqueKeys") or ["Key"]]
    free = sorted(name for name, inner in twin.items() if name not in own and isinstance(inner, str))
    if not free:
        raise Unfit
    twin[draft.rng.choice(free)] += "x"
    value.append(twin)


@kind("name of two resources", 4)
def name_of_two_resources(draft):
    names = [pointer.removeprefix("/properties/") for pointer in draft.root.get("primaryIdentifier", [])]
    properties = draft.at(PROPERTIES)
    if not names or any(name not in properties for name in names):
        raise Unfit
    twin = copy.deepcopy(draft.at(SUBJECT))
    others = [name for name in sorted(twin["Properties"]) if name not in draft.root.get("required", []) and name not in names]
    for name in others:
        if draft.rng.random() < 0.5:
            del twin["Properties"][name]
    if draft.rng.random() < 0.3:
        name = draft.condition()
        draft.put(("Outputs", "Told"), {"Value": "a", "Condition": name})
    draft.put(("Resources", "Twin"), twin)


@kind("error in the text", 4)
def error_in_the_text(draft):
    draft.text_fault = draft.rng.choice([repeat_line, remove_line, remove_character, insert_characters, cut_end])


def line_of(text, rng, fits):
    """Returns the lines and the number of a random line that fits."""
    lines = text.splitlines(keepends=True)
    fitting = [number for number, line in enumerate(lines) if fits(line)]
    if not fitting:
        raise Unfit
    return lines, rng.choice(fitting)


def repeat_line(text, rng):
    """Repeats a name with its value."""
    lines, number = line_of(text, rng, lambda line: ": " in line and line.rstrip()[-1] not in "[{|>:")
    line = lines[number] if text[0] != "{" else lines[number].rstrip().rstrip(",") + ",\n"
    return "".join([*lines[:number], line, *lines[number:]])


def remove_line(text, rng):
    """Removes a line with a bracket."""
    lines, number = line_of(text, rng, lambda line: line.strip() and line.strip()[-1] in "[]{},:")
    return "".join([*lines[:number], *lines[number + 1 :]])


def remove_character(text, rng):
    """Removes a character of the syntax."""
    positions = [position for position, character in enumerate(text) if character in "{}[]\",:'"]
    position = rng.choice(positions)
    return text[:position] + text[position + 1 :]


def insert_characters(text, rng):
    """Inserts characters of the syntax, or a tab, at the end of a line."""
    position = rng.choice([position for position, character in enumerate(text) if character == "\n"])
    return text[:position] + rng.choice([" ]", " }", ' "', "\n\t- a", "\n  - - : b", " : c: d", " @", "\n%"]) + text[position:]


def cut_end(text, rng):
    """Cuts the text."""
    return text[: rng.randrange(len(text) // 3, len(text) - 2)]


@kind("read-only set", 2)
def read_only_set(draft):
    pointers = [pointer.removeprefix("/properties/").split("/") for pointer in draft.root.get("readOnlyProperties", [])]
    pointers = [steps for steps in pointers if "*" not in steps]
    if not pointers:
        raise Unfit
    steps = draft.rng.choice(pointers)
    here = draft.root
    for step in steps:
        here = draft.maker.followed((draft.maker.followed(here).get("properties") or {}).get(step, {}))
    draft.put((*PROPERTIES, *steps), draft.maker.value(here, tuple(steps)))


@kind("combination of properties", 10)
def combination(draft):
    """Adds or removes a property or changes its value; rules between properties may forbid that."""
    apart = has_extension(draft.name)
    site = draft.pick(
        lambda site: is_plain(draft, site)
        and site.schema.get("properties")
        and (apart or any(word in schema for word in COMBINING for schema in (site.written, site.schema)))
    )
    table, known = draft.value(site), site.schema["properties"]
    # Properties that only CloudFormation sets are another kind of fault.
    absent = [name for name in sorted(set(known) - set(table)) if not draft.maker.is_read_only((*site.path, name))]
    turn = draft.rng.random()
    if turn < 0.5 and absent:
        name = draft.rng.choice(absent)
        table[name] = draft.maker.value(known[name], (*site.path, name))
    elif turn < 0.75 and set(table) - set(site.schema.get("required", [])):
        del table[draft.rng.choice(sorted(set(table) - set(site.schema.get("required", []))))]
    else:
        chosen = [name for name in sorted(set(known) & set(table))]
        if not chosen:
            raise Unfit
        name = draft.rng.choice(chosen)
        table[name] = draft.maker.value(known[name], (*site.path, name))


@kind("wrong format", 6)
def wrong_format(draft):
    site = draft.pick(lambda site: site.path and site.schema.get("format") in FORMATS)
    wrong = [text for name, text in sorted(FORMATS.items()) if name != site.schema["format"]]
    draft.replace(site, draft.rng.choice([*wrong, "nonsense ", "vpc-12", "arn:aws:s3"]))


@kind("reference of another format", 6)
def reference_of_another_format(draft):
    site = draft.pick(lambda site: site.path and str(site.schema.get("format", "")).startswith("AWS::"))
    if draft.rng.random() < 0.3:
        declared = draft.rng.choice(["AWS::EC2::VPC::Id", "AWS::EC2::Subnet::Id", "AWS::EC2::SecurityGroup::Id", "AWS::EC2::Image::Id"])
        return draft.replace(site, draft.parameter("Given", Type=declared))
    other = draft.other()
    attribute = {"Fn::GetAtt": ["Other", draft.rng.choice(ATTRIBUTES[other])]}
    draft.replace(site, draft.rng.choice([{"Ref": "Other"}, attribute]))


@kind("unknown attribute", 7)
def unknown_attribute(draft):
    names = [pointer.split("/")[-1] for pointer in draft.root.get("readOnlyProperties", []) if "*" not in pointer]
    wrong = draft.rng.choice(["Colour", "arn", *(misspelt(name, draft.rng) for name in names)])
    if draft.rng.random() < 0.5:
        of, where = "Subject", ("Outputs", "Told", "Value")
    else:
        of, where = "Other", PROPERTIES + draft.pick(is_scalar).path
        draft.other()
    draft.put(where, draft.rng.choice([{"Fn::GetAtt": [of, wrong]}, {"Fn::Sub": "${" + of + "." + wrong + "}"}]))


@kind("list for a text", 6)
def list_for_a_text(draft):
    site = draft.pick(lambda site: site.path and kinds_of(site) and not kinds_of(site) & {"array", "object"})
    draft.put(("Parameters", "Words"), {"Type": draft.rng.choice(["CommaDelimitedList", "List<Number>"]), "Default": "1,2"})
    choices = [
        {"Ref": "Words"},
        {"Fn::Split": [",", "a,b"]},
        {"Fn::GetAZs": ""},
        {"Fn::Cidr": ["10.0.0.0/16", 4, 8]},
        {"Fn::GetAtt": ["Other", "CidrBlockAssociations"]},
        {"Fn::If": [draft.condition(), ["a"], ["b"]]},
    ]
    draft.put(("Resources", "Other"), {"Type": "AWS::EC2::VPC", "Properties": OTHERS["AWS::EC2::VPC"]})
    draft.replace(site, draft.rng.choice(choices))


@kind("text for a list or table", 6)
def text_for_a_list(draft):
    site = draft.pick(lambda site: site.path and kinds_of(site) and kinds_of(site) <= {"array", "object"})
    draft.put(("Parameters", "Word"), {"Type": draft.rng.choice(["String", "Number"]), "Default": "1"})
    draft.put(("Resources", "Other"), {"Type": "AWS::SNS::Topic"})
    choices = [
        {"Ref": "Word"},
        {"Fn::Join": [",", ["a", "b"]]},
        {"Fn::Sub": "${AWS::Region}a"},
        {"Fn::GetAtt": ["Other", "TopicArn"]},
        {"Fn::Base64": "a"},
        {"Fn::ImportValue": "a"},
        {"Fn::Select": [0, ["a", "b"]]},
        {"Ref": "AWS::Region"},
        {"Ref": "Other"},
    ]
    draft.replace(site, draft.rng.choice(choices))


@kind("unknown type", 3)
def unknown_type(draft):
    wrong = misspelt(draft.name.split("::")[-1], draft.rng)
    parts = draft.name.split("::")
    draft.put((*SUBJECT, "Type"), draft.rng.choice([f"{parts[0]}::{parts[1]}::{wrong}", draft.name + "::X", parts[1]]))


@kind("bad reference", 6)
def bad_reference(draft):
    site = draft.pick(is_scalar)
    draft.replace(
        site,
        draft.rng.choice(
            [
                {"Ref": "Nobody"},
                {"Ref": "AWS::Regoin"},
                {"Ref": "Subjekt"},
                {"Fn::GetAtt": ["Nobody", "Arn"]},
                {"Fn::GetAtt": "Nobody.Arn"},
                {"Fn::Sub": "a-${Nobody}"},
                {"Fn::Sub": "a-${Nobody.Arn}"},
                {"Fn::Sub": ["a-${b}-${Nobody}", {"b": "c"}]},
                {"Fn::If": ["Nobody", "a", "b"]},
                {"Fn::FindInMap": ["Nobody", "a", "b"]},
                {"Fn::Join": ["-", ["a", {"Ref": "Nobody"}]]},
                {"Fn::Select": [0, [{"Ref": "Nobody"}, "b"]]},
            ]
        ),
    )


BAD_CALLS = [
    {"Fn::Join": [",", "a"]},
    {"Fn::Join": [","]},
    {"Fn::Join": "a"},
    {"Fn::Join": [5, ["a"]]},
    {"Fn::Join": [{"Ref": "AWS::Region"}, ["a"]]},
    {"Fn::Join": [",", ["a", ["b"]]]},
    {"Fn::Join": [",", ["a", {"b": "c"}]]},
    {"Fn::Select": ["a", ["b"]]},
    {"Fn::Select": [0]},
    {"Fn::Select": [0, "a"]},
    {"Fn::Select": [-1, ["a", "b"]]},
    {"Fn::Select": [0, ["a", {"b": "c"}], 1]},
    {"Fn::Split": [",", "a,b", "c"]},
    {"Fn::Select": [0, {"Fn::Split": [","]}]},
    {"Fn::Select": [0, {"Fn::Split": [",", ["a"]]}]},
    {"Fn::Select": [0, {"Fn::Split": [5, "a"]}]},
    {"Fn::Select": [0, {"Fn::Split": ["", "a"]}]},
    {"Fn::Sub": ["a"]},
    {"Fn::Sub": ["${a}", {"a": ["b"]}]},
    {"Fn::Sub": ["${a}", "b"]},
    {"Fn::Sub": {"a": "b"}},
    {"Fn::Sub": "${}"},
    {"Fn::Sub": 5},
    {"Fn::Base64": ["a"]},
    {"Fn::Base64": {"a": "b"}},
    {"Fn::If": ["Here", "a"]},
    {"Fn::If": "Here"},
    {"Fn::If": [{"Ref": "AWS::Region"}, "a", "b"]},
    {"Fn::If": ["Here", "a", "b", "c"]},
    {"Fn::GetAtt": ["Subject"]},
    {"Fn::GetAtt": 5},
    {"Fn::GetAtt": "Subject"},
    {"Fn::GetAtt": [{"Ref": "AWS::Region"}, "Arn"]},
    {"Fn::ImportValue": ["a"]},
    {"Fn::ImportValue": {"a": "b"}},
    {"Fn::ImportValue": {"Fn::GetAtt": ["Other", "Arn"]}},
    {"Fn::FindInMap": ["Table"]},
    {"Fn::FindInMap": ["Table", "a"]},
    {"Fn::FindInMap": ["Table", "nowhere", "b"]},
    {"Fn::FindInMap": ["Table", "a", "nowhere"]},
    {"Fn::FindInMap": "Table"},
    {"Fn::FindInMap": ["Table", ["a"], "b"]},
    {"Fn::Select": [0, {"Fn::Cidr": ["10.0.0.0/16"]}]},
    {"Fn::Select": [0, {"Fn::Cidr": ["10.0.0.0/16", 300, 8]}]},
    {"Fn::Select": [0, {"Fn::Cidr": ["nonsense", 2, 8]}]},
    {"Fn::Select": [0, {"Fn::Cidr": ["10.0.0.0/16", 2, 200]}]},
    {"Fn::Select": [0, {"Fn::GetAZs": ["us-east-1"]}]},
    {"Fn::Select": [0, {"Fn::GetAZs": {"a": "b"}}]},
    {"Ref": ["a"]},
    {"Ref": 5},
    {"Ref": {"Ref": "AWS::Region"}},
    {"Fn::Jion": [",", ["a"]]},
    {"Fn::Equals": ["a", "b"]},
    {"Fn::Not": [{"Condition": "Here"}]},
    {"Fn::Length": ["a"]},
    {"Fn::ToJsonString": {"a": "b"}},
    {"Ref": "AWS::Region", "Fn::Sub": "a"},
    {"Fn::Transform": "a"},
]


@kind("bad call of a function", 8)
def bad_call(draft):
    site = draft.pick(is_scalar)
    value = copy.deepcopy(draft.rng.choice(BAD_CALLS))
    written = repr(value)
    if "Here" in written:
        draft.put(("Conditions", "Here"), {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]})
    if "Table" in written:
        draft.put(("Mappings", "Table", "a"), {"b": "c"})
    if "Other" in written:
        draft.put(("Resources", "Other"), {"Type": "AWS::SQS::Queue"})
    draft.replace(site, value)


@kind("dynamic reference", 3)
def dynamic_reference(draft):
    site = draft.pick(is_scalar)
    choices = [
        "{{resolve:ssm}}",
        "{{resolve:ssm:}}",
        "{{resolve:smm:name}}",
        "{{resolve:ssm:name:1:2}}",
        "{{resolve:ssm:name:one}}",
        "{{resolve:ssm-secure:name:1}}",
        "{{resolve:secretsmanager}}",
        "{{resolve:secretsmanager:name:SecretBinary}}",
        "{{resolve:secretsmanager:name:SecretString:a:b:c:d:e}}",
        "{{resolve:secretsmanager:name:SecretString:a:b:c}}",
        "{{ resolve:ssm:name }}",
        "{{resolve:ssm:name with blanks}}",
    ]
    draft.replace(site, draft.rng.choice(choices))


@kind("attribute of a resource", 6)
def attribute_of_a_resource(draft):
    edits = [
        ("DeletionPolicy", "Keep"),
        ("DeletionPolicy", ["Retain"]),
        ("DeletionPolicy", 5),
        ("DeletionPolicy", "Snapshot"),
        ("DeletionPolicy", {"Ref": "AWS::Region"}),
        ("UpdateReplacePolicy", "delete"),
        ("UpdateReplacePolicy", {"a": "b"}),
        ("UpdateReplacePolicy", "Snapshot"),
        ("UpdateReplacePolicy", "RetainExceptOnCreate"),
        ("DependsOn", "Nobody"),
        ("DependsOn", ["Nobody"]),
        ("DependsOn", "Subject"),
        ("DependsOn", {"Ref": "Subject"}),
        ("DependsOn", [["Subject"]]),
        ("DependsOn", 5),
        ("Condition", "Nobody"),
        ("Condition", ["Here"]),
        ("Condition", {"Fn::Equals": ["a", "b"]}),
        ("Metadata", "text"),
        ("Metadata", ["text"]),
        ("CreationPolicy", {"ResourceSignal": {"Count": "many"}}),
        ("CreationPolicy", {"ResourceSignal": {"Timeout": "soon"}}),
        ("CreationPolicy", {"Colour": {}}),
        ("CreationPolicy", "text"),
        ("UpdatePolicy", {"Colour": {}}),
        ("UpdatePolicy", "text"),
        ("UpdatePolicy", {"AutoScalingRollingUpdate": {"MaxBatchSize": "many"}}),
        ("UpdatePolicy", {"AutoScalingReplacingUpdate": {"WillReplace": "maybe"}}),
        ("UpdatePolicy", {"UseOnlineResharding": "maybe"}),
        ("Properties", "text"),
        ("Properties", ["text"]),
        ("Properties", 5),
        ("Type", 5),
        ("Type", ["AWS::S3::Bucket"]),
        ("Colour", "blue"),
        ("properties", {}),
        ("dependsOn", "Other"),
    ]
    name, value = draft.rng.choice(edits)
    draft.put((*SUBJECT, name), value)
    if name == "Condition":
        draft.put(("Conditions", "Here"), {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]})


@kind("circle of resources", 2)
def circle(draft):
    draft.put(("Resources", "Other"), {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "text"}})
    back = draft.rng.choice(["ref", "depends", "sub"])
    if back == "depends":
        draft.put(("Resources", "Other", "DependsOn"), "Subject")
    else:
        value = {"Ref": "Subject"} if back == "ref" else {"Fn::Sub": "a-${Subject}"}
        draft.put(("Resources", "Other", "Properties", "DisplayName"), value)
    if draft.rng.random() < 0.5:
        draft.put((*SUBJECT, "DependsOn"), ["Other"])
    else:
        draft.replace(draft.pick(is_scalar), {"Fn::Sub": "a-${Other.TopicArn}"})


@kind("policy", 6)
def policy(draft):
    def fits(site):
        value = draft.value(site)
        statements = value.get("Statement") if isinstance(value, dict) else None
        return isinstance(statements, list) and statements and isinstance(statements[0], dict)

    site = draft.pick(fits)
    table = copy.deepcopy(draft.value(site))
    statement = table["Statement"][0]
    edits = [
        (statement, "Effect", "Permit"),
        (statement, "Effect", None),
        (statement, "Action", None),
        (statement, "Colour", "blue"),
        (statement, "Action", {"a": "b"}),
        (statement, "Sid", ["a"]),
        (statement, "Resource", {"a": "b"}),
        (statement, "Resource", "not-an-arn"),
        (statement, "Condition", {"StringSounds": {"aws:SourceVpc": "vpc-1"}}),
        (statement, "Condition", "text"),
        (statement, "Condition", {"StringEquals": "text"}),
        (statement, "Principal", "everybody"),
        (statement, "Principal", {"Person": "x"}),
        (statement, "NotAction", "s3:PutObject"),
        (statement, "NotResource", "*"),
        (table, "Version", "2012-10-18"),
        (table, "Version", 5),
        (table, "Statement", None),
        (table, "Statement", "text"),
        (table, "Statement", []),
        (table, "Colour", "blue"),
        (table, "statement", []),
    ]
    under, name, value = draft.rng.choice(edits)
    if value is None:
        if under.pop(name, None) is None:
            raise Unfit
    else:
        under[name] = value
    draft.replace(site, table)


TEMPLATE_EDITS = [
    (("AWSTemplateFormatVersion",), "2012-10-17"),
    (("AWSTemplateFormatVersion",), ["2010-09-09"]),
    (("Description",), ["text"]),
    (("Description",), "a" * 1025),
    (("Resource",), {}),
    (("Metadata",), "text"),
    (("Transform",), {"a": "b"}),
    (("Parameters",), ["text"]),
    (("Parameters", "Given"), "text"),
    (("Parameters", "Given"), {}),
    (("Parameters", "Given"), {"Type": "Text"}),
    (("Parameters", "Given"), {"Type": "String", "Default": ["a"]}),
    (("Parameters", "Given"), {"Type": "String", "Default": "c", "AllowedValues": ["a", "b"]}),
    (("Parameters", "Given"), {"Type": "String", "Default": "abc", "MaxLength": 2}),
    (("Parameters", "Given"), {"Type": "String", "Default": "a", "MinLength": 2}),
    (("Parameters", "Given"), {"Type": "Number", "Default": 11, "MaxValue": 10}),
    (("Parameters", "Given"), {"Type": "Number", "Default": 1, "MinValue": 2}),
    (("Parameters", "Given"), {"Type": "Number", "Default": "many"}),
    (("Parameters", "Given"), {"Type": "String", "Default": "abc", "AllowedPattern": "[0-9]+"}),
    (("Parameters", "Given"), {"Type": "String", "AllowedPattern": "(["}),
    (("Parameters", "Given"), {"Type": "String", "AllowedValues": "a"}),
    (("Parameters", "Given"), {"Type": "String", "NoEcho": "maybe"}),
    (("Parameters", "Given"), {"Type": "String", "MaxLength": "many"}),
    (("Parameters", "Given"), {"Type": "String", "Colour": "blue"}),
    (("Parameters", "Given"), {"Type": "String", "Default": {"Ref": "AWS::Region"}}),
    (("Parameters", "Given"), {"Type": "String", "Description": ["a"]}),
    (("Parameters", "Given"), {"Type": "List<Text>"}),
    (("Parameters", "gi-ven"), {"Type": "String"}),
    (("Parameters", "Subject"), {"Type": "String"}),
    (("Mappings",), "text"),
    (("Mappings", "Table"), "text"),
    (("Mappings", "Table"), {"a": "text"}),
    (("Mappings", "Table"), {"a": {"b": {"c": "d"}}}),
    (("Mappings", "Table"), {"a": {"b": {"Ref": "AWS::Region"}}}),
    (("Mappings", "Table"), {"a!": {"b": "c"}}),
    (("Mappings", "Ta-ble"), {"a": {"b": "c"}}),
    (("Conditions",), ["text"]),
    (("Conditions", "Odd"), "text"),
    (("Conditions", "Odd"), {"Fn::Equals": ["a"]}),
    (("Conditions", "Odd"), {"Fn::Equals": "a"}),
    (("Conditions", "Odd"), {"Fn::Equals": [{"Ref": "Nobody"}, "a"]}),
    (("Conditions", "Odd"), {"Fn::Equals": [{"Ref": "Subject"}, "a"]}),
    (("Conditions", "Odd"), {"Fn::Equals": [{"Fn::GetAtt": ["Subject", "Arn"]}, "a"]}),
    (("Conditions", "Odd"), {"Fn::And": [{"Fn::Equals": ["a", "b"]}]}),
    (("Conditions", "Odd"), {"Fn::Or": "text"}),
    (("Conditions", "Odd"), {"Fn::Not": [{"Condition": "Nobody"}]}),
    (("Conditions", "Odd"), {"Fn::Not": [{"Fn::Equals": ["a", "b"]}, {"Fn::Equals": ["a", "b"]}]}),
    (("Conditions", "Odd"), {"Condition": "Odd"}),
    (("Conditions", "Odd"), {"Fn::If": ["Odd", "a", "b"]}),
    (("Conditions", "Odd"), {"Fn::Matches": ["a", "b"]}),
    (("Conditions", "Odd"), {}),
    (("Rules",), "text"),
    (("Rules", "Odd"), {"Assertions": "text"}),
    (("Rules", "Odd"), {"RuleCondition": "text", "Assertions": []}),
    (("Rules", "Odd"), {"Assertions": [{"AssertDescription": "x"}]}),
    (("Rules", "Odd"), {"Colour": 1}),
    (("Outputs",), ["text"]),
    (("Outputs", "Told"), "text"),
    (("Outputs", "Told"), {}),
    (("Outputs", "Told"), {"Description": "x"}),
    (("Outputs", "Told"), {"Value": ["a"]}),
    (("Outputs", "Told"), {"Value": {"a": "b"}}),
    (("Outputs", "Told"), {"Value": {"Ref": "Nobody"}}),
    (("Outputs", "Told"), {"Value": "a", "Colour": "blue"}),
    (("Outputs", "Told"), {"Value": "a", "Export": "name"}),
    (("Outputs", "Told"), {"Value": "a", "Export": {"Nmae": "x"}}),
    (("Outputs", "Told"), {"Value": "a", "Export": {"Name": ["x"]}}),
    (("Outputs", "Told"), {"Value": "a", "Export": {"Name": {"Fn::GetAtt": ["Subject", "Arn"]}}}),
    (("Outputs", "Told"), {"Value": "a", "Condition": "Nobody"}),
    (("Outputs", "Told"), {"Value": "a", "Description": {"Ref": "AWS::Region"}}),
    (("Outputs", "Told"), {"Value": {"Fn::GetAZs": ""}}),
    (("Outputs", "To-ld"), {"Value": "a"}),
    (("Resources", "Odd-Name"), {"Type": "AWS::SNS::Topic"}),
    (("Resources", "Odd"), "text"),
    (("Resources", "Odd"), {}),
    (("Resources", "Odd"), {"Properties": {}}),
    (("Resources", "Odd"), {"Type": "Nothing"}),
    (("Resources",), {}),
    (("Resources",), ["text"]),
]


@kind("section of the template", 10)
def section(draft):
    path, value = draft.rng.choice(TEMPLATE_EDITS)
    draft.put(path, copy.deepcopy(value))
