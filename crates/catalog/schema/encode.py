"""The bytes of one frame: numbers, texts and schemas, as `src/schema/decode.rs` reads them.

A frame holds its texts once, in the order in which they are first used, then its lists of
literals, then the record that refers to both by position. A text and a list come after how many
bytes they take, so that those that nobody asks for are left. Whole numbers are LEB128.
"""
import struct

TYPES = ["string", "integer", "number", "boolean", "array", "object", "null"]

# The keywords that are dropped: they say nothing of what a value must be.
SILENT = {
    "$comment", "$id", "$schema", "arrayType", "default", "description", "examples", "relationshipRef", "title",
}
# The keywords that a root has beside those of a schema; `source.py` reads them.
ROOT = {
    "additionalIdentifiers", "conditionalCreateOnlyProperties", "createOnlyProperties", "definitions",
    "deprecatedProperties", "documentationUrl", "handlers", "lifecycle", "primaryIdentifier", "propertyTransform",
    "readOnlyProperties", "replacementStrategy", "resourceLink", "sourceUrl", "taggable", "tagging",
    "typeConfiguration", "typeName", "writeOnlyProperties",
}
# The keywords in the order of their bits, the commonest first; each with how its value is written.
KEYWORDS = {
    "$ref": "definition",
    "type": "types",
    "pattern": "text",
    "minLength": "count",
    "maxLength": "count",
    "items": "schema",
    "format": "text",
    "properties": "schemas",
    "additionalProperties": "additional",
    "required": "texts",
    "enum": "literals",
    "minItems": "count",
    "maxItems": "count",
    "minimum": "literal",
    "maximum": "literal",
    "uniqueItems": "flag",
    "insertionOrder": "unordered",
    "never": "flag",
    "patternProperties": "schemas",
    "allOf": "list",
    "anyOf": "list",
    "oneOf": "list",
    "not": "schema",
    "if": "schema",
    "then": "schema",
    "else": "schema",
    "const": "literal",
    "enumCaseInsensitive": "literals",
    "exclusiveMinimum": "literal",
    "exclusiveMaximum": "literal",
    "multipleOf": "literal",
    "prefixItems": "list",
    "contains": "schema",
    "maxUniqueItems": "count",
    "uniqueKeys": "texts",
    "minProperties": "count",
    "maxProperties": "count",
    "propertyNames": "schema",
    "dependentRequired": "dependent",
    "dependentExcluded": "dependent",
    "requiredXor": "texts",
    "requiredOr": "texts",
    "fromData": "data",
    "cfnGather": "gather",
}
BITS = {keyword: bit for bit, keyword in enumerate(KEYWORDS)}
DATA_KEYWORDS = ["const", "minimum", "exclusiveMinimum", "pattern"]


