// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm_guest - the least virtual machine that touches pages of ours.
 * Why: KVM maps user memory under an MMU notifier and keeps no reference: on-demand paging.
 *
 * It runs 64-bit code in user mode: where KVM itself runs in a virtual machine without hardware's
 * help (PVM), the guest's kernel mode is emulated and would never map a page.
 */
#include "bench/users/kvm_guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "common/err.h"
#include "common/str.h"

#if defined(__x86_64__)

/* Newer than the oldest headers that pinbench builds with: include/uapi/linux/kvm.h, since 6.11. */
#define CAP_PRE_FAULT_MEMORY 236
struct pre_fault_memory {
	uint64_t gpa, size, flags, pad[5];
};
#define PRE_FAULT_MEMORY _IOWR(KVMIO, 0xd5, struct pre_fault_memory)

/* The guest's physical memory; its virtual addresses are the same. */
enum {
	GUEST_BYTES = 2 << 20,
	PML4_AT = 0x1000,
	PDPT_AT = 0x2000,
	PD_AT = 0x3000,
	PT_AT = 0x8000, /* eight tables, 16 MiB */
	NR_TABLES = 8,
	CODE_AT = 0x100000,
	TOLD_AT = 0x110000, /* u32 pages, u64 first address at + 8 */
	STACK_AT = 0x180000,
	BUFFER_AT = 0x200000, /* then the other */
	BELL_AT = 0x800000,   /* nothing is there: a write ends KVM_RUN */
	PAGE_BYTES = 4096,
	MOST_CALLS = 64, /* until an interrupted one is given up */
};

/* Present, writable, user, accessed; dirty too for a page, so that the guest's walk writes none. */
enum { PTE_TABLE = 0x27, PTE_PAGE = 0x67 };

static const unsigned char touch_loop[] = {
	0x48, 0x8b, 0x34, 0x25, 0x08, 0x00, 0x11, 0x00, /* begin: mov 0x110008, %rsi */
	0x8b, 0x0c, 0x25, 0x00, 0x00, 0x11, 0x00,       /*        mov 0x110000, %ecx */
	0x8a, 0x06,                                     /* next:  mov (%rsi), %al */
	0x48, 0x81, 0xc6, 0x00, 0x10, 0x00, 0x00,       /*        add $0x1000, %rsi */
	0xff, 0xc9,                                     /*        dec %ecx */
	0x75, 0xf3,                                     /*        jnz next */
	0x88, 0x04, 0x25, 0x00, 0x00, 0x80, 0x00,       /*        mov %al, 0x800000 */
	0xeb, 0xdb,                                     /*        jmp begin */
};

/*
 * What ioctl() returned, or -errno. A busy host interrupts KVM for work of its own, without a
 * signal, as it makes a guest and as it runs one; then it is called again.
 */
static int kvm_call(int fd, unsigned long request, void *argument)
{
	for (int i = 0; i < MOST_CALLS; i++) {
		int got = ioctl(fd, request, argument);

		if (got >= 0)
			return got;
		if (errno != EINTR && errno != EAGAIN)
			break;
	}
	return -errno;
}

