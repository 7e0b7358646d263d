#!/usr/bin/env python3
"""Run one test program, and compare what it prints with what is expected.

    run.py [--expected FILE] [--server READY.json] [--scripted SERVER SCRIPT] [--proxy TINYPROXY SERVER] [--keys]
           [--beside SCRIPT] [--dir DIR] [--valgrind PATH] -- PROGRAM ARGUMENT...
    run.py --start READY.json -- SERVER ARGUMENT...
    run.py --stop READY.json

--server tells the program about a running server, through variables named S3_TEST_ and the keys of the ready file.
--scripted starts a scripted server for this program alone; a file SCRIPT.requests beside the script lists the request
lines that it must have been sent, in their order.
--keys is for programs with servers of their own, which need no more than a name of a bucket and keys to sign with.
--beside starts servers for this program alone, which have a directory and say in a line of JSON where they are.
--proxy starts a proxy that wants a name and a password, and the same one again behind TLS.
--start and --stop are for servers that several programs share.
Programs of another machine run as machine.py says; the servers are always this one's.
"""
import argparse
import contextlib
import difflib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import machine

READY_S = 30
STOP_S = 10
KEYS = {"bucket": "bucket", "access_key": "AKIDTEST", "secret_key": "secrettest"}
PROXY_USER = "tester"
PROXY_PASSWORD = "password"
TINYPROXY_CONF = f"""Port {{port}}
Listen 127.0.0.1
Allow 127.0.0.1
Timeout 60
MaxClients 50
BasicAuth {PROXY_USER} {PROXY_PASSWORD}
LogFile "{{log}}"
LogLevel Connect
"""
# Settings of whoever runs the tests that would change what the library does.
STRAY = re.compile(r"AWS_|SSL_CERT_|https?_proxy$|HTTPS?_PROXY$|no_proxy$|NO_PROXY$")


