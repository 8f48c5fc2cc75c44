"""The order of events and statuses on the local cloud, as the AWS CLI prints them.

The expected order is that of AWS's documentation and of recordings of the real service: for a create, an update with
replacement, a failed create, a failed update and a refused delete.
"""
import json
import pathlib
import tempfile
import unittest

import servers
from commands import Endpoint

STACK = "AWS::CloudFormation::Stack"


def parameter(name=None, value="v", **resource):
    """An SSM parameter: its name is create-only, its value is not."""
    properties = {"Type": "String", "Value": value, **({"Name": name} if name else {})}
    return {"Type": "AWS::SSM::Parameter", "Properties": properties, **resource}


def table(events):
    """Returns one line for each event, in the order of the events."""
    return [
        " ".join(
            [
                event["LogicalResourceId"] if event["ResourceType"] != STACK else "(stack)",
                event["ResourceStatus"],
                *([event["DetailedStatus"]] if event.get("DetailedStatus") else []),
                *(["-", event["ResourceStatusReason"]] if event.get("ResourceStatusReason") else []),
            ]
        )
        for event in events
    ]


class Events(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.cloud = Endpoint(cls.enterClassContext(servers.local_cloud(cls.folder / "cloud")))

    def cloudformation(self, action, *arguments, expect=0):
        return self.cloud.aws("cloudformation", action, *arguments, expect=expect)

    def send(self, action, name, resources, **sections):
        body = json.dumps({"Resources": resources, **sections})
        self.cloudformation(action, "--stack-name", name, "--template-body", body)
        return self.cloud.settled(name)

    def events(self, name, after=0):
        """Returns a stack's events, oldest first, without the first `after`."""
        newest_first = self.cloudformation("describe-stack-events", "--stack-name", name)["StackEvents"]
        return newest_first[::-1][after:]

    def shows(self, events, expected):
        lines = table(events)
        print("\n" + "\n".join(f"    {line}" for line in lines))
        self.assertEqual(lines, expected)

    def create(self, name, resources, **sections):
        return self.send("create-stack", name, resources, **sections)

    def test_a_create(self):
        """A resource has no id, then an id, then it is complete; a dependent follows its dependency."""
        stack = self.create("create", {"First": parameter("/create/first"), "Second": parameter(DependsOn="First")})
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE")
        events = self.events("create")
        self.shows(
            events,
            [
                "(stack) CREATE_IN_PROGRESS - User Initiated",
                "First CREATE_IN_PROGRESS",
                "First CREATE_IN_PROGRESS - Resource creation Initiated",
                "First CREATE_COMPLETE",
                "Second CREATE_IN_PROGRESS",
                "Second CREATE_IN_PROGRESS - Resource creation Initiated",
                "Second CREATE_COMPLETE",
                "(stack) CREATE_COMPLETE",
            ],
        )
        self.assertEqual(
            [event.get("PhysicalResourceId") for event in events[:4]],
            [stack["StackId"], "", "/create/first", "/create/first"],
        )

    def test_configuration_complete(self):
        """Many types report that they are configured before they are complete."""
        self.create("configured", {"Queue": {"Type": "AWS::SQS::Queue"}})
        details = [event.get("DetailedStatus") for event in self.events("configured")]
        self.assertEqual([detail for detail in details if detail], ["CONFIGURATION_COMPLETE"])

    def test_an_update_with_replacement(self):
        """The new resource is created first; the cleanup deletes the old one."""
        self.create("replace", {"Named": parameter("/replace/old")})
        before = len(self.events("replace"))
        stack = self.send("update-stack", "replace", {"Named": parameter("/replace/new")})
        self.assertEqual(stack["StackStatus"], "UPDATE_COMPLETE")
        events = self.events("replace", after=before)
        self.shows(
            events,
            [
                "(stack) UPDATE_IN_PROGRESS - User Initiated",
                "Named UPDATE_IN_PROGRESS - Requested update requires the creation of a new physical resource; "
                "hence creating one.",
                "Named UPDATE_IN_PROGRESS - Resource creation Initiated",
                "Named UPDATE_COMPLETE",
                "(stack) UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
                "Named DELETE_IN_PROGRESS",
                "Named DELETE_COMPLETE",
                "(stack) UPDATE_COMPLETE",
            ],
        )
        old, new = "/replace/old", "/replace/new"
        ids = [event.get("PhysicalResourceId") for event in events if event["ResourceType"] != STACK]
        self.assertEqual(ids, [old, new, new, old, old])

    def test_a_failed_create(self):
        """The oldest failure is the cause; the rollback deletes the created resources."""
        self.create("holder", {"Holds": parameter("/taken")})
        stack = self.create("failed", {"Fine": parameter("/fine"), "Taken": parameter("/taken", DependsOn="Fine")})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        holder = self.cloud.stack("holder")["StackId"]
        self.shows(
            self.events("failed"),
            [
                "(stack) CREATE_IN_PROGRESS - User Initiated",
                "Fine CREATE_IN_PROGRESS",
                "Fine CREATE_IN_PROGRESS - Resource creation Initiated",
                "Fine CREATE_COMPLETE",
                "Taken CREATE_IN_PROGRESS",
                f"Taken CREATE_FAILED - /taken already exists in stack {holder}",
                "(stack) ROLLBACK_IN_PROGRESS - The following resource(s) failed to create: [Taken]. "
                "Rollback requested by user.",
                "Taken DELETE_COMPLETE",
                "Fine DELETE_IN_PROGRESS",
                "Fine DELETE_COMPLETE",
                "(stack) ROLLBACK_COMPLETE",
            ],
        )
        template = json.dumps({"Resources": {"Fine": parameter("/fine")}})
        refused = self.cloudformation(
            "update-stack", "--stack-name", "failed", "--template-body", template, expect=255
        )
        self.assertIn(f"Stack:{stack['StackId']} is in ROLLBACK_COMPLETE state and can not be updated.", refused)

    def test_a_create_that_fails_without_a_failed_event(self):
        """A missing export is only in the reason of the stack's own event."""
        stack = self.create("lonely", {"Copy": parameter("/copy", {"Fn::ImportValue": "nobody-exports"})})
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.shows(
            self.events("lonely"),
            [
                "(stack) CREATE_IN_PROGRESS - User Initiated",
                "(stack) ROLLBACK_IN_PROGRESS - No export named nobody-exports found. Rollback requested by user.",
                "(stack) ROLLBACK_COMPLETE",
            ],
        )

    def test_a_failed_update(self):
        """The rollback restores everything, and the stack can be updated again."""
        value = {"Value": {"Value": {"Fn::GetAtt": ["First", "Value"]}}}
        self.create("update", {"First": parameter("/update/first", "old")}, Outputs=value)
        before = len(self.events("update"))
        stack = self.send(
            "update-stack",
            "update",
            {
                "First": parameter("/update/first", "new"),
                "Added": parameter("/update/added", DependsOn="First"),
                "Twice": parameter("/update/first", DependsOn="Added"),
            },
            Outputs=value,
        )
        self.assertEqual(stack["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.shows(
            self.events("update", after=before),
            [
                "(stack) UPDATE_IN_PROGRESS - User Initiated",
                "First UPDATE_IN_PROGRESS",
                "First UPDATE_COMPLETE",
                "Added CREATE_IN_PROGRESS",
                "Added CREATE_IN_PROGRESS - Resource creation Initiated",
                "Added CREATE_COMPLETE",
                "Twice CREATE_IN_PROGRESS",
                "Twice CREATE_FAILED - /update/first already exists",
                "(stack) UPDATE_ROLLBACK_IN_PROGRESS - The following resource(s) failed to create: [Twice].",
                "First UPDATE_IN_PROGRESS",
                "First UPDATE_COMPLETE",
                "(stack) UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
                "Twice DELETE_COMPLETE",
                "Added DELETE_IN_PROGRESS",
                "Added DELETE_COMPLETE",
                "(stack) UPDATE_ROLLBACK_COMPLETE",
            ],
        )
        self.assertEqual(stack["Outputs"][0]["OutputValue"], "old")
        again = self.send("update-stack", "update", {"First": parameter("/update/first", "newer")}, Outputs=value)
        self.assertEqual((again["StackStatus"], again["Outputs"][0]["OutputValue"]), ("UPDATE_COMPLETE", "newer"))

    def test_a_refused_delete(self):
        """DeleteStack is accepted; then the stack keeps its state because another stack imports from it."""
        export = {"Name": {"Value": {"Ref": "Named"}, "Export": {"Name": "the-name"}}}
        self.create("exporter", {"Named": parameter("/exported")}, Outputs=export)
        self.create("importer", {"Copy": parameter("/imported", {"Fn::ImportValue": "the-name"})})
        before = len(self.events("exporter"))
        self.cloudformation("delete-stack", "--stack-name", "exporter")
        stack = self.cloud.settled("exporter")
        self.assertIn(stack["StackStatus"], ["CREATE_COMPLETE", "UPDATE_COMPLETE"])
        reason = "Delete canceled. Cannot delete export the-name as it is in use by importer."
        self.assertEqual(stack["StackStatusReason"], reason)
        self.shows(
            self.events("exporter", after=before),
            [
                "(stack) DELETE_IN_PROGRESS - User Initiated",
                f"(stack) {stack['StackStatus']} - {reason}",
            ],
        )

    def test_a_protected_stack(self):
        """DeleteStack is refused."""
        template = json.dumps({"Resources": {"Named": parameter("/protected")}})
        named = ("--stack-name", "protected")
        self.cloudformation(
            "create-stack", *named, "--template-body", template, "--enable-termination-protection"
        )
        self.cloud.settled("protected")
        before = len(self.events("protected"))
        refused = self.cloudformation("delete-stack", *named, expect=255)
        self.assertIn("Stack [protected] cannot be deleted while TerminationProtection is enabled", refused)
        self.assertEqual(self.events("protected", after=before), [])


if __name__ == "__main__":
    unittest.main()
