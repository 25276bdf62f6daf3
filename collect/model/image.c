// SPDX-License-Identifier: GPL-2.0-only
/*
 * image - the BTF that is inside a kernel's image.
 * Why: fields are named by what the kernel says of itself.
 */
#include "collect/model/image.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Documentation/arch/x86/boot.rst: of the setup header, whose numbers are little endian. */
enum {
	SECTORS_AT = 0x1f1,
	MAGIC_AT = 0x202,
	PAYLOAD_AT = 0x248, /* from the end of the setup sectors, which the boot sector precedes */
	SETUP_BYTES = 0x250,
	SECTOR_BYTES = 512,
	CHUNK_BYTES = 1 << 16,
};
#define MAX_KERNEL_BYTES (UINT64_C(1) << 30)

PB_DEFINE_CLEANUP(archive_freep, struct archive *, archive_read_free);

static uint32_t u32_at(const unsigned char *data, size_t at)
{
	uint32_t number;

	memcpy(&number, data + at, sizeof(number));
	return number;
}

static int payload_find(const char *path, const unsigned char *image, size_t len,
			const unsigned char **ret_payload, size_t *ret_len)
{
	uint64_t sectors, begin;
	uint32_t payload_len;

	if (len < SETUP_BYTES || memcmp(image + MAGIC_AT, "HdrS", 4) != 0)
		return pb_fail(-EBADMSG, "'%s' is no bzImage", path);
	sectors = image[SECTORS_AT] ? image[SECTORS_AT] : 4;
	begin = (sectors + 1) * SECTOR_BYTES + u32_at(image, PAYLOAD_AT);
	payload_len = u32_at(image, PAYLOAD_AT + 4);
	if (begin > len || payload_len > len - begin)
		return pb_fail(-EBADMSG, "'%s': its kernel lies beyond its end", path);
	*ret_payload = image + begin;
	*ret_len = payload_len;
	return 0;
}

/* Behind the compressed kernel stands its size, which the filters take for garbage at the end. */
static int payload_unpack(const char *path, const unsigned char *payload, size_t len,
			  struct pb_buf *kernel)
{
	pb_cleanup(archive_freep) struct archive *archive = archive_read_new();
	_cleanup_free_ char *chunk = malloc(CHUNK_BYTES);
	struct archive_entry *entry;
	la_ssize_t got = 0;
	int ret = 0;

	if (!archive || !chunk)
		return pb_fail(-ENOMEM, "out of memory");
	archive_read_support_filter_all(archive);
	archive_read_support_format_raw(archive);
	if (archive_read_open_memory(archive, payload, len) != ARCHIVE_OK ||
	    archive_read_next_header(archive, &entry) != ARCHIVE_OK)
		return pb_fail(-EBADMSG, "'%s': cannot unpack its kernel: %s", path,
			       archive_error_string(archive));
	while (!ret && kernel->len_bytes < MAX_KERNEL_BYTES &&
	       (got = archive_read_data(archive, chunk, CHUNK_BYTES)) > 0)
		ret = pb_buf_add(kernel, chunk, (size_t)got);
	if (!ret && (got < 0 && !kernel->len_bytes))
		ret = pb_fail(-EBADMSG, "'%s': cannot unpack its kernel: %s", path,
			      archive_error_string(archive));
	return ret;
}

static bool lies_inside(uint64_t at, uint64_t bytes, size_t len)
{
	return at <= len && bytes <= len - at;
}

/* The section of this name in an ELF file of 64 bits. */
static int section_find(const char *path, const struct pb_buf *kernel, const char *name,
			const void **ret_data, size_t *ret_len)
{
	const char *data = kernel->data;
	size_t len = kernel->len_bytes;
	Elf64_Shdr names, section;
	Elf64_Ehdr head;

	if (len < sizeof(head) || memcmp(data, ELFMAG, SELFMAG) != 0)
		return pb_fail(-EBADMSG, "'%s': its kernel is no ELF file", path);
	memcpy(&head, data, sizeof(head));
	if (head.e_shentsize != sizeof(section) || head.e_shstrndx >= head.e_shnum ||
	    !lies_inside(head.e_shoff, (uint64_t)head.e_shnum * sizeof(section), len))
		return pb_fail(-EBADMSG, "'%s': its kernel has no sections", path);
	memcpy(&names, data + head.e_shoff + head.e_shstrndx * sizeof(names), sizeof(names));
	if (!lies_inside(names.sh_offset, names.sh_size, len))
		return pb_fail(-EBADMSG, "'%s': its kernel's sections have no names", path);
	for (size_t i = 0; i < head.e_shnum; i++) {
		memcpy(&section, data + head.e_shoff + i * sizeof(section), sizeof(section));
		if (section.sh_name >= names.sh_size ||
		    strnlen(data + names.sh_offset + section.sh_name,
			    names.sh_size - section.sh_name) != strlen(name) ||
		    memcmp(data + names.sh_offset + section.sh_name, name, strlen(name)) != 0 ||
		    !lies_inside(section.sh_offset, section.sh_size, len))
			continue;
		*ret_data = data + section.sh_offset;
		*ret_len = section.sh_size;
		return 0;
	}
	return pb_fail(-ENODATA, "the kernel '%s' was built without %s", path, name);
}

int pb_image_btf(const char *path, void **ret_btf, size_t *ret_len_bytes)
{
	pb_cleanup(pb_buf_done) struct pb_buf kernel = { 0 };
	_cleanup_free_ char *image = NULL;
	const unsigned char *payload = NULL;
	const void *section = NULL;
	size_t len = 0, payload_len = 0, section_len = 0;
	int ret = pb_file_read(path, &image, &len);

	if (!ret)
		ret = payload_find(path, (unsigned char *)image, len, &payload, &payload_len);
	if (!ret)
		ret = payload_unpack(path, payload, payload_len, &kernel);
	if (!ret)
		ret = section_find(path, &kernel, ".BTF", &section, &section_len);
	if (ret)
		return ret;
	*ret_btf = malloc(section_len ? section_len : 1);
	if (!*ret_btf)
		return pb_fail(-ENOMEM, "out of memory");
	memcpy(*ret_btf, section, section_len);
	*ret_len_bytes = section_len;
	return 0;
}
