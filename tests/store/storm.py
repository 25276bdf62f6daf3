#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""storm PINBENCH [KILLS [SEED]]: kill -9 at random moments of run, import and merge into one database.

Why: what was once visible, or promised in a journal, must be in the database afterwards: whole, and once.
A third of the kills come while somebody reads for long, so that runs keep their cells in journals.
"""
import glob
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

CELLS = 8
RUN = ["run", "-b", "fake", "-s", "pin,get", "-m", "anon", "-n", "1,16", "--threads", "1,2", "--samples", "5", "-d"]


def fail(text):
    sys.exit(f"storm: {text}")


def cells_of(path, alone=False):
    """What anybody can see now: {uuid: {position: samples}} of the cells that have ended.

    A commit that was killed is rolled back by who opens the file to write, which is for @alone only.
    """
    rows = {}
    if not os.path.exists(path):
        return rows
    try:
        base = sqlite3.connect(f"file:{path}?mode={'rw' if alone else 'ro'}", uri=True, timeout=10 if alone else 0)
        query = """select uuid, position, (select count(*) from series join sample on series_id = series.id
                   where cell_id = cell.id) from cell join run on run.id = run_id where cell.state <> 'missing'"""
        for uuid, position, samples in base.execute(query):
            rows.setdefault(uuid, {})[position] = samples
        base.close()
    except sqlite3.Error as error:
        # Not made yet, or just being written: nothing was seen.
        if alone and "no such table" not in str(error):
            fail(f"{path}: {error}")
    return rows


def promised(path):
    """The same of the journals: whole lines only."""
    rows = {}
    for name in glob.glob(glob.escape(path) + ".run-*.jsonl"):
        try:
            lines = open(name, encoding="utf-8").read().split("\n")[:-1]
        except OSError:
            continue
        samples = 0
        uuid = None
        for line in lines:
            record = json.loads(line)
            if record["type"] == "run":
                uuid = record["uuid"]
            elif record["type"] == "cell":
                samples = 0
            elif record["type"] == "series":
                samples += len(record["values"])
            elif record["type"] == "done" and record["state"] != "missing":
                rows.setdefault(uuid, {})[record["cell"]] = samples
    return rows


class Storm:
    def __init__(self, pinbench, seed):
        self.pinbench = pinbench
        self.random = random.Random(seed)
        self.dir = tempfile.mkdtemp(prefix="pinbench-storm.")
        self.path = os.path.join(self.dir, "x.db")
        self.seen = {}
        self.kills = self.late = self.lost = self.locked = self.journals = 0
        self.whole = set()
        self.span = 0.2

    def see(self):
        # Journals first: what goes from them into the database in between is then seen in either.
        for rows in (promised(self.path), cells_of(self.path)):
            for uuid, cells in rows.items():
                self.seen.setdefault(uuid, {}).update(cells)

    def command(self, number):
        """What is killed this time, and the runs that it promises when it ends by itself."""
        kind = self.random.choice(["run", "run", "run", "import", "merge"])
        if kind == "run":
            return RUN + [self.path], None
        other = os.path.join(self.dir, f"other{number % 4}.db")
        if not os.path.exists(other):
            subprocess.run([self.pinbench, *RUN, other, "-q"], check=True)
        uuids = list(cells_of(other))
        if kind == "merge":
            return ["merge", self.path, other], uuids
        stream = other + ".jsonl"
        if not os.path.exists(stream):
            subprocess.run([self.pinbench, "export", "-d", other, "-f", "jsonl", "-o", stream], check=True)
        return ["import", "-d", self.path, stream], uuids

    def once(self, number):
        words, uuids = self.command(number)
        reader = None
        if os.path.exists(self.path) and self.random.random() < 0.34:
            reader = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None)
            try:
                reader.execute("begin")
                reader.execute("select count(*) from sqlite_schema").fetchall()
                self.locked += 1
            except sqlite3.Error:
                pass
        begun = time.monotonic()
        child = subprocess.Popen([self.pinbench, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            child.wait(timeout=self.random.uniform(0, self.span if not reader else 3.2))
        except subprocess.TimeoutExpired:
            pass
        self.see()
        child.send_signal(signal.SIGKILL)
        text = child.communicate()[0].decode()
        if child.returncode == -signal.SIGKILL:
            self.kills += 1
        else:
            self.late += 1
            # It kills before the end as often as not, however slow the machine is.
            self.span = max(0.02, 0.9 * (time.monotonic() - begun))
            if child.returncode == 0:
                self.whole.update(uuids or [])
                for line in text.split("\n"):
                    if "stored in" in line:
                        self.whole.add(line.split()[1])
        if child.returncode == -signal.SIGKILL:
            self.span = min(2.0, self.span * 1.1)
        self.journals += len(glob.glob(glob.escape(self.path) + ".run-*.jsonl"))
        if reader:
            reader.close()
        self.check(number)

    def check(self, number):
        """Whoever opens the database next takes what was left; then all that was seen is there."""
        if number % 5 == 4 and os.path.exists(self.path):
            empty = os.path.join(self.dir, "other0.db")
            if os.path.exists(empty):
                said = subprocess.run([self.pinbench, "merge", self.path, empty], capture_output=True, text=True)
                if said.returncode:
                    fail(f"merge after {number + 1} kills: {said.stderr}")
        there = cells_of(self.path, alone=True)
        waits = promised(self.path)
        for uuid, cells in self.seen.items():
            for position, samples in cells.items():
                has = there.get(uuid, {}).get(position, waits.get(uuid, {}).get(position))
                if has != samples:
                    fail(f"kill {number + 1}: cell {position} of run {uuid} had {samples} samples, and has {has}")
        for word in self.whole:
            runs = [uuid for uuid in there if uuid.startswith(word)]
            if len(runs) != 1 or len(there[runs[0]]) != CELLS:
                fail(f"kill {number + 1}: run {word} was said to be stored, and is not whole")

    def end(self):
        said = subprocess.run([self.pinbench, *RUN, self.path, "-q"], capture_output=True, text=True)
        if said.returncode:
            fail(f"the last run: {said.stderr}")
        self.check(0)
        if glob.glob(glob.escape(self.path) + ".run-*.jsonl"):
            fail("a journal was left that nobody took")
        if subprocess.run([self.pinbench, "list", "runs", "-d", self.path], stdout=subprocess.DEVNULL).returncode:
            fail("list runs refuses the database")
        base = sqlite3.connect(self.path)
        if base.execute("pragma integrity_check").fetchall() != [("ok",)]:
            fail("the database is damaged")
        twice = base.execute("select count(*) from (select 1 from cell group by run_id, position having count(*) > 1)")
        if twice.fetchone()[0] or base.execute("select count(*) - count(distinct uuid) from run").fetchone()[0]:
            fail("a run or a cell is there twice")
        runs, cells = base.execute("select (select count(*) from run), (select count(*) from cell)").fetchone()
        print(f"{self.kills} kills ({self.late} commands ended first), {self.locked} while another process read, "
              f"{self.journals} journals left and taken, {runs} runs, {cells} cells, "
              f"{sum(map(len, self.seen.values()))} of them seen before a kill: 0 lost, 0 twice")


def main():
    storm = Storm(os.path.realpath(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    os.environ.pop("PINBENCH_FAKE", None)
    number = 0
    try:
        while storm.kills < wanted:
            storm.once(number)
            number += 1
        storm.end()
    finally:
        shutil.rmtree(storm.dir)


main()
