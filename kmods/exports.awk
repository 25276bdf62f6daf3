# SPDX-License-Identifier: GPL-2.0-only
# -v want="SYMBOL..." MODULE.SYMVERS: prints those symbols that this kernel does not export.
# Why: a module that cannot be linked is not built.
BEGIN { nr = split(want, symbols, " ") }
{ exported[$2] }
END {
	for (i = 1; i <= nr; i++)
		if (!(symbols[i] in exported))
			print symbols[i]
}
