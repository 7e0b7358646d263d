#!/usr/bin/env python3
"""Try the scenarios of scenarios/ and the cases of cases/ against an installed library.

    run.py PREFIX_PATH [--only REGEX] [--jobs 2] [--keep]

PREFIX_PATH is what CMake searches: "OUR_PREFIX" (embedded) or "OUR_PREFIX;REAL_CRT_PREFIX" (host). One line per case, then
"N of M hold"; exit status 0 only if all hold. What does not hold is tried once more by itself, since a loaded machine can
miss a deadline, and an emulator up to three times. --keep leaves the traces and builds in a folder that is named at the end.
"""
import argparse, concurrent.futures, glob, importlib.util, os, re, shutil, signal, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
TWIN = os.path.join(HERE, "..", "twin")
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(HERE, "wire"), os.path.dirname(HERE)]

import machine


def build(prefix, where):
    gen = ["-G", "Ninja"] if shutil.which("ninja") else []
    path = ";".join(os.path.abspath(p) for p in prefix.split(";") if p)
    log = os.path.join(where, "build.log")
    with open(log, "w") as f:
        for cmd in (["cmake", "-S", HERE, "-B", where, "-DCMAKE_PREFIX_PATH=" + path] + gen + machine.cmake_options(),
                    ["cmake", "--build", where]):
            if subprocess.call(cmd, stdout=f, stderr=subprocess.STDOUT):
                sys.stdout.write(open(log).read()[-4000:])
                print("0 of 1 hold")
                sys.exit(1)


def environment():
    proxies = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")
    return {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and k.lower() not in proxies}


def scenarios(path):
    """-> {name: [(yes or no, regex)]}"""
    out, name = {}, None
    for line in open(path, encoding="utf-8"):
        if line.startswith("== "):
            name = line[3:].split()[0]
            out[name] = []
        m = re.match(r"#(yes|no)\s+(.*?)\n?$", line)
        if m and name:
            out[name].append((m[1] == "yes", m[2]))
    return out


def play(path, name, checks, bin_, tmp):
    """-> None, or what was seen"""
    d = tempfile.mkdtemp(prefix=name + ".", dir=tmp)
    srv = subprocess.Popen([sys.executable, os.path.join(TWIN, "server.py"), "--file", path, "--scenario", name],
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = ""
    try:
        first = srv.stdout.readline().split()
        if len(first) != 2:
            return "the server did not start: " + srv.stderr.read()[-300:]
        p = subprocess.Popen(machine.runs(os.path.join(bin_, "runner"), name, first[1], path), cwd=d, env=environment(),
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            so, se = p.communicate(timeout=machine.seconds(20))
        except subprocess.TimeoutExpired:
            p.kill()
            so, se = p.communicate()
            end = "hangs"
        if not end and p.returncode:
            end = "hangs" if p.returncode == 4 else f"killed by {signal.Signals(-p.returncode).name}" if p.returncode < 0 else f"exit {p.returncode}"
        log, err = srv.communicate("", timeout=10)
        trace = re.sub(r":%s(?!\d)" % first[1], ":PORT", so.decode("utf-8", "replace") + "--- server\n" + log)
        with open(os.path.join(tmp, name + ".trace"), "w", encoding="utf-8") as f:
            f.write(trace + (se.decode("utf-8", "replace") + err if end else ""))
        if "SCRIPT ERROR" in trace:
            return "mistake in the scenario"
        bad = re.findall(r"VIOLATION.*", trace)
        missing = [r for want, r in checks if want and not re.search(r, trace, re.M)]
        present = [m for want, r in checks if not want for m in [re.search(r, trace, re.M)] if m]
        if not (end or bad or missing or present):
            return None
        seen = [end] if end else []
        seen += bad[:1]
        fin = re.findall(r"finish (err=\w+ status=\d+)|^mr \w+: (NULL \w+)", trace, re.M)
        if fin:
            seen.append("finished with " + ", ".join(a or b for a, b in fin))
        seen += [f"not found: {r}" for r in missing[:2]] + [f"found: {m[0][:100]}" for m in present[:1]]
        return "; ".join(seen)
    finally:
        if srv.poll() is None:
            srv.kill()
            srv.wait()
        shutil.rmtree(d, ignore_errors=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("prefix")
    ap.add_argument("--only", default="")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    tmp = tempfile.mkdtemp(prefix="faults.")
    bin_ = os.path.join(tmp, "build")
    os.makedirs(bin_)
    good, todo = 0, []
    try:
        build(a.prefix, bin_)
        for path in sorted(glob.glob(os.path.join(HERE, "scenarios", "*.txt"))):
            for name, checks in scenarios(path).items():
                todo.append((name, lambda p=path, n=name, c=checks: play(p, n, c, bin_, tmp)))
        import wire
        wire.setup(bin_, tmp, environment())
        for path in sorted(glob.glob(os.path.join(HERE, "cases", "*.py"))):
            spec = importlib.util.spec_from_file_location("cases_" + os.path.basename(path)[:-3], path)
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
        for name, f in wire.CASES.items():
            if wire.can_be_tried(f):
                todo.append((name, lambda f=f: wire.attempt(f)))
            elif re.search(a.only, name):
                print(f"left out {name} (the programs are linked statically, and look at no LD_PRELOAD)")
        todo = [(n, f) for n, f in todo if re.search(a.only, n)]
        with concurrent.futures.ThreadPoolExecutor(a.jobs) as ex:
            ended = [(name, f, fut.result()) for (name, f), fut in zip(todo, [ex.submit(f) for _, f in todo])]
        for name, f, seen in ended:
            again = seen is not None and any(f() is None for _ in range(machine.more_tries()))
            good += seen is None or again
            word = "holds" if seen is None else "holds, tried again" if again else "FALLS SHORT"
            print(f"{word} {name}" + (f": {seen}" if seen else ""), flush=True)
    finally:
        if a.keep:
            print("traces in", tmp)
        else:
            shutil.rmtree(tmp, ignore_errors=True)
    print(f"{good} of {len(todo)} hold", flush=True)
    sys.stdout.flush()
    os._exit(good != len(todo) or not todo)


if __name__ == "__main__":
    main()
