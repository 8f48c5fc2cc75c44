"""Reads the wheel of cfn-lint: the resource schemas, and the facts that its rules add to them."""
import ast
import json
import pathlib
import zipfile

DATA = "cfnlint/data/"


class Source:
    """An open wheel."""

    def __init__(self, wheel):
        self.wheel = zipfile.ZipFile(wheel)
        self.names = sorted(self.wheel.namelist())
        self._extensions = None
        self._regions = None

    def json(self, path):
        """Returns a JSON file of the wheel's data."""
        return json.loads(self.wheel.read(DATA + path))

    def python(self, path):
        """Returns the syntax tree of a Python file."""
        return ast.parse(self.wheel.read(path))

    def below(self, folder, suffix):
        """Returns the files of a folder with a suffix, sorted."""
        return [name for name in self.names if name.startswith(folder) and name.endswith(suffix)]

    def providers(self):
        """Returns each type with its schema's file and the regions that offer it; None means all regions."""
        types = {}
        for name in self.below(DATA + "schemas/providers/", ".json"):
            region = pathlib.PurePath(name).stem
            for type_name, file in json.loads(self.wheel.read(name)).items():
                known, regions = types.setdefault(type_name, (file, []))
                if known != file and region != "us-east-1":
                    raise ValueError(f"{type_name} differs in {region}")
                regions.append(None if region == "sam" else region)
        return types

    def regions(self):
        """Returns the regions that the wheel knows, sorted."""
        if self._regions is None:
            providers = self.below(DATA + "schemas/providers/", ".json")
            regions = {pathlib.PurePath(name).stem for name in providers} - {"sam"}
            for _, _, schema in self.extensions():
                if is_regional(schema):
                    regions |= set(schema)
            self._regions = sorted(regions - {"all", "description"})
        return self._regions

    def resource(self, file):
        """Returns the schema of a resource type."""
        return self.json(f"schemas/resources/{file}.json")

    def constants(self, path, *names):
        """Returns the literals that a module assigns to these names."""
        values = {}
        for statement in self.python(path).body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                if statement.targets[0].id in names:
                    values[statement.targets[0].id] = ast.literal_eval(statement.value)
        return [values[name] for name in names]

    def extensions(self):
        """Returns each extension schema that a rule reads: its binding, its name and its content.

        A binding is the rule's code with the template paths that the rule checks.
        """
        if self._extensions is None:
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
        """Adds a rule to the extension that its constructor names, if it names one."""
        code = next((ast.literal_eval(line.value) for line in rule.body if is_assignment(line, "id")), None)
        for call in ast.walk(rule):
            if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "SchemaDetails"):
                continue
            module, file = [argument for argument in call.args] + [keyword.value for keyword in call.keywords]
            path = ast.unparse(module).replace(".", "/") + "/"
            if not path.startswith(DATA + "schemas/extensions/"):
                continue
            (init,) = [node for node in ast.walk(rule) if isinstance(node, ast.Call) and call in argument_values(node)]
            places = next((word.value for word in init.keywords if word.arg == "keywords"), None) or init.args[0]
            files[path + ast.literal_eval(file)].append((code, ast.literal_eval(places)))


def argument_values(call):
    """Returns the values of a call's positional and named arguments."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def is_assignment(statement, name):
    """Returns whether a statement assigns to a name."""
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name


def is_regional(schema):
    """Returns whether an extension's content is a schema for each region."""
    return "all" in schema or any(key.count("-") >= 2 for key in schema)


class Attributes:
    """The values of `Ref` and `Fn::GetAtt`: the read-only properties, and those that cfn-lint adds."""

    def __init__(self, source):
        path = "cfnlint/schema/_getatts.py"
        self.all_properties, self.additional = source.constants(path, "_all_property_types", "_exceptions")

    def of(self, schema):
        """Returns the attributes by name, each with its pointer, and which further names are open.

        0 means none, 1 the outputs of a nested stack, 2 any name.
        """
        name = schema["typeName"]
        if name in self.all_properties:
            return dict(self.leaves(schema, schema.get("properties", {}), "/properties")), 0
        attributes = {attribute: f"/properties/{attribute}" for attribute in self.additional.get(name, [])}
        if name in ("AWS::CloudFormation::Stack", "AWS::Serverless::Application"):
            return attributes, 1
        read_only = schema.get("readOnlyProperties", [])
        are_open = 2 if name == "AWS::CloudFormation::CustomResource" else 0
        if name == "AWS::ServiceCatalog::CloudFormationProvisionedProduct":
            are_open, read_only = 1, [pointer for pointer in read_only if pointer != "/properties/Outputs"]
        attributes.update({".".join(pointer.split("/")[2:]): pointer for pointer in read_only})
        return attributes, are_open

    def leaves(self, schema, properties, path):
        """Yields every property that is not an object or a list of objects or lists; objects are searched."""
        for name, value in properties.items():
            pointer = f"{path}/{name}"
            value = follow(schema, value)
            types = as_list(value.get("type"))
            if "object" in types:
                yield from self.leaves(schema, value.get("properties", {}), pointer)
            elif "array" not in types or value.get("items", {}).get("type") not in ("object", "array"):
                yield ".".join(pointer.split("/")[2:]), pointer


def as_list(value):
    """Returns a list unchanged, None as an empty list, and another value as its only item."""
    return value if isinstance(value, list) else [] if value is None else [value]


def follow(schema, value):
    """Returns the schema that a chain of `$ref` leads to."""
    while "$ref" in value:
        target = schema
        for step in value["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        value = target
    return value
