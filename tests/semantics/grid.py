#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""grid.py PINBENCH [--db FILE] [KERNEL...] - the whole grid twice on each kernel, and what must hold of it.

Why: single cases have tests; that all of them can be watched, that two runs agree, that a notifier that is
followed is never wrong and one that is ignored is seen to be, is only there to be seen in all of them.
With --db nothing is watched: what is stored there, once, is looked at. Minutes a kernel.
"""
import argparse
import csv
import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
RIGHT = {'coherent', 'revoked', 'persisted', 'tracked', '-'}
WRONG = {'stale', 'lost', 'one-way:c2d', 'one-way:d2c', 'corrupts', 'reads-other', 'untracked'}


def groups():
    """Event -> who acts."""
    text = (TREE / 'bench/events/events.def').read_text()
    return dict(re.findall(r'^PB_EVENT\(\w+, "([^"]+)", (\w+),', text, re.M))


def plain(event):
    return event.removeprefix('movable:').removesuffix('-media')


def rows_of(pinbench, db, kernel):
    command = [pinbench, 'semantics', '--show', '--db', db, '--kernel', kernel, '--format', 'tsv']
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done, list(csv.DictReader(io.StringIO(done.stdout), delimiter='\t'))


def verdicts(rows):
    key = ('strategy', 'intent', 'memory', 'event')
    return {tuple(r[k] for k in key): (r['result'], r['data'], r['frame']) for r in rows}


def look(pinbench, db, kernel, actors):
    """What is wrong with a kernel's grid, and its verdicts."""
    done, rows = rows_of(pinbench, db, kernel)
    bad = [line for line in done.stderr.splitlines() if line.startswith('NOT AS EXPECTED')]
    if done.returncode:
        bad.append(f'{kernel}: exit status {done.returncode}')
    seen = {}
    for r in rows:
        where = f"{kernel}: {r['strategy']} to {r['intent']}, {r['memory']}, {r['event']}"
        if r['result'] == 'missing':
            bad.append(f'{where} was not reached')
        if r['strategy'] == 'odp' and r['data'] not in RIGHT:
            bad.append(f"{where}: {r['data']}, and its protocol was followed")
        if r['strategy'] == 'odp-ignored':
            group = seen.setdefault(actors[plain(r['event'])], [0, 0])
            group[0] += r['invalidations'] != '-'
            group[1] += r['data'] in WRONG
    for actor, (nr_told, nr_wrong) in seen.items():
        if nr_told and not nr_wrong:
            bad.append(f'{kernel}: nothing of {actor} is seen to hurt who ignores notifiers')
    print(f'{kernel}: {len(rows)} cases, {len(bad)} wrong; ' +
          ', '.join(f'{a}: told {t}, wrong {w}' for a, (t, w) in seen.items()), flush=True)
    return bad, verdicts(rows)


def watch(pinbench, db, kernel):
    return subprocess.run([pinbench, 'semantics', '-q', '--kernel', kernel, '--db', db, '--format', 'tsv'],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('pinbench')
    parser.add_argument('--db')
    parser.add_argument('kernels', nargs='*')
    args = parser.parse_intermixed_args()
    pinbench = str(Path(args.pinbench).resolve())
    kernels = args.kernels or [f'debian:{v}' for v in ('5.10', '6.1', '6.12', '7.2', '7.3')]
    actors, bad = groups(), []
    with tempfile.TemporaryDirectory(prefix='pinbench-grid.') as folder:
        for kernel in kernels:
            twice = []
            for run in range(1 if args.db else 2):
                db = args.db or f'{folder}/{run}.db'
                if not args.db and watch(pinbench, db, kernel) not in (0, 1):
                    bad.append(f'{kernel}: it could not be watched')
                    break
                wrong, words = look(pinbench, db, kernel, actors)
                bad += wrong
                twice.append(words)
            if len(twice) == 2:
                bad += [f'{kernel}: {", ".join(k)}: {twice[0].get(k)}, then {twice[1].get(k)}'
                        for k in twice[0].keys() | twice[1].keys() if twice[0].get(k) != twice[1].get(k)]
    print('\n'.join(bad))
    return bool(bad)


if __name__ == '__main__':
    sys.exit(main())
