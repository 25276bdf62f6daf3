#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""lava.py JOB.yaml - holds the LAVA job definition against LAVA's own schema (package lava-common).

Why: a definition that the server refuses is found here, not in the lab.
Exit 77, with the reason, where the schema is not installed.
"""
import copy
import sys

try:
    import yaml
    from lava_common import schemas
    from voluptuous import Invalid
except ImportError as error:
    print(f"skipped: {error} (Debian: lava-common)")
    sys.exit(77)


def refused(job, what):
    """The schema must also say no, or its yes means nothing."""
    try:
        schemas.validate(job)
    except Invalid:
        return
    sys.exit(f"FAILED: the schema takes a job with {what}")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    for word, value in (("@KERNEL@", "debian:6.12"), ("@GIT@", "https://example.org/pinbench.git")):
        if word not in text:
            sys.exit(f"FAILED: {word} is not in the definition")
        text = text.replace(word, value)
    if "@" in text.replace("root@lava", ""):
        sys.exit("FAILED: a word to fill in is left")
    job = yaml.safe_load(text)
    schemas.validate(job)
    print(f"valid by LAVA's schema: '{job['job_name']}', {len(job['actions'])} actions")

    broken = copy.deepcopy(job)
    del broken["timeouts"]
    refused(broken, "no timeouts")
    broken = copy.deepcopy(job)
    broken["actions"][2]["test"]["definitions"][0]["from"] = "somewhere"
    refused(broken, "a test from nowhere")
    broken = copy.deepcopy(job)
    broken["actions"][2]["test"]["definitions"][0]["repository"]["parse"] = {"pattern": ".*"}
    refused(broken, "a pattern in an inline test: then signals would not be the only way")


main()
