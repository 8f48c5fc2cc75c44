"""What the wheel of cfn-lint holds: resource schemas, and what its rules know beyond them."""
import ast
import json
import pathlib
import zipfile

DATA = "cfnlint/data/"


class Source:
    """A wheel, opened."""

    def __init__(self, wheel):
        self.wheel = zipfile.ZipFile(wheel)
        self.names = sorted(self.wheel.namelist())

    def json(self, path):
        return json.loads(self.wheel.read(DATA + path))

    def python(self, path):
        return ast.parse(self.wheel.read(path))

    def below(self, folder, suffix):
        return [name for name in self.names if name.startswith(folder) and name.endswith(suffix)]

    def providers(self):
        """Each type with its schema's file and the regions that offer it; None stands for all regions."""
        types = {}
        for name in self.below(DATA + "schemas/providers/", ".json"):
            region = pathlib.PurePath(name).stem
            for kind, file in json.loads(self.wheel.read(name)).items():
                held, regions = types.setdefault(kind, (file, []))
                if held != file and region != "us-east-1":
                    raise ValueError(f"{kind} differs in {region}")
                regions.append(None if region == "sam" else region)
        return types

    def regions(self):
        """The regions of which the wheel says something, sorted."""
        found = {pathlib.PurePath(name).stem for name in self.below(DATA + "schemas/providers/", ".json")} - {"sam"}
        for _, _, schema in self.extensions():
            if is_regional(schema):
                found |= set(schema)
        return sorted(found - {"all", "description"})

    def resource(self, file):
        return self.json(f"schemas/resources/{file}.json")

    def constants(self, path, *names):
        """The literals that a module assigns to these names."""
        found = {}
        for statement in self.python(path).body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                if statement.targets[0].id in names:
                    found[statement.targets[0].id] = ast.literal_eval(statement.value)
        return [found[name] for name in names]

    def extensions(self):
        """Each extension schema that a rule reads: its binding, its name and its content.

        A binding is the rule's code with the places that it is about.
        """
        if not hasattr(self, "_extensions"):
            files = {name: [] for name in self.below(DATA + "schemas/extensions/", ".json")}
            for name in self.below("cfnlint/rules/", ".py"):
                for rule in ast.walk(self.python(name)):
                    if isinstance(rule, ast.ClassDef):
                        self.bind(rule, files)
            unbound = [name for name, rules in files.items() if not rules]
            if unbound:
                raise ValueError(f"no rule reads {unbound}")
            self._extensions = [
                (rule, name.removeprefix(DATA + "schemas/extensions/").removesuffix(".json"), json.loads(self.wheel.read(name)))
                for name, rules in files.items()
                for rule in rules
            ]
        return self._extensions

    @staticmethod
    def bind(rule, files):
        """Adds a rule to the file that its constructor names, if that is an extension."""
        code = next((ast.literal_eval(line.value) for line in rule.body if is_assignment(line, "id")), None)
        for call in ast.walk(rule):
            if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "SchemaDetails"):
                continue
            module, file = [argument for argument in call.args] + [keyword.value for keyword in call.keywords]
            path = ast.unparse(module).replace(".", "/") + "/"
            if not path.startswith(DATA + "schemas/extensions/"):
                continue
            inits = [found for found in ast.walk(rule) if isinstance(found, ast.Call) and call in argument_values(found)]
            (init,) = inits
            places = next((word.value for word in init.keywords if word.arg == "keywords"), None) or init.args[0]
            files[path + ast.literal_eval(file)].append((code, ast.literal_eval(places)))


def argument_values(call):
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def is_assignment(statement, name):
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name


def is_regional(schema):
    """Whether an extension's content is a schema for each region."""
    return "all" in schema or any(key.count("-") >= 2 for key in schema)


class Attributes:
    """What `Ref` and `Fn::GetAtt` give: the read-only properties, and cfn-lint's own lists beyond them."""

    def __init__(self, source):
        path = "cfnlint/schema/_getatts.py"
        self.every, self.further = source.constants(path, "_all_property_types", "_exceptions")

    def of(self, schema):
        """The attributes by name, each with its pointer; and whether further names are open."""
        kind = schema["typeName"]
        if kind in self.every:
            return dict(self.leaves(schema, schema.get("properties", {}), "/properties")), 0
        found = {name: f"/properties/{name}" for name in self.further.get(kind, [])}
        if kind in ("AWS::CloudFormation::Stack", "AWS::Serverless::Application"):
            return found, 1
        read_only = schema.get("readOnlyProperties", [])
        opened = 2 if kind == "AWS::CloudFormation::CustomResource" else 0
        if kind == "AWS::ServiceCatalog::CloudFormationProvisionedProduct":
            opened, read_only = 1, [pointer for pointer in read_only if pointer != "/properties/Outputs"]
        found.update({".".join(pointer.split("/")[2:]): pointer for pointer in read_only})
        return found, opened

    def leaves(self, schema, properties, path):
        """Every property but objects and lists of them, which are gone into or left out."""
        for name, value in properties.items():
            pointer = f"{path}/{name}"
            value = follow(schema, value)
            types = as_list(value.get("type"))
            if "object" in types:
                yield from self.leaves(schema, value.get("properties", {}), pointer)
            elif "array" not in types or value.get("items", {}).get("type") not in ("object", "array"):
                yield ".".join(pointer.split("/")[2:]), pointer


def as_list(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def follow(schema, value):
    """The schema that holds: the one that it refers to, or itself."""
    while "$ref" in value:
        found = schema
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value


def at(schema, pointer):
    """The schema of the property that a pointer names, or None."""

    def walk(value, steps):
        value = follow(schema, value)
        if not steps:
            return value
        inner = value.get("items") if steps[0] == "*" else None
        inner = inner if inner is not None else value.get("properties", {}).get(steps[0])
        found = None if inner is None else walk(inner, steps[1:])
        for branch in [one for key in ("anyOf", "allOf", "oneOf") for one in value.get(key, [])]:
            found = walk(branch, steps) if found is None else found
        return found

    return walk(schema, [step for step in pointer.split("/") if step][1:])