def number(value):
    """An unsigned whole number, seven bits a byte, the lowest first."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 64:
        raise ValueError(f"not an unsigned number of 64 bits: {value!r}")
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def undepend(value):
    """`dependencies`, the older keyword, as what it stands for: names that a name needs, or a schema for the whole table."""
    dependencies = value.pop("dependencies")
    names = {name: needed for name, needed in dependencies.items() if isinstance(needed, list)}
    schemas = [
        {"if": {"required": [name]}, "then": schema} for name, schema in dependencies.items() if name not in names
    ]
    if names:
        value["dependentRequired"] = {**names, **value.get("dependentRequired", {})}
    if schemas:
        value["allOf"] = [*value.get("allOf", []), *schemas]
    return value


class Frame:
    """One frame while it is written."""

    def __init__(self, definitions=(), properties=()):
        self.texts = {}
        self.lists = {}
        self.out = bytearray()
        self.definitions = {name: position for position, name in enumerate(definitions)}
        self.properties = {name: position for position, name in enumerate(properties)}

    def bytes(self):
        """The frame: its texts, its lists, its record."""
        head = bytearray(number(len(self.texts)))
        for text in self.texts:
            encoded = text.encode()
            head += number(len(encoded)) + encoded
        head += number(len(self.lists))
        for encoded in self.lists:
            head += number(len(encoded)) + encoded
        return bytes(head + self.out)

    def part(self):
        """A frame of the same texts and lists, whose record is written apart."""
        part = Frame.__new__(Frame)
        part.__dict__.update(self.__dict__)
        part.out = bytearray()
        return part

    def count(self, value):
        self.out += number(value)

    def text(self, value):
        if not isinstance(value, str):
            raise ValueError(f"not a text: {value!r}")
        self.count(self.texts.setdefault(value, len(self.texts)))

    def optional_text(self, value):
        self.count(0 if value is None else 1)
        if value is not None:
            self.text(value)

    def texts_(self, values):
        self.count(len(values))
        for value in values:
            self.text(value)

    def path(self, pointer):
        """A pointer to a property: its steps, without `properties` before them."""
        steps = [step for step in pointer.split("/") if step]
        if steps[:1] == ["properties"]:
            steps = steps[1:]
        self.texts_(steps)

    def paths(self, pointers):
        self.count(len(pointers))
        for pointer in pointers:
            self.path(pointer)

    def literal(self, value):
        """A tag, then the value: text, whole number, other number, true, false, null."""
        if isinstance(value, str):
            self.out.append(0)
            self.text(value)
        elif value is True or value is False or value is None:
            self.out.append({True: 3, False: 4, None: 5}[value])
        elif isinstance(value, int) and abs(value) < 1 << 53 or isinstance(value, float) and value.is_integer():
            value = int(value)
            self.out.append(1)
            self.count(value << 1 if value >= 0 else (-value << 1) - 1)
        elif isinstance(value, (int, float)):
            self.out.append(2)
            self.out += struct.pack("<d", value)
        else:
            raise ValueError(f"not a literal: {value!r}")

    def literals(self, values):
        """The position of the list among the frame's lists, each of which is there once."""
        held = self.part()
        held.count(len(values))
        for value in values:
            held.literal(value)
        self.count(self.lists.setdefault(bytes(held.out), len(self.lists)))

    def types(self, value):
        names = [value] if isinstance(value, str) else value
        self.out.append(sum(1 << TYPES.index(name) for name in names))

    def definition(self, value):
        """Twice the position of a definition, or of a root's property and one."""
        way, _, name = value.removeprefix("#/").partition("/")
        known = {"definitions": self.definitions, "properties": self.properties}[way]
        self.count(known[name] * 2 + (1 if way == "properties" else 0))

    def schemas(self, values):
        self.count(len(values))
        for name in sorted(values):
            self.text(name)
            self.schema(values[name])

    def list(self, values):
        self.count(len(values))
        for value in values:
            self.schema(value)

    def dependent(self, values):
        self.count(len(values))
        for name in sorted(values):
            self.text(name)
            self.texts_(values[name])

    def additional(self, value):
        self.count(0 if value is False else 1)
        if value is not False:
            self.schema(value)

    def data(self, values):
        """Keywords whose value was gathered, each with where it stands and what it is looked up in."""
        self.count(len(values))
        for keyword, value in sorted(values.items()):
            lookup = value.get("$lookup", {})
            pointer = lookup.get("key", value)["$data"]
            _, resource, property_ = pointer.split("/")
            self.count(DATA_KEYWORDS.index(keyword))
            self.text(resource)
            self.text(property_)
            self.count(len(lookup.get("map", {})))
            for key, entry in sorted(lookup.get("map", {}).items()):
                self.text(key)
                self.text(entry)

    def gather(self, value):
        schema = value["schema"]
        context = schema.get("cfnContext")
        if context is not None and (context["functions"] or set(schema) != {"cfnContext"}):
            raise ValueError(f"a context of another kind: {context}")
        self.count(0 if context is None else 1)
        self.count(len(value["gather"]))
        for name, gathered in value["gather"].items():
            if set(gathered) - {"filter", "properties", "reference"} or set(gathered.get("filter", ["type"])) != {"type"}:
                raise ValueError(f"gathered in another way: {gathered}")
            self.text(name)
            self.count(1 if "reference" in gathered else 0)
            if "reference" in gathered:
                self.path(gathered["reference"])
            self.optional_text(gathered.get("filter", {}).get("type"))
            self.count(len(gathered["properties"]))
            for name, entry in sorted(gathered["properties"].items()):
                self.gathered(name, {"path": entry} if isinstance(entry, str) else entry)
        self.schema(schema if context is None else context["schema"])

    def gathered(self, name, entry):
        """Its name, then 0 for the resource's type, 1 and the path, or 2, the path and the default."""
        self.text(name)
        if entry == {"path": "$type"}:
            self.count(0)
            return
        self.count(2 if "default" in entry else 1)
        self.path(entry["path"])
        if "default" in entry:
            self.literal(entry["default"])

    def schema(self, value, root=False):
        """The bits of the keywords that it has, then their values in the bits' order."""
        value = {"never": True} if value is False else {} if value is True else dict(value)
        value = {key: held for key, held in value.items() if key not in SILENT and not (root and key in ROOT)}
        if "dependencies" in value:
            value = undepend(value)
        data = {key: value.pop(key) for key in DATA_KEYWORDS if isinstance(value.get(key), dict)}
        if data:
            value["fromData"] = data
        for key, silent in (("additionalProperties", True), ("uniqueItems", False), ("insertionOrder", True)):
            if value.get(key) is silent:
                del value[key]
        unknown = sorted(set(value) - set(KEYWORDS))
        if unknown:
            raise ValueError(f"unknown keywords: {unknown}")
        self.count(sum(1 << BITS[key] for key in value))
        for key, kind in KEYWORDS.items():
            if key not in value or kind in ("flag", "unordered"):
                continue
            getattr(self, "texts_" if kind == "texts" else kind)(value[key])
