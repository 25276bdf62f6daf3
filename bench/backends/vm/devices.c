// SPDX-License-Identifier: GPL-2.0-only
/*
 * devices - what a guest is given beyond the plain machine, where its plan's memory wants it.
 * Why: a guest that needs none of it must stay the same machine to the instruction.
 */
#include "bench/backends/vm/devices.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/backends/vm/ext4_image.h"
#include "bench/backends/vm/image_modules.h"
#include "bench/backends/vm/user_modules.h"
#include "bench/events/words.h"
#include "bench/kernels/modules.h"
#include "bench/load/load.h"
#include "bench/memory/memory.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"

/*
 * The usual memory, which the numbers hang on (bench/backends/vm/machine.c). Pieces are a section
 * of the kernel's memory model each, and apart from each other: neighbours would become one.
 */
enum {
	USUAL_MIB = 1024,
	PIECE_MIB = 128,
	NR_PIECES = 3,
	GIGANTIC_MIB = 1024,
	EARLY_MIB = 128,
	NODE_MIB = 128,
	/* Of blocks of memory that can go and come back, one at least beside what the kernel has there. */
	WATCHED_NODE_MIB = 384,
};

static const unsigned int pieces_mib[NR_PIECES] = { 256, 512, 768 };

unsigned int pb_devices_needs(const struct pb_cell *cells, size_t nr_cells)
{
	unsigned int needs = PB_NEEDS_NOTHING;

	for (size_t i = 0; i < nr_cells; i++)
		needs |= pb_memory_needs(cells[i].memory) | pb_load_needs(cells[i].load) |
			 pb_event_needs(cells[i].event);
	return needs;
}

static int pb_printf(2, 3) arg_add(struct pb_devices *devices, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vasprintf(&devices->args[devices->nr_args], fmt, args);
	va_end(args);
	if (len < 0) {
		devices->args[devices->nr_args] = NULL;
		return pb_fail(-ENOMEM, "out of memory");
	}
	devices->nr_args++;
	return 0;
}

static int pmem_add(struct pb_devices *devices, const char *image)
{
	int ret = 0;

	for (size_t i = 0; i < NR_PIECES && !ret; i++)
		ret = pb_buf_printf(&devices->cmdline, " memmap=%dM!%uM", PIECE_MIB, pieces_mib[i]);
	/* The last piece holds no file system. */
	for (size_t i = 0; i + 1 < NR_PIECES && !ret && image; i++) {
		ret = arg_add(devices, "-device");
		if (!ret)
			ret = arg_add(devices, "loader,file=%s,addr=%#llx,force-raw=on", image,
				      (unsigned long long)pieces_mib[i] << 20);
	}
	return ret;
}

/* What the kernel takes from the top before it looks for the page must find room above it. */
static int gigantic_add(struct pb_devices *devices, const struct pb_arch *arch,
			unsigned int below_mib)
{
	int ret = pb_buf_printf(&devices->cmdline, " hugepagesz=1G hugepages=1");

	if (ret || !arch->ram_is_split)
		return ret;
	ret = arg_add(devices, "-machine");
	return ret ? ret : arg_add(devices, "pc,max-ram-below-4g=%uM", below_mib);
}

/* The kernel must not move pages between the nodes on its own account. */
static int node_add(struct pb_devices *devices, unsigned int first_mib, unsigned int second_mib)
{
	const unsigned int sizes_mib[] = { first_mib, second_mib };
	int ret = pb_buf_printf(&devices->cmdline, " numa_balancing=disable");

	for (int i = 0; i < 2 && !ret; i++) {
		ret = arg_add(devices, "-object");
		if (!ret)
			ret = arg_add(devices, "memory-backend-ram,id=node%d,size=%uM", i,
				      sizes_mib[i]);
		if (!ret)
			ret = arg_add(devices, "-numa");
		if (!ret)
			ret = arg_add(devices, "node,nodeid=%d,memdev=node%d%s", i, i,
				      i ? "" : ",cpus=0");
	}
	return ret;
}

/*
 * A machine whose devices stand behind an IOMMU, and one device that nothing in the kernel drives:
 * what VFIO maps memory for.
 */
static int iommu_add(struct pb_devices *devices)
{
	static const char *const args[] = { "-machine", "q35", "-device", "intel-iommu,intremap=on",
					    "-device",  "edu" };
	int ret = pb_buf_printf(&devices->cmdline, " intel_iommu=on");

	for (size_t i = 0; i < PB_ARRAY_SIZE(args) && !ret; i++)
		ret = arg_add(devices, "%s", args[i]);
	return ret;
}

int pb_devices_init(struct pb_devices *devices, const struct pb_arch *arch, unsigned int needs,
		    const char *image)
{
	unsigned int below_mib = USUAL_MIB, above_mib = 0, first_mib;
	unsigned int node_mib = needs & PB_NEEDS_OBSERVER ? WATCHED_NODE_MIB : NODE_MIB;
	int ret = pb_buf_add(&devices->cmdline, "", 0);

	if (arch->no_pmem)
		needs &= ~(unsigned int)PB_NEEDS_PMEM;
	devices->needs = needs;
	if (needs & PB_NEEDS_PMEM)
		below_mib += NR_PIECES * PIECE_MIB;
	if (needs & PB_NEEDS_GIGANTIC)
		above_mib = GIGANTIC_MIB + EARLY_MIB;
	first_mib = below_mib + above_mib;
	if (needs & PB_NEEDS_NODE)
		*(above_mib ? &above_mib : &below_mib) += node_mib;
	snprintf(devices->memory_mib, sizeof(devices->memory_mib), "%u", below_mib + above_mib);
	if (!ret && needs & PB_NEEDS_PMEM)
		ret = pmem_add(devices, image);
	if (!ret && needs & PB_NEEDS_GIGANTIC)
		ret = gigantic_add(devices, arch, below_mib);
	if (!ret && needs & PB_NEEDS_NODE)
		ret = node_add(devices, first_mib, node_mib);
	if (!ret && needs & PB_NEEDS_USERS && arch->has_vtd)
		ret = iommu_add(devices);
	return ret;
}

