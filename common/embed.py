#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# embed.py OUT.c SYMBOL FILE... - a C table of files: {name, text}, ended by {NULL, NULL}.
# Why: the program carries its schema and templates, so that no installed file can go missing.
import os
import sys

out, symbol, files = sys.argv[1], sys.argv[2], sorted(sys.argv[3:])
with open(out, 'w', encoding='utf-8') as c:
  c.write('#include "common/embed.h"\n')
  c.write(f'const struct pb_embedded {symbol}[] = {{\n')
  for path in files:
    with open(path, 'rb') as f:
      body = ','.join(str(byte) for byte in f.read())
    c.write(f'\t{{ "{os.path.basename(path)}", (const char[]){{ {body},0 }} }},\n')
  c.write('\t{ NULL, NULL },\n};\n')
