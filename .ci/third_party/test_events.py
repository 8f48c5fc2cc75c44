"""The order of events and statuses on the local cloud, as the AWS CLI prints them, beside what AWS documents and what
recordings of the real service show: of a create, an update with replacement, a failed create, a failed update and a
refused delete."""
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
    """Events oldest first, one line each, as `formwork` users compare them with AWS's console."""
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
        """A stack's events, oldest first, without the first `after`."""
        newest_first = self.cloudformation("describe-stack-events", "--stack-name", name)["StackEvents"]
        return newest_first[::-1][after:]

    def shows(self, events, expected):
        lines = table(events)
        print("\n" + "\n".join(f"    {line}" for line in lines))
        self.assertEqual(lines, expected)


if __name__ == "__main__":
    unittest.main()
