"""Runs formwork and the AWS CLI as a user does, against one endpoint, and returns their output."""
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
class CommandResult:
    """The exit status and the output of a command."""

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
    return CommandResult(command, done.returncode, done.stdout, done.stderr)


@dataclasses.dataclass
class Endpoint:
    """One cloud, to which both tools connect."""

    url: str

    def formwork(self, *arguments, expect=0):
        result = run([formwork(), *arguments, "--endpoint-url", self.url], {})
        assert result.code == expect, f"expected exit {expect}\n{result}"
        return result

    def aws(self, *arguments, expect=0):
        """Returns the CLI's JSON output, or its error text if `expect` is not 0."""
        result = run([program("aws"), "--endpoint-url", self.url, "--output", "json", *arguments], {})
        assert result.code == expect, f"expected exit {expect}\n{result}"
        if expect:
            return result.err.strip()
        return json.loads(result.out) if result.out.strip() else None

    def settled(self, name, seconds=60):
        """Returns the stack when no operation is in progress. (The CLI's own waiters poll every 30 seconds.)"""
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
