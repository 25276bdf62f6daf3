#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""formats.py PINBENCH [--kunit DIR] - reads every export as its receiver would, strictly.

Why: "looks right" is not a format. The rules are those of the kernel's Documentation/dev-tools/ktap.rst,
kcidb-io's schema 5.3, lava-dispatcher's signal handling, bencher.dev/bmf.json and Apache Otava's CSV
importer. With --kunit, the kernel's own KTAP parser reads the KTAP as well.
"""
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

PINBENCH = os.path.abspath(sys.argv[1])
# cells of the run: a refused one, a failed one, one whose counter never ran
DEEDS = "refuse:1,fail:2,unclock:3"


class Wrong(Exception):
    """What a receiver would stumble over."""


def need(condition, what):
    if not condition:
        raise Wrong(what)


def pinbench(*args, deeds="", status=0):
    done = subprocess.run([PINBENCH, *args], env={**os.environ, "PINBENCH_FAKE": deeds}, text=True,
                          capture_output=True, check=False)
    need(done.returncode == status, f"pinbench {args} ended with {done.returncode}: {done.stderr}")
    return done.stdout


# KTAP ---------------------------------------------------------------------------------------------

RESULT = re.compile(r"(ok|not ok) ([0-9]+)(?: (?:- )?([^#]*?))?(?: # ?([A-Z]+)?(?: ?(.*))?)?")
NUMBER = re.compile(r"# [a-z-]+(?:\.[A-Za-z0-9_-]+)* -?[0-9.]+(?:e[+-]?[0-9]+)? \S+/page")


def ktap_results(lines, indent, at):
    """One level: version, plan, results in order. Returns (results, next line)."""
    pad = "  " * indent
    need(lines[at] == pad + "KTAP version 1", f"line {at + 1} is no version line: {lines[at]!r}")
    plan = re.fullmatch(re.escape(pad) + r"1\.\.([0-9]+)", lines[at + 1])
    need(plan, f"line {at + 2} is no plan: {lines[at + 1]!r}")
    at += 2
    results, subtests, numbers = [], None, 0
    while len(results) < int(plan[1]):
        need(at < len(lines), f"the plan promises {plan[1]} results, {len(results)} came")
        line = lines[at]
        if line.startswith(pad + "  KTAP version"):
            subtests, at = ktap_results(lines, indent + 1, at)
            continue
        need(line.startswith(pad) and not line[len(pad):].startswith(" "), f"line {at + 1}: indentation: {line!r}")
        line = line[len(pad):]
        at += 1
        if line.startswith("#"):
            numbers += NUMBER.fullmatch(line) is not None
            continue
        result = RESULT.fullmatch(line)
        need(result, f"line {at}: neither result nor diagnostic: {line!r}")
        need(int(result[2]) == len(results) + 1, f"line {at}: number {result[2]} out of order")
        need(result[4] in (None, "SKIP", "ERROR", "TIMEOUT", "XFAIL"), f"line {at}: directive {result[4]}")
        good = result[1] == "ok"
        need(not (good and result[4] == "ERROR"), f"line {at}: ok with ERROR")
        need(not subtests or not good or all(sub["good"] for sub in subtests), f"line {at}: ok over a failure")
        need(not good or result[4] == "SKIP" or subtests or numbers, f"line {at}: a pass without a number")
        results.append({"good": good, "name": result[3], "directive": result[4], "numbers": numbers,
                        "subtests": subtests})
        subtests, numbers = None, 0
    return results, at


def check_ktap(text):
    lines = text.splitlines()
    results, end = ktap_results(lines, 0, 0)
    need(end == len(lines), f"line {end + 1} follows the plan's end")
    return results


# kcidb 5.3 ----------------------------------------------------------------------------------------

ID = r"[a-z0-9_]+:[^\0]*"
WORDS = {"id": ID, "checkout_id": ID, "build_id": ID, "origin": r"[a-z0-9_]+", "architecture": r"[a-z0-9_]*",
         "comment": r"[^\0]*", "path": r"([a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)*)?", "log_excerpt": r"[^\0]{0,16384}",
         "status": "FAIL|ERROR|MISS|PASS|DONE|SKIP"}
KINDS = {  # what each may hold beside the words that it must
    "checkouts": ({"id", "origin"}, {"comment", "start_time", "valid", "misc"}),
    "builds": ({"id", "origin", "checkout_id"}, {"comment", "start_time", "architecture", "status", "misc"}),
    "tests": ({"id", "origin", "build_id"}, {"path", "status", "number", "comment", "start_time", "environment",
                                             "log_excerpt", "misc"}),
}


def check_kcidb_object(kind, item):
    must, may = KINDS[kind]
    need(must <= set(item), f"{kind}: {must - set(item)} missing")
    need(set(item) <= must | may, f"{kind}: {set(item) - must - may} is not in the schema")
    for key, value in item.items():
        need(value is not None, f"{kind}: {key} is null")
        if key in WORDS:
            need(isinstance(value, str) and re.fullmatch(WORDS[key], value, re.S), f"{kind}: {key} is {value!r}")
    need(item["id"].startswith(item["origin"] + ":"), f"{kind}: {item['id']} does not begin with its origin")
    if "start_time" in item:
        need(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", item["start_time"]), "start_time")
    need(set(item.get("environment", {})) <= {"compatible", "comment", "misc"}, "environment")
    if "number" in item:
        number = item["number"]
        need(set(number) <= {"value", "unit", "prefix"} and "value" in number, f"number {number}")
        need(isinstance(number["value"], (int, float)) and not isinstance(number["value"], bool), "number's value")
        need(isinstance(number.get("unit", ""), str), "number's unit")


def check_kcidb(text):
    report = json.loads(text, parse_constant=lambda word: need(False, f"{word} is no JSON"))
    need(set(report) <= {"version", "checkouts", "builds", "tests", "issues", "incidents"}, f"keys {set(report)}")
    need(report["version"] == {"major": 5, "minor": 3}, f"version {report['version']}")
    ids = {}
    for kind in KINDS:
        for item in report[kind]:
            check_kcidb_object(kind, item)
        ids[kind] = [item["id"] for item in report[kind]]
        need(len(set(ids[kind])) == len(ids[kind]), f"{kind}: an id came twice")
    need({build["checkout_id"] for build in report["builds"]} <= set(ids["checkouts"]), "a build of no checkout")
    need({test["build_id"] for test in report["tests"]} <= set(ids["builds"]), "a test of no build")
    for test in report["tests"]:
        need(test["status"] != "PASS", "a measurement judges nothing: DONE")
        need("number" not in test or test["status"] == "DONE", f"a number and {test['status']}")
        need("number" in test or test["status"] != "DONE" or test["path"] == "pinbench.run",
             f"{test['path']} is DONE without a number")
    return report["tests"]


# LAVA ---------------------------------------------------------------------------------------------

SIGNAL = re.compile(r"<LAVA_SIGNAL_(\S+) ([^>]+)>")


def check_lava(text):
    cases = []
    for line in text.splitlines():
        signals = SIGNAL.findall(line)
        need(signals == [] or SIGNAL.fullmatch(line), f"a signal inside {line!r}")
        need(signals or "LAVA_SIGNAL" not in line.replace("\\x3cLAVA_SIGNAL", ""), f"half a signal: {line!r}")
        for name, params in signals:
            if name == "TESTSET":
                continue
            need(name == "TESTCASE", f"signal {name}")
            pairs = [param.split("=") for param in params.split()]
            need(all(len(pair) == 2 for pair in pairs), f"malformed parameter in {params!r}")
            case = {key.lower(): value for key, value in pairs}
            need(re.fullmatch(r"[\w.-]+", case["test_case_id"]), f"id {case['test_case_id']}")
            need(case["result"] in ("pass", "fail", "skip", "unknown"), f"result {case['result']}")
            need(("measurement" in case) == ("units" in case), f"a measurement without units: {case}")
            need((case["result"] == "pass") == ("measurement" in case) or case["test_case_id"] == "pinbench.run",
                 f"pass without a number, or a number without pass: {case}")
            float(case.get("measurement", 0))
            cases.append(case)
    need(len({case["test_case_id"] for case in cases}) == len(cases), "an id came twice")
    return cases


# Bencher, Otava -----------------------------------------------------------------------------------


def check_bmf(text):
    report = json.loads(text, parse_constant=lambda word: need(False, f"{word} is no JSON"))
    for benchmark, measures in report.items():
        need(0 < len(benchmark) <= 1024 and isinstance(measures, dict) and measures, f"benchmark {benchmark!r}")
        for measure, number in measures.items():
            need(0 < len(measure) <= 64, f"measure {measure!r}")
            need(set(number) <= {"value", "lower_value", "upper_value"} and "value" in number, f"{number}")
            need(all(isinstance(value, (int, float)) for value in number.values()), f"{number}")
            need(number.get("lower_value", number["value"]) <= number["value"] <=
                 number.get("upper_value", number["value"]), f"bounds of {number}")
    return report


def check_otava(text):
    rows = list(csv.reader(text.splitlines()))
    head, rows = rows[0], rows[1:]
    need(head[:3] == ["time", "commit", "run"] and len(head) > 3, f"columns {head}")
    need(len(set(head)) == len(head), "a column came twice")
    times = []
    for row in rows:
        need(len(row) == len(head), f"{len(row)} fields under {len(head)} columns")
        times.append(datetime.datetime.fromisoformat(row[0].replace("Z", "+00:00")))
        for field in row[3:]:
            need(float(field) == float(field), f"{field!r} is no number")
    need(times == sorted(times), "rows are not in the order of time")
    return head[3:], rows


# --------------------------------------------------------------------------------------------------


def check_kunit(folder, text, passed, failed, skipped):
    sys.path.insert(0, folder)
    import kunit_parser  # pylint: disable=import-error,import-outside-toplevel
    test = kunit_parser.parse_run_tests(text.splitlines())
    counts = test.counts
    need((counts.passed, counts.failed, counts.skipped, counts.crashed, counts.errors) ==
         (passed, failed, skipped, 0, 0), f"the kernel's parser counted {counts}")


def broken_is_found(check, text, *changes):
    """Each change must be noticed, or the check above proves nothing."""
    for old, new in changes:
        need(old in text, f"{check.__name__}: nothing to break: {old!r}")
        try:
            check(text.replace(old, new, 1))
        except (Wrong, ValueError, KeyError):
            continue
        raise Wrong(f"{check.__name__} takes {new!r} for {old!r}")


def main():
    plan = ["run", "--quiet", "--backend", "fake", "--strategy", "noop,pin", "--memory", "anon", "--pages", "1,8,64",
            "--samples", "5"]
    pinbench(*plan, "--kernel", "6.1", deeds=DEEDS, status=1)
    pinbench(*plan, "--kernel", "6.12")

    def export(form, *args):
        return pinbench("export", "--format", form, *(args or ("latest~1",)))

    ktap = export("ktap")
    cells = check_ktap(ktap)[0]["subtests"]
    need([cell["good"] for cell in cells] == [True, True, False, True, True, True], f"KTAP results {cells}")
    need([cell["directive"] for cell in cells] == [None, "SKIP", "ERROR", "SKIP", None, None], f"{cells}")
    need([cell["numbers"] for cell in cells] == [2, 0, 0, 1, 2, 2], f"KTAP numbers {cells}")
    need(check_ktap(export("ktap", "latest"))[0]["good"], "a whole run is not ok")
    # In the order of time, which two runs of one second share.
    need(sorted(run["good"] for run in check_ktap(export("ktap", "--all"))) == [False, True], "two runs in one KTAP")
    broken_is_found(check_ktap, ktap, ("1..6", "1..7"), ("1..6", "1..5"), ("not ok 1", "ok 1"), ("ok 2", "ok 3"),
                    ("  # acquire 30 instructions/page\n  # release 6 instructions/page\n", ""), (" # SKIP", ""))

    kcidb = export("kcidb")
    statuses = [test["status"] for test in check_kcidb(kcidb)]
    need(statuses == ["ERROR"] + ["DONE"] * 2 + ["SKIP"] * 2 + ["ERROR"] * 2 + ["DONE", "SKIP"] + ["DONE"] * 4,
         f"kcidb statuses {statuses}")
    need(len(check_kcidb(export("kcidb", "--all"))) == 2 * len(statuses), "two runs in one kcidb report")
    broken_is_found(check_kcidb, kcidb, ('"minor": 3', '"minor": 4'), ('"DONE"', '"OK"'), ("pinbench:build", "build"),
                    ('"value": 30.0', '"value": null'), ('"SKIP"', '"DONE"'))

    lava = export("lava")
    results = [case["result"] for case in check_lava(lava)]
    need(results == ["pass"] * 2 + ["skip"] * 2 + ["fail"] * 2 + ["pass", "skip"] + ["pass"] * 4 + ["fail"], f"{results}")
    broken_is_found(check_lava, lava, (" MEASUREMENT=30", ""), ("RESULT=skip", "RESULT=pass"),
                    ("UNITS=instructions/page", "UNITS=instructions a page"), ("RESULT=fail", "RESULT=bad"))

    bmf = export("bmf")
    counts = {key: value["value"] for key, value in check_bmf(bmf)["pinbench.run"].items()}
    need(counts == {"numbers": 7, "skipped": 3, "failed": 2, "missing": 0, "incomplete": 1}, f"BMF counts {counts}")
    broken_is_found(check_bmf, bmf, ('"value": 30.0', '"value": "30"'), ('"lower_value": 30.0', '"lower_value": 31.0'))

    columns, rows = check_otava(export("otava", "--all"))
    need(len(rows) == 2 and len(columns) == 7, f"Otava: {len(rows)} rows of {len(columns)}")
    broken_is_found(check_otava, export("otava", "--all"), (",30,", ",,"), (",30,", ",30,30,"), ("time", "date"))

    if "--kunit" in sys.argv:
        check_kunit(sys.argv[sys.argv.index("--kunit") + 1], ktap, 3, 1, 2)
        print("the kernel's own KTAP parser agrees")
    print("KTAP, kcidb, LAVA, BMF and Otava: read by their rules")


try:
    with tempfile.TemporaryDirectory(prefix="pinbench-formats.") as folder:
        os.chdir(folder)
        main()
except Wrong as wrong:
    sys.exit(f"FAILED: {wrong}")
