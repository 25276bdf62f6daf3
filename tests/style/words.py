#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""words.py SOURCE-ROOT BUILD-ROOT - no layer compares the text of a word that is a number.

A word is resolved where text enters; below that its number is compared. The types say most of it,
since text is no number and does not compile as one. What is left is to ask for a word's text, with
a function that collect/words/ or collect/axes.h declares, and to compare that: clang's syntax tree
is asked for such calls. Exit status 77 where there is no clang-query.
"""
import json
import multiprocessing.pool
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOMS = re.compile(r"^(bench|collect|report)/")
WORDS = re.compile(r"^collect/words/")  # where texts become numbers

QUERY = """set output diag
set bind-root true
let asked callExpr(callee(functionDecl(returns(pointsTo(isAnyCharacter())), \
isExpansionInFileMatching("collect/(words/[a-z_]*|axes)[.]h$"))))
match callExpr(isExpansionInMainFile(), callee(functionDecl(hasAnyName("pb_streq", "strcmp", \
"strncmp", "strcasecmp", "strncasecmp", "strverscmp", "strstr", "memcmp", "fnmatch"))), \
hasAnyArgument(ignoringParenImpCasts(anyOf(asked, \
declRefExpr(to(varDecl(hasInitializer(ignoringParenImpCasts(asked)))))))))
"""


def files_of(root, build):
    """Sources of the rooms that are compiled here, by their names in the tree."""
    found = set()
    for entry in json.load(open(os.path.join(build, "compile_commands.json"), encoding="utf-8")):
        path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        name = os.path.relpath(path, root)
        if ROOMS.match(name) and not WORDS.match(name):
            found.add(path)
    return sorted(found)


def ask(job):
    build, query, paths = job
    command = ["clang-query", "-p", build, "-f", query, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or "error:" in done.stdout + done.stderr:
        sys.exit(f"clang-query cannot look at {paths[0]} and others:\n{done.stdout}{done.stderr}")
    return re.findall(r'^(\S+:\d+):\d+: note: "root" binds here\n(.*)', done.stdout, re.MULTILINE)


def comparisons(build, paths):
    with tempfile.NamedTemporaryFile("w", suffix=".query") as query:
        query.write(QUERY)
        query.flush()
        jobs = [(build, query.name, paths[i : i + 16]) for i in range(0, len(paths), 16)]
        with multiprocessing.pool.ThreadPool(os.cpu_count()) as pool:
            return sorted({hit for hits in pool.map(ask, jobs) for hit in hits})


def sees(build, root):
    """Does the question find anything at all? It is put to a file that does what it forbids."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bad.c")
        with open(path, "w", encoding="utf-8") as out:
            out.write('#include <string.h>\n#include "collect/words/cell_words.h"\n'
                      'int bad(enum pb_cell_memory m);\nint bad(enum pb_cell_memory m)\n{\n'
                      '\tconst char *name = pb_memory_name(m);\n\n'
                      '\treturn strcmp(name, "thp") || !strcmp("anon", pb_memory_name(m));\n}\n')
        with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as out:
            json.dump([{"directory": folder, "file": path,
                        "arguments": ["cc", "-D_GNU_SOURCE", "-I" + root, "-I" + build, "-c", path]}], out)
        return len(comparisons(folder, [path]))


def main():
    root, build = (os.path.abspath(path) for path in sys.argv[1:3])
    if not shutil.which("clang-query"):
        print("clang-query is not installed (package clang-tools)")
        return 77
    # Both are on one line, and a line is told once.
    if sees(build, root) != 1:
        print("clang-query does not find what it is to look for")
        return 1
    paths = files_of(root, build)
    hits = comparisons(build, paths)
    for place, text in hits:
        print(f"{place}: compares the text of a word; compare its number:\n  {text.strip()}")
    print(f"{len(paths)} files, {len(hits)} comparisons of words' texts")
    return 1 if hits or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
