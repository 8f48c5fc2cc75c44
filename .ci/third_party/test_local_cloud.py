"""The local cloud on a socket: formwork changes it and the AWS CLI queries it; then only the CLI uses it."""
import json
import pathlib
import tempfile
import unittest

import servers
from commands import Endpoint, run
from programs import ROOT, formwork

REFERENCE = str(ROOT / "blueprints" / "secure-private-api")
FOUR = ["api-consumer", "network", "private-api", "unsecure-public-api"]
PREFIX = "secure-private-api-"

SHARED = """
name = "shared"
region = "us-east-1"

[stacks.topic.Topic]
type = "AWS::SNS::Topic"

[stacks.topic.outputs]
TopicArn = { value = "${Topic}", export = "acme-topic" }

[stacks.importer.Copy]
type = "AWS::SSM::Parameter"
Type = "String"
Value = { "Fn::ImportValue" = "acme-topic" }

[stacks.importer]
depends_on = ["topic"]
"""


class LocalCloud(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.cloud = Endpoint(self.enterContext(servers.local_cloud(self.folder / "cloud")))

    def cloudformation(self, action, *arguments, expect=0):
        return self.cloud.aws("cloudformation", action, *arguments, expect=expect)

    def test_both_tools_see_the_same_cloud(self):
        cloud = self.cloud
        cloud.formwork("plan", REFERENCE, "--exit-code", expect=2)
        self.assertEqual(cloud.statuses(), {}, "a plan creates no stack")

        cloud.formwork("deploy", REFERENCE, "--yes")
        self.assertEqual(cloud.statuses(), {PREFIX + key: "CREATE_COMPLETE" for key in FOUR})
        private = cloud.stack(PREFIX + "private-api")
        tags = {tag["Key"]: tag["Value"] for tag in private["Tags"]}
        self.assertEqual(
            tags,
            {
                "formwork:blueprint": "secure-private-api",
                "formwork:stack": "private-api",
                "formwork:env": "-",
                "project": "secure-private-api",
            },
        )
        (url,) = [output["OutputValue"] for output in private["Outputs"]]
        self.assertRegex(url, r"^https://[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com/miztiik/secure/greeter$")
        result = cloud.formwork("outputs", REFERENCE, "private-api.SecureApiUrl")
        self.assertEqual(result.out, url + "\n")
        self.assertEqual(self.cloudformation("list-exports")["Exports"], [], "values are passed as parameters")

        cloud.formwork("plan", REFERENCE, "--exit-code", expect=0)
        cloud.formwork("deploy", REFERENCE, "--yes")
        self.assertEqual(cloud.statuses(), {PREFIX + key: "CREATE_COMPLETE" for key in FOUR})

        debug = ["--set", "log_level=DEBUG"]
        self.change_set(PREFIX + "unsecure-public-api")
        cloud.formwork("plan", REFERENCE, "--exit-code", *debug, expect=2)
        cloud.formwork("deploy", REFERENCE, "--yes", *debug)
        events = self.cloudformation("describe-stack-events", "--stack-name", PREFIX + "private-api")["StackEvents"]
        updated = {event["LogicalResourceId"] for event in events if event["ResourceStatus"] == "UPDATE_COMPLETE"}
        self.assertEqual(updated, {PREFIX + "private-api", "GreeterFunction"})

        cloud.formwork("destroy", REFERENCE, "--yes")
        self.assertEqual(cloud.statuses(), {})
        self.assertEqual(cloud.stack(private["StackId"])["StackStatus"], "DELETE_COMPLETE")

    def change_set(self, stack):
        """Creates a change set with another log level by the CLI: only the function changes."""
        template = self.cloudformation("get-template", "--stack-name", stack)["TemplateBody"]
        template = template if isinstance(template, dict) else json.loads(template)
        template["Resources"]["GreeterFunction"]["Properties"]["Environment"]["Variables"]["LOG_LEVEL"] = "DEBUG"
        named = ("--stack-name", stack, "--change-set-name", "by-hand")
        sent = (*named, "--template-body", json.dumps(template))
        lacking = self.cloudformation("create-change-set", *sent, expect=255)
        self.assertIn("Requires capabilities : [CAPABILITY_IAM]", lacking)
        self.cloudformation("create-change-set", *sent, "--capabilities", "CAPABILITY_IAM")
        self.cloudformation("wait", "change-set-create-complete", *named)
        described = self.cloudformation("describe-change-set", *named, "--include-property-values")
        self.assertEqual((described["Status"], described["ExecutionStatus"]), ("CREATE_COMPLETE", "AVAILABLE"))
        (change,) = [change["ResourceChange"] for change in described["Changes"]]
        self.assertEqual(
            (change["Action"], change["LogicalResourceId"], change["Replacement"]), ("Modify", "GreeterFunction", "False")
        )
        (target,) = [detail["Target"] for detail in change["Details"]]
        self.assertEqual(
            (target["Path"], target["BeforeValue"], target["AfterValue"]),
            ("/Properties/Environment/Variables/LOG_LEVEL", "INFO", "DEBUG"),
        )
        self.cloudformation("delete-change-set", *named)
        self.assertEqual(self.cloudformation("list-change-sets", "--stack-name", stack)["Summaries"], [])

    def test_only_the_cli(self):
        out = self.folder / "rendered"
        result = run([formwork(), "render", REFERENCE, "-s", "network", "--out", str(out), "--format", "json"], {})
        self.assertEqual(result.code, 0, result)
        (file,) = out.iterdir()
        named = ("--stack-name", "by-hand")
        self.cloudformation("create-stack", *named, "--template-body", file.as_uri())
        first = self.cloud.settled("by-hand")
        self.assertEqual(first["StackStatus"], "CREATE_COMPLETE")
        outputs = {output["OutputKey"]: output["OutputValue"] for output in first["Outputs"]}
        self.assertEqual(outputs["VpcCidr"], "10.10.0.0/16")
        self.assertEqual(len(outputs["IsolatedSubnetIds"].split(",")), 2)

        template = json.loads(file.read_text())
        template["Resources"]["Vpc"]["Properties"]["Tags"] = [{"Key": "Name", "Value": "changed"}]
        file.write_text(json.dumps(template))
        again = self.cloudformation("update-stack", *named, "--template-body", file.as_uri())
        self.assertEqual(again["StackId"], first["StackId"])
        self.assertEqual(self.cloud.settled("by-hand")["StackStatus"], "UPDATE_COMPLETE")
        refused = self.cloudformation("update-stack", *named, "--template-body", file.as_uri(), expect=255)
        self.assertIn("No updates are to be performed.", refused)

        self.cloudformation("delete-stack", *named)
        self.assertEqual(self.cloud.settled(first["StackId"])["StackStatus"], "DELETE_COMPLETE")
        self.cloudformation("wait", "stack-delete-complete", *named)
        gone = self.cloudformation("describe-stacks", *named, expect=255)
        self.assertIn("Stack with id by-hand does not exist", gone)

    def test_an_export_locks_its_stack(self):
        blueprint = self.folder / "blueprint"
        blueprint.mkdir()
        (blueprint / "blueprint.toml").write_text(SHARED)
        self.cloud.formwork("deploy", str(blueprint), "--yes")
        (export,) = self.cloudformation("list-exports")["Exports"]
        self.assertEqual(export["Name"], "acme-topic")
        self.assertEqual(export["Value"], self.cloud.stack("shared-topic")["Outputs"][0]["OutputValue"])
        imports = self.cloudformation("list-imports", "--export-name", "acme-topic")["Imports"]
        self.assertEqual(imports, ["shared-importer"])
        self.cloud.formwork("destroy", str(blueprint), "--yes")
        self.assertEqual(self.cloud.statuses(), {})


if __name__ == "__main__":
    unittest.main()
