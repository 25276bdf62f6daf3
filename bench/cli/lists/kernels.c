// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernels - the ladder of kernels, and what of them is here.
 * Why: `kernel list` and `list kernels` are the same.
 */
#include "bench/cli/lists/lists.h"
#include "bench/kernels/kernel.h"
#include "common/str.h"

static void row_add(struct pb_grid *grid, const struct pb_kernel_entry *entry)
{
	uint64_t bytes = entry->size_bytes ? entry->size_bytes : entry->download_bytes;
	char size[32] = "-";

	if (bytes)
		pb_human_bytes(bytes, size, sizeof(size));
	pb_grid_text(grid, entry->name);
	pb_grid_text(grid, entry->newest ? entry->newest : "? (not looked up yet)");
	pb_grid_text(grid, entry->fetched ? entry->fetched : "-");
	pb_grid_text(grid, entry->built ? "built" : "-");
	pb_grid_number(grid, (double)bytes, size);
	pb_grid_text(grid, entry->note);
}

int pb_list_kernels(const struct pb_arch *arch, struct pb_document *document)
{
	static const struct pb_grid_column columns[] = {
		{ "kernel", "kernel", .flags = PB_GRID_KEY },
		{ "newest", "newest in the archive" },
		{ "fetched", "fetched", .flags = PB_GRID_MOVES },
		{ "modules", "modules", .flags = PB_GRID_MOVES },
		{ "size_bytes", "size", .unit = "bytes", .align = PB_GRID_RIGHT },
		{ "note", "note", .flags = PB_GRID_WRAPS | PB_GRID_MOVES },
	};
	struct pb_grid *grid = pb_document_grid(document, 0, "kernels", "%s", "");
	struct pb_kernel_entry *entries = NULL;
	size_t nr = 0;
	int ret = pb_kernel_list(arch, &entries, &nr);

	if (ret)
		return ret;
	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++)
		pb_grid_column(grid, &columns[i]);
	for (size_t i = 0; i < nr; i++)
		row_add(grid, &entries[i]);
	pb_kernel_list_free(entries, nr);
	pb_document_say(
		document, 0, "also",
		"Also: debian:6.12.107 (a patch release that the archive still has), debian:6.1/%s "
		"(a flavour), the path of a built kernel tree, and host, the kernel that runs. "
		"--arch: kernels of amd64 or arm64.",
		arch->flavours[1]);
	return 0;
}