static int slot_set(const struct pb_kvm_guest *guest, unsigned int slot, uint64_t at, char *memory,
		    size_t len_bytes)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.guest_phys_addr = at,
		.memory_size = len_bytes,
		.userspace_addr = (uintptr_t)memory,
	};

	return kvm_call(guest->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

static void tables_write(char *memory)
{
	uint64_t *pml4 = (void *)(memory + PML4_AT), *pdpt = (void *)(memory + PDPT_AT);
	uint64_t *pd = (void *)(memory + PD_AT), *pt = (void *)(memory + PT_AT);

	pml4[0] = PDPT_AT | PTE_TABLE;
	pdpt[0] = PD_AT | PTE_TABLE;
	for (uint64_t i = 0; i < NR_TABLES; i++)
		pd[i] = (PT_AT + i * PAGE_BYTES) | PTE_TABLE;
	for (uint64_t i = 0; i < (uint64_t)NR_TABLES * 512; i++)
		pt[i] = (i * PAGE_BYTES) | PTE_PAGE;
	memcpy(memory + CODE_AT, touch_loop, sizeof(touch_loop));
}

static int registers_set(const struct pb_kvm_guest *guest)
{
	const struct kvm_segment text = { .limit = 0xffffffff,
					  .selector = 0x33,
					  .type = 11,
					  .present = 1,
					  .dpl = 3,
					  .s = 1,
					  .l = 1,
					  .g = 1 };
	struct kvm_segment data = text;
	struct kvm_regs regs = { .rip = CODE_AT, .rflags = 2, .rsp = STACK_AT };
	struct kvm_sregs sregs;
	int code = kvm_call(guest->vcpu, KVM_GET_SREGS, &sregs);

	if (code)
		return code;
	data.type = 3;
	data.l = 0;
	data.db = 1;
	data.selector = 0x2b;
	sregs.cs = text;
	sregs.ds = sregs.es = sregs.ss = sregs.fs = sregs.gs = data;
	sregs.cr3 = PML4_AT;
	sregs.cr4 = 0x620;      /* PAE, OSFXSR, OSXMMEXCPT */
	sregs.cr0 = 0x80050033; /* PG, AM, WP, NE, ET, MP, PE */
	sregs.efer = 0xd00;     /* NXE, LMA, LME */
	code = kvm_call(guest->vcpu, KVM_SET_SREGS, &sregs);
	return code ? code : kvm_call(guest->vcpu, KVM_SET_REGS, &regs);
}

/* Without it KVM refuses long mode. */
static int cpuid_set(const struct pb_kvm_guest *guest)
{
	enum { MOST = 256 };
	_cleanup_free_ struct kvm_cpuid2 *cpuid =
		calloc(1, sizeof(*cpuid) + MOST * sizeof(cpuid->entries[0]));

	int code;

	if (!cpuid)
		return -ENOMEM;
	cpuid->nent = MOST;
	code = kvm_call(guest->kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
	return code ? code : kvm_call(guest->vcpu, KVM_SET_CPUID2, cpuid);
}

static int machine_make(struct pb_kvm_guest *guest, char *const buffers[2], size_t buffer_bytes)
{
	int code;

	guest->vm = kvm_call(guest->kvm, KVM_CREATE_VM, NULL);
	if (guest->vm < 0)
		return guest->vm;
	code = slot_set(guest, 0, 0, guest->memory, GUEST_BYTES);
	if (!code)
		code = slot_set(guest, 1, BUFFER_AT, buffers[0], buffer_bytes);
	if (!code)
		code = slot_set(guest, 2, BUFFER_AT + PB_KVM_BUFFER_BYTES, buffers[1],
				buffer_bytes);
	if (code)
		return code;
	guest->vcpu = kvm_call(guest->vm, KVM_CREATE_VCPU, NULL);
	if (guest->vcpu < 0)
		return guest->vcpu;
	guest->run =
		mmap(NULL, guest->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, guest->vcpu, 0);
	if (guest->run == MAP_FAILED) {
		guest->run = NULL;
		return -errno;
	}
	guest->prefaults = ioctl(guest->kvm, KVM_CHECK_EXTENSION, CAP_PRE_FAULT_MEMORY) > 0;
	return 0;
}

int pb_kvm_guest_init(struct pb_kvm_guest *guest, char *const buffers[2], size_t buffer_bytes)
{
	int code;

	*guest = (struct pb_kvm_guest){ .kvm = -1, .vm = -1, .vcpu = -1, .stats = -1 };
	if (buffer_bytes > PB_KVM_BUFFER_BYTES)
		return pb_fail(-E2BIG, "the guest has room for buffers of %d bytes",
			       PB_KVM_BUFFER_BYTES);
	guest->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (guest->kvm < 0)
		return pb_fail(-errno, "cannot open '/dev/kvm': %s (see `pinbench doctor`)",
			       strerror(errno));
	code = ioctl(guest->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (code <= 0)
		return pb_fail(-EOPNOTSUPP, "'/dev/kvm' is no KVM here: %s", strerror(errno));
	guest->run_bytes = (size_t)code;
	guest->memory = mmap(NULL, GUEST_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (guest->memory == MAP_FAILED) {
		guest->memory = NULL;
		return pb_fail(-errno, "cannot map a guest's memory: %s", strerror(errno));
	}
	tables_write(guest->memory);
	code = machine_make(guest, buffers, buffer_bytes);
	if (code == -EBUSY || code == -ENOTTY || code == -EINVAL) /* another hypervisor has it */
		return pb_fail(-EOPNOTSUPP, "KVM makes no virtual machine here: %s",
			       strerror(-code));
	if (!code)
		code = cpuid_set(guest);
	if (!code)
		code = registers_set(guest);
	if (code)
		return pb_fail(code, "KVM cannot make a guest: %s", strerror(-code));
	guest->stats = ioctl(guest->vm, KVM_GET_STATS_FD, NULL);
	if (guest->stats < 0)
		return pb_fail(-EOPNOTSUPP,
			       "KVM does not tell what it has mapped (Linux 5.14 does), so that a "
			       "guest that was emulated could not be told from one that ran");
	return 0;
}

void pb_kvm_guest_done(struct pb_kvm_guest *guest)
{
	if (guest->run)
		munmap(guest->run, guest->run_bytes);
	closep(&guest->stats);
	closep(&guest->vcpu);
	closep(&guest->vm);
	closep(&guest->kvm);
	if (guest->memory)
		munmap(guest->memory, GUEST_BYTES);
	*guest = (struct pb_kvm_guest){ .kvm = -1, .vm = -1, .vcpu = -1, .stats = -1 };
}

static uint64_t buffer_at(unsigned int buffer)
{
	return BUFFER_AT + (uint64_t)buffer * PB_KVM_BUFFER_BYTES;
}

int pb_kvm_guest_touch(struct pb_kvm_guest *guest, unsigned int buffer, size_t nr_pages)
{
	int code;

	*(volatile uint32_t *)(guest->memory + TOLD_AT) = (uint32_t)nr_pages;
	*(volatile uint64_t *)(guest->memory + TOLD_AT + 8) = buffer_at(buffer);
	code = kvm_call(guest->vcpu, KVM_RUN, NULL);
	if (code)
		return code;
	return guest->run->exit_reason == KVM_EXIT_MMIO && guest->run->mmio.phys_addr == BELL_AT
		       ? 0
		       : -EIO;
}

int pb_kvm_guest_prefault(struct pb_kvm_guest *guest, unsigned int buffer, size_t nr_pages)
{
	struct pre_fault_memory range = {
		.gpa = buffer_at(buffer),
		.size = nr_pages * PAGE_BYTES,
	};

	/* It comes back early where a signal or a large page boundary lies in between. */
	while (range.size) {
		int code = kvm_call(guest->vcpu, PRE_FAULT_MEMORY, &range);

		if (code)
			return code;
	}
	return 0;
}

/* Documentation/virt/kvm/api.rst, 4.133: a header, descriptors with names, then the values. */
static int stat_read(int fd, const char *name, uint64_t *ret_value)
{
	struct kvm_stats_header header;
	char room[sizeof(struct kvm_stats_desc) + 256];
	struct kvm_stats_desc *desc = (void *)room;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header) || header.name_size > 255)
		return -EBADMSG;
	for (uint32_t i = 0; i < header.num_desc; i++) {
		size_t len = sizeof(*desc) + header.name_size;

		if (pread(fd, room, len, (off_t)(header.desc_offset + i * len)) != (ssize_t)len)
			return -EBADMSG;
		room[len] = '\0';
		if (!pb_streq(desc->name, name))
			continue;
		len = sizeof(*ret_value);
		return pread(fd, ret_value, len, header.data_offset + desc->offset) == (ssize_t)len
			       ? 0
			       : -EBADMSG;
	}
	return -ENOENT;
}

int pb_kvm_guest_mapped(const struct pb_kvm_guest *guest, uint64_t *ret_nr_pages)
{
	uint64_t small, large;
	int code = stat_read(guest->stats, "pages_4k", &small);

	if (!code)
		code = stat_read(guest->stats, "pages_2m", &large);
	if (code)
		return pb_fail(code, "KVM's statistics have no pages_4k and pages_2m: %s",
			       strerror(-code));
	*ret_nr_pages = small + large * 512;
	return 0;
}

#else

int pb_kvm_guest_init(struct pb_kvm_guest *guest, char *const buffers[2], size_t buffer_bytes)
{
	(void)buffers;
	(void)buffer_bytes;
	*guest = (struct pb_kvm_guest){ .kvm = -1, .vm = -1, .vcpu = -1, .stats = -1 };
	return pb_fail(-EOPNOTSUPP, "the guest that touches pages is written for x86-64 alone");
}

void pb_kvm_guest_done(struct pb_kvm_guest *guest)
{
	(void)guest;
}

int pb_kvm_guest_touch(struct pb_kvm_guest *guest, unsigned int buffer, size_t nr_pages)
{
	(void)guest;
	(void)buffer;
	(void)nr_pages;
	return -EOPNOTSUPP;
}

int pb_kvm_guest_prefault(struct pb_kvm_guest *guest, unsigned int buffer, size_t nr_pages)
{
	return pb_kvm_guest_touch(guest, buffer, nr_pages);
}

int pb_kvm_guest_mapped(const struct pb_kvm_guest *guest, uint64_t *ret_nr_pages)
{
	(void)guest;
	(void)ret_nr_pages;
	return pb_fail(-EOPNOTSUPP, "there is no guest");
}

#endif
