"""Templates that are larger than CloudFormation takes, as far as cfn-lint says so, made instead of written: each name begins with cfn-lint's rule."""
import json

TOPIC = {"Type": "AWS::SNS::Topic"}


def cases():
    """Yields the name and the text of each."""
    yield "E3010 501 resources", text({f"Topic{index}": TOPIC for index in range(501)})
    yield "E7010 a mapping of 201 keys", text(Mappings={"Table": {f"a{index}": {"b": "c"} for index in range(201)}})
    yield "E7010 a mapping of 201 second keys", text(Mappings={"Table": {"a": {f"b{index}": "c" for index in range(201)}}})
    yield "E6010 201 outputs", text(Outputs={f"Name{index}": {"Value": "a"} for index in range(201)})
    yield "E1003 a description of 1,025 bytes", text(Description="a" * 1025)
    yield "E3001 a logical id of 256 letters", text({"a" * 256: TOPIC})
    yield "E2011 a parameter's name of 256 letters", text(Parameters={"a" * 256: {"Type": "String"}})
    yield "E6011 an output's name of 256 letters", text(Outputs={"a" * 256: {"Value": "a"}})
    yield "E7002 a mapping's name of 256 letters", text(Mappings={"a" * 256: {"a": {"b": "c"}}})
    yield "E2011 a default of 4,097 bytes", text(Parameters={"Name": {"Type": "String", "Default": "a" * 4097}})
    yield "E2011 a description of a parameter of 4,001 letters", text(
        Parameters={"Name": {"Type": "String", "Description": "a" * 4001}}
    )


def text(resources=None, **sections):
    """A template with these resources, or with one, and these sections."""
    return json.dumps({**sections, "Resources": resources or {"Topic": TOPIC}}, indent=1) + "\n"
