// SPDX-License-Identifier: GPL-2.0-only
/*
 * driver_words - a row's modules, one by one.
 * Why: the host packs them and the agent loads them, by the same words.
 */
#include <stdio.h>
#include <string.h>

#include "bench/users/guest/drivers.h"

bool pb_guest_driver_next(const char **words, char *name, char *parameters, size_t size)
{
	size_t len, name_len;

	*words += strspn(*words, ", ");
	len = strcspn(*words, ",");
	name_len = strcspn(*words, ", ");
	if (!len)
		return false;
	snprintf(name, size, "%.*s", (int)name_len, *words);
	snprintf(parameters, size, "%.*s", (int)(len - name_len),
		 *words + name_len + (len > name_len));
	if (len > name_len)
		parameters[len - name_len - 1] = '\0';
	*words += len;
	return true;
}

const char *pb_guest_driver_folder(const char *name)
{
	return name + (*name == '?');
}