void pb_devices_done(struct pb_devices *devices)
{
	for (size_t i = 0; i < devices->nr_args; i++)
		free(devices->args[i]);
	pb_buf_done(&devices->cmdline);
	*devices = (struct pb_devices){ 0 };
}

static int absent_write(const char *path, const char *image_reason, const char *modules_reason)
{
	static const char *const places[] = { PB_PLACE_DISK, PB_PLACE_PMEM, PB_PLACE_DEVDAX };
	pb_cleanup(pb_buf_done) struct pb_buf text = { 0 };
	int ret = pb_buf_add(&text, "", 0);

	for (size_t i = 0; i < PB_ARRAY_SIZE(places) && !ret; i++) {
		bool is_fs = !pb_streq(places[i], PB_PLACE_DEVDAX);
		const char *reason = modules_reason ? modules_reason : image_reason;

		if (modules_reason || (image_reason && is_fs))
			ret = pb_buf_printf(&text, "%s\t%s\n", places[i], reason);
	}
	return ret ? ret : pb_file_write(path, text.data, text.len_bytes);
}

/* The disk's and the persistent memory's part. */
static int pmem_pack(const char *dir, const struct pb_kernel *kernel, struct pb_initrd *initrd,
		     char **ret_image)
{
	static const char no_mke2fs[] = "there is no disk: " PB_EXT4_IMAGE_NONE;
	_cleanup_free_ char *image = pb_format("%s/ext4", dir), *modules_reason = NULL;
	_cleanup_free_ char *absent = pb_format("%s/absent.tsv", dir);
	const char *no_pmem = pb_arch_of_machine(kernel->arch)->no_pmem;
	bool can_make = pb_ext4_image_possible() && !no_pmem;
	int ret = image && absent ? 0 : -ENOMEM;

	if (!ret && can_make)
		ret = pb_ext4_image_make(image, PIECE_MIB);
	if (!ret)
		ret = pb_initrd_add_dir(initrd, pb_image_pmem.dir);
	if (!ret && !no_pmem)
		ret = pb_image_modules_pack(kernel, initrd, &pb_image_pmem, &modules_reason);
	if (!ret)
		ret = absent_write(absent, can_make ? NULL : no_mke2fs,
				   no_pmem ? no_pmem : modules_reason);
	if (!ret)
		ret = pb_initrd_add(initrd, "devices/absent.tsv", absent);
	if (!ret && can_make)
		*ret_image = pb_steal(image);
	return ret;
}

static int swap_pack(const char *dir, const struct pb_kernel *kernel, struct pb_initrd *initrd)
{
	_cleanup_free_ char *absent = pb_format("%s/swap.tsv", dir), *reason = NULL, *line = NULL;
	int ret = absent ? pb_initrd_add_dir(initrd, pb_image_swap.dir) : -ENOMEM;

	if (!ret)
		ret = pb_image_modules_pack(kernel, initrd, &pb_image_swap, &reason);
	if (ret)
		return ret;
	line = reason ? pb_format("%s\t%s\n", PB_PLACE_SWAP, reason) : strdup("");
	if (!line)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_file_write(absent, line, strlen(line));
	return ret ? ret : pb_initrd_add(initrd, "swap/absent.tsv", absent);
}

/* A kernel that cannot have the module has none built; the agent says what is missing. */
static int observer_pack(const struct pb_kernel *kernel, struct pb_initrd *initrd)
{
	_cleanup_free_ char *module = pb_format("%s/" PB_OBSERVER ".ko", kernel->modules);
	pb_cleanup(pb_manifest_done) struct pb_manifest list = { 0 };
	_cleanup_free_ char *data = NULL;
	size_t len_bytes;
	int ret = module ? pb_initrd_add_dir(initrd, "observe") : -ENOMEM;

	if (!ret)
		ret = pb_modules_open(kernel, &list);
	if (ret || !pb_manifest_names(&list, module))
		return ret;
	ret = pb_manifest_read(&list, module, &data, &len_bytes);
	return ret ? ret
		   : pb_initrd_add_data(initrd, "observe/" PB_OBSERVER ".ko", data, len_bytes);
}

int pb_devices_pack(unsigned int needs, const char *dir, const struct pb_kernel *kernel,
		    struct pb_initrd *initrd, char **ret_image)
{
	int ret = 0;

	*ret_image = NULL;
	if (needs & PB_NEEDS_PMEM)
		ret = pmem_pack(dir, kernel, initrd, ret_image);
	if (!ret && needs & PB_NEEDS_SWAP)
		ret = swap_pack(dir, kernel, initrd);
	if (!ret && needs & PB_NEEDS_OBSERVER)
		ret = observer_pack(kernel, initrd);
	if (!ret && needs & PB_NEEDS_USERS)
		ret = pb_user_modules_pack(kernel, dir, initrd);
	return ret;
}
