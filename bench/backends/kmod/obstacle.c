// SPDX-License-Identifier: GPL-2.0-only
/*
 * obstacle - what keeps pinbench's modules out of the running kernel, and what to do about it.
 * Why: a kernel answers ten different situations with EPERM.
 */
#include "bench/backends/kmod/obstacle.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "common/sysfs.h"

#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

#define SAY(obstacle, what, ...)                                                      \
	do {                                                                          \
		snprintf((obstacle)->text, sizeof((obstacle)->text), __VA_ARGS__);    \
		snprintf((obstacle)->remedy, sizeof((obstacle)->remedy), "%s", what); \
	} while (0)

static const struct {
	int bit;
	const char *name;
	const char *use;
} capabilities[] = {
	{ CAP_SYS_MODULE, "CAP_SYS_MODULE", "loads modules" },
	{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "opens /dev/pinbench" },
};

static uint64_t effective(const char *root)
{
	_cleanup_free_ char *text = pb_sys_line(root, "/proc/self/status", "CapEff:");

	return text ? strtoull(text, NULL, 16) : 0;
}

static bool capability_lacks(const char *root, struct pb_obstacle *o)
{
	_cleanup_free_ char *uid = pb_sys_line(root, "/proc/self/status", "Uid:");
	bool is_root = uid && strtoul(uid, NULL, 10) == 0;
	uint64_t caps = effective(root);

	for (size_t i = 0; i < PB_ARRAY_SIZE(capabilities); i++) {
		if (caps >> capabilities[i].bit & 1)
			continue;
		if (is_root)
			SAY(o,
			    "run it outside of the container, or give the container that capability",
			    "root lacks %s here, which %s", capabilities[i].name,
			    capabilities[i].use);
		else
			SAY(o, "sudo pinbench run --backend kmod", "this user lacks %s, which %s",
			    capabilities[i].name, capabilities[i].use);
		return true;
	}
	return false;
}

/* A descriptor that is none: EBADF from a kernel that would load, and nothing was. */
static bool call_refused(const char *root, struct pb_obstacle *o)
{
	_cleanup_free_ char *seccomp = pb_sys_line(root, "/proc/self/status", "Seccomp:");
	bool filtered = seccomp && seccomp[0] == '2';

	if (*root || !syscall(SYS_finit_module, -1, "", 0) || errno == EBADF)
		return false;
	SAY(o,
	    filtered ? "run it without that filter: outside of the container or the service"
		     : "see dmesg and the security module's log (SELinux, AppArmor)",
	    "%s refuses to load modules (finit_module: %s)",
	    filtered ? "a seccomp filter" : "a security module", strerror(errno));
	return true;
}

void pb_obstacle_loading(const char *root, struct pb_obstacle *o)
{
	struct utsname name = { 0 };

	*o = (struct pb_obstacle){ 0 };
	uname(&name);
	if (!pb_sys_exists(root, "/proc/modules"))
		SAY(o,
		    "boot a distribution's kernel; `pinbench run --backend vm` boots one in QEMU",
		    "the running kernel %s was built without loadable modules (CONFIG_MODULES)",
		    name.release);
	else if (pb_sys_number(root, "/proc/sys/kernel/modules_disabled", 0))
		SAY(o, "find who sets it (grep -r modules_disabled /etc/sysctl*), then reboot",
		    "loading modules was switched off until the next boot "
		    "(kernel.modules_disabled=1)");
	else if (!capability_lacks(root, o))
		call_refused(root, o);
}

static bool secure_boot(const char *root)
{
	_cleanup_free_ char *path = pb_format("%s" SECURE_BOOT, root), *data = NULL;
	size_t len = 0;

	if (!path || pb_file_read(path, &data, &len)) {
		pb_fail_clear();
		return false;
	}
	return len >= 5 && data[4] == 1; /* four bytes of attributes, then the variable */
}

char *pb_signature_wanted(const char *root)
{
	static const char how[] =
		"sign the modules with a key that the machine trusts (DKMS does: dkms.conf is in "
		"pinbench's kmods folder; mokutil --import its key), or switch Secure Boot off in the "
		"firmware";
	_cleanup_free_ char *lockdown = pb_sys_choice(root, "/sys/kernel/security/lockdown");
	_cleanup_free_ char *enforce =
		pb_sys_text(root, "/sys/module/module/parameters/sig_enforce");
	const char *boot = secure_boot(root) ? " (Secure Boot is on)" : "";

	if (lockdown && !pb_streq(lockdown, "none"))
		return pb_format(
			"the kernel is locked down (%s)%s and takes signed modules only: %s",
			lockdown, boot, how);
	if (enforce && (enforce[0] == 'Y' || enforce[0] == '1'))
		return pb_format("the kernel takes signed modules only (module.sig_enforce)%s: %s",
				 boot, how);
	return NULL;
}

char *pb_headers_remedy(const char *root, const char *release)
{
	static const struct {
		const char *id;
		const char *format;
	} ways[] = {
		{ "debian", "apt-get install linux-headers-%s" },
		{ "ubuntu", "apt-get install linux-headers-%s" },
		{ "fedora", "dnf install kernel-devel-%s" },
		{ "rhel", "dnf install kernel-devel-%s" },
		{ "suse", "zypper install kernel-devel (for %s)" },
		{ "arch", "pacman -S linux-headers (for %s)" },
	};
	_cleanup_free_ char *id = pb_sys_line(root, "/etc/os-release", "ID=");
	_cleanup_free_ char *like = pb_sys_line(root, "/etc/os-release", "ID_LIKE=");
	char words[256];

	snprintf(words, sizeof(words), "%s %s", id ? id : "", like ? like : "");
	for (size_t i = 0; i < PB_ARRAY_SIZE(ways); i++) {
		const char *mark;

		if (!strstr(words, ways[i].id))
			continue;
		mark = strstr(ways[i].format, "%s");
		return pb_format("%.*s%s%s", (int)(mark - ways[i].format), ways[i].format, release,
				 mark + 2);
	}
	return pb_format("install the headers (or build folder) of kernel %s, so that "
			 "/lib/modules/%s/build is there",
			 release, release);
}
