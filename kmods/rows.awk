# SPDX-License-Identifier: GPL-2.0-only
# MODULE.SYMVERS STRATEGIES.DEF: which rows this kernel exports the symbols for.
# Why: a row that cannot be linked is left out, with its reason. -v want=built prints the idents of
# the rows to build, -v want=absent the other rows: strategy's name, TAB, reason.

FILENAME == ARGV[1] {
	exported[$2]
	next
}

# PB_STRATEGY(id, ident, "name", floor, family, "symbols", "summary")
/^PB_STRATEGY\(/ {
	split($0, quoted, "\"")
	split(quoted[1], plain, /[(, ]+/)
	nr = split(quoted[4], symbols, ",")
	missing = ""
	for (i = 1; i <= nr; i++)
		if (!(symbols[i] in exported))
			missing = missing (missing == "" ? "" : ", ") symbols[i]
	if (want == "built" && missing == "")
		print plain[3]
	if (want == "absent" && missing != "")
		print quoted[2] "\tthis kernel does not export " missing
}
