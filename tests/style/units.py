#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""units.py SOURCE-ROOT BUILD-ROOT - how the tree hangs together, as the compiler sees it.

A unit is a source file with the header of its name. No two units include each other, in any loop:
one can be read, tested and replaced without the other. No folder has more than 20: it is taken in
at a glance. A type's name is used once: who searches for it finds one thing.
"""
import collections
import json
import multiprocessing.pool
import os
import re
import shlex
import subprocess
import sys

MOST_UNITS = 20
ROOMS = ("bench", "collect", "common", "kmods", "report")


def unit(path):
    """A table of rows (.def) is included by many, includes nobody, and is a unit of its own."""
    return path if path.endswith(".def") else os.path.splitext(path)[0]


def flags_of(build):
    """Include paths and definitions of each compiled file, and of one for headers."""
    flags = {}
    for entry in json.load(open(os.path.join(build, "compile_commands.json"), encoding="utf-8")):
        path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        words = shlex.split(entry["command"])
        flags[path] = [w for w in words if re.match(r"-(I|D|isystem|std|include)", w)]
    return flags


def includes(job):
    """Files of the tree that this one includes, itself or by another: the compiler says which."""
    cwd, flags, path = job
    command = ["cc", "-MM", "-MG", "-x", "c", *flags, path]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    words = done.stdout.replace("\\\n", " ").split()[1:]
    return path, [os.path.normpath(os.path.join(cwd, w)) for w in words]


def edges_of(root, build, files):
    flags = flags_of(build)
    usual = ["-I" + root, "-I" + build, "-D_GNU_SOURCE"]
    jobs = []
    for name in files:
        if name.endswith(".def"):
            continue
        path = os.path.join(root, name)
        own = ["-I" + os.path.join(root, "kmods"), "-I" + root] if name.startswith("kmods/") else flags.get(path, usual)
        jobs.append((build, own, path))
    edges = collections.defaultdict(set)
    known = set(files)
    with multiprocessing.pool.ThreadPool(os.cpu_count()) as pool:
        for path, found in pool.imap_unordered(includes, jobs):
            here = os.path.relpath(path, root)
            for there in (os.path.relpath(f, root) for f in found):
                if there in known and unit(there) != unit(here):
                    edges[unit(here)].add(unit(there))
    return edges


def loops_of(edges):
    """Tarjan's strongly connected components of more than one unit."""
    number, low, stack, loops = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            loop = []
            while not loop or loop[-1] != node:
                loop.append(stack.pop())
            if len(loop) > 1:
                loops.append(sorted(loop))

    for node in sorted(edges):
        if node not in number:
            visit(node)
    return loops


def main():
    root, build = (os.path.abspath(a) for a in sys.argv[1:3])
    sys.setrecursionlimit(10000)
    files = []
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(root, room)):
            files += [os.path.relpath(os.path.join(folder, n), root) for n in names
                      if re.search(r"\.(c|h|def)$", n) and not n.endswith(".mod.c")]
    wrong = []
    for loop in loops_of(edges_of(root, build, files)):
        wrong.append("include each other: " + " ".join(loop))
    units = collections.Counter(os.path.dirname(u) for u in {os.path.splitext(f)[0] for f in files})
    wrong += [f"{folder}: {nr} units, at most {MOST_UNITS}" for folder, nr in units.items() if nr > MOST_UNITS]
    places = collections.defaultdict(list)
    for name in files:
        with open(os.path.join(root, name), encoding="utf-8") as source:
            for kind in re.findall(r"^(?:struct|enum|union) (pb_\w+) \{", source.read(), re.M):
                places[kind].append(name)
    wrong += [f"{kind} is defined in {', '.join(sorted(at))}" for kind, at in places.items() if len(at) > 1]
    print("\n".join(sorted(wrong)) if wrong else f"{len(files)} files, {sum(units.values())} units: no loop")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
