"""Servers on the loopback interface, which a test starts and ends by their process id."""
import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from programs import formwork, program


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def serving(command, port, **variables):
    """Runs `command` until the block ends; yields its address when it answers."""
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, open(pathlib.Path(folder) / "log", "w+") as log:
        child = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **variables}, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            for _ in range(300):
                if child.poll() is not None or answers(url):
                    break
                time.sleep(0.1)
            if child.poll() is not None:
                log.seek(0)
                raise RuntimeError(f"{command[0]} ended with {child.returncode}:\n{log.read()}")
            yield url
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
                try:
                    child.wait(10)
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()


def answers(url):
    try:
        urllib.request.urlopen(url, timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def ministack():
    port = free_port()
    return serving(
        [program("ministack")], port,
        BIND_HOST="127.0.0.1", MINISTACK_HOST="127.0.0.1", GATEWAY_PORT=str(port), LAMBDA_EXECUTOR="local",
    )


def moto():
    port = free_port()
    return serving([program("moto_server"), "-H", "127.0.0.1", "-p", str(port)], port)


def local_cloud(folder, *flags):
    """Runs `formwork local serve` with the cloud in `folder`."""
    port = free_port()
    command = [formwork(), "local", "serve", "--port", str(port), *flags]
    return serving(command, port, FORMWORK_LOCAL_DIR=str(folder))
