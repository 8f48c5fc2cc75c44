"""Runs formwork and the AWS CLI as a user would, against one endpoint, and keeps what they said."""
import dataclasses
import json
import os
import subprocess
import time

from programs import formwork, program

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_PAGER": "",
    "NO_COLOR": "1",
}


@dataclasses.dataclass
class Said:
    """What a command ended with and printed."""

    command: list
    code: int
    out: str
    err: str

    def __str__(self):
        return f"$ {' '.join(self.command)}\n{self.out}{self.err}exit {self.code}"


def run(command, variables, cwd=None, timeout=600):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "FORMWORK_"))}
    done = subprocess.run(
        command, cwd=cwd, env={**environment, **ENVIRONMENT, **variables}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout,
    )
    return Said(command, done.returncode, done.stdout, done.stderr)


@dataclasses.dataclass
class Endpoint:
    """One cloud, as both tools are pointed at it."""

    url: str

    def formwork(self, *arguments, expect=0):
        said = run([formwork(), *arguments, "--endpoint-url", self.url], {})
        assert said.code == expect, f"expected exit {expect}\n{said}"
        return said

    def aws(self, *arguments, expect=0):
        """What the CLI printed, read as JSON; its error text where `expect` is not 0."""
        said = run([program("aws"), "--endpoint-url", self.url, "--output", "json", *arguments], {})
        assert said.code == expect, f"expected exit {expect}\n{said}"
        if expect:
            return said.err.strip()
        return json.loads(said.out) if said.out.strip() else None

    def settled(self, name, seconds=60):
        """The stack once nothing is in progress. (The CLI's own waiters look every 30 seconds.)"""
        for _ in range(seconds * 2):
            stack = self.stack(name)
            if not stack["StackStatus"].endswith("_IN_PROGRESS"):
                return stack
            time.sleep(0.5)
        raise AssertionError(f"{name} is still {stack['StackStatus']}")

    def stack(self, name):
        return self.aws("cloudformation", "describe-stacks", "--stack-name", name)["Stacks"][0]

    def statuses(self):
        stacks = self.aws("cloudformation", "describe-stacks")["Stacks"]
        return {stack["StackName"]: stack["StackStatus"] for stack in stacks}