def start(ready: pathlib.Path, command: list[str]) -> int:
    ready.unlink(missing_ok=True)
    ready.parent.mkdir(parents=True, exist_ok=True)
    log = open(ready.with_suffix(".log"), "w")
    server = subprocess.Popen(
        [*command, "--detached", "--ready-file", str(ready)],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    end = time.monotonic() + READY_S
    while not ready.exists():
        if server.poll() is not None or time.monotonic() > end:
            print(ready.with_suffix(".log").read_text(), file=sys.stderr)
            return 1
        time.sleep(0.05)
    return 0


def stop(ready: pathlib.Path) -> int:
    facts = json.loads(ready.read_text())
    ready.unlink()
    try:
        os.kill(facts["pid"], signal.SIGTERM)
        end = time.monotonic() + STOP_S
        while time.monotonic() < end:
            os.kill(facts["pid"], 0)
            time.sleep(0.05)
        os.kill(facts["pid"], signal.SIGKILL)
    except ProcessLookupError:
        pass
    if "root" in facts:
        shutil.rmtree(facts["root"], ignore_errors=True)
    return 0


def variables(facts: dict) -> dict[str, str]:
    return {f"S3_TEST_{key.upper()}": str(value) for key, value in facts.items()}


def request_lines(log: bytes) -> list[str]:
    """First lines of the requests of a log of the scripted server, without what differs from run to run."""
    lines, at = [], 0
    while at < len(log):
        end = log.index(b"\n", at)
        length = int(re.fullmatch(rb"request \d+ connection \d+ bytes (\d+)", log[at:end])[1])
        request = log[end + 1 : end + 1 + length]
        first, _, head = request.partition(b"\r\n")
        byte_range = re.search(rb"\r\n(range: [^\r]*)", head, re.IGNORECASE)
        text = first.removesuffix(b" HTTP/1.1")
        lines.append((text + b" " + byte_range[1].lower() if byte_range else text).decode())
        at = end + 1 + length + 1
    return lines


def differences(expected: pathlib.Path, printed: list[str]) -> bool:
    if os.environ.get("UPDATE"):
        expected.write_text("".join(line + "\n" for line in printed))
    wanted = expected.read_text().splitlines()
    diff = list(difflib.unified_diff(wanted, printed, str(expected), "printed", lineterm=""))
    print("\n".join(diff))
    return bool(diff)


@contextlib.contextmanager
def proxy(tinyproxy: str, server: str, directory: str):
    """A tinyproxy of our own and TLS in front of it; gives what programs need to know."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = pathlib.Path(directory, "tinyproxy.log")
    settings = pathlib.Path(directory, "tinyproxy.conf")
    settings.write_text(TINYPROXY_CONF.format(port=port, log=log))
    running = subprocess.Popen([tinyproxy, "-d", "-c", str(settings)], stdin=subprocess.DEVNULL)
    command = [server, "front", "--to", str(port), "--tls-dir", str(pathlib.Path(directory, "front"))]
    front = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        end = time.monotonic() + READY_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if running.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.05)
        facts = {"proxy_port": port, "proxy_log": log, "proxy_user": PROXY_USER, "proxy_password": PROXY_PASSWORD}
        yield facts | json.loads(front.stdout.readline())
    finally:
        front.communicate()
        running.terminate()
        running.wait(STOP_S)


def run(options: argparse.Namespace, directory: str) -> int:
    with contextlib.ExitStack() as stack:
        facts = stack.enter_context(proxy(*options.proxy, directory)) if options.proxy else {}
        return run_program(options, directory, facts)


def run_program(options: argparse.Namespace, directory: str, proxy_facts: dict) -> int:
    environment = {name: value for name, value in os.environ.items() if not STRAY.match(name)}
    environment["S3_TEST_DIR"] = directory
    if options.server:
        facts = json.loads(pathlib.Path(options.server).read_text())
        environment.update(variables(facts))
    environment.update(variables(proxy_facts))
    scripted = None
    requests = pathlib.Path(directory, "requests.log")
    if options.scripted:
        server, script = options.scripted
        command = [server, "scripted", "--script", script, "--log", str(requests)]
        scripted = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        environment.update(variables(KEYS | json.loads(scripted.stdout.readline())))
    if options.keys:
        environment.update(variables(KEYS))
    beside = None
    if options.beside:
        place = pathlib.Path(directory, "beside")
        place.mkdir()
        command = [sys.executable, options.beside, str(place)]
        beside = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        environment.update(variables(KEYS | json.loads(beside.stdout.readline())))

    command = machine.runs(*options.command)
    if options.valgrind:
        checker = [options.valgrind, "--quiet", "--error-exitcode=9", "--leak-check=full"]
        command = [*checker, "--errors-for-leak-kinds=definite", "--num-callers=40", *command]
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, errors="replace")
    failed = result.returncode != 0
    if failed:
        print(f"{command} ended with {result.returncode}")
    if options.expected:
        failed |= differences(pathlib.Path(options.expected), result.stdout.splitlines())
    if failed or not options.expected:
        print(result.stdout)
    if beside:
        beside.communicate()
    if scripted:
        scripted.communicate()
        wanted = pathlib.Path(script).with_suffix(".requests")
        if wanted.exists() or os.environ.get("UPDATE"):
            failed |= differences(wanted, request_lines(requests.read_bytes()))
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--expected")
    parser.add_argument("--server")
    parser.add_argument("--scripted", nargs=2)
    parser.add_argument("--keys", action="store_true")
    parser.add_argument("--beside")
    parser.add_argument("--proxy", nargs=2)
    parser.add_argument("--dir")
    parser.add_argument("--valgrind")
    parser.add_argument("--start", type=pathlib.Path)
    parser.add_argument("--stop", type=pathlib.Path)
    parser.add_argument("command", nargs="*")
    options = parser.parse_args()
    if options.start:
        return start(options.start, options.command)
    if options.stop:
        return stop(options.stop)
    with tempfile.TemporaryDirectory(dir=options.dir) as directory:
        return run(options, directory)


if __name__ == "__main__":
    sys.exit(main())
