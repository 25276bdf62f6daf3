// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fields - members by their offsets, and BTF that was made to keep somebody busy.
 * Why: a kernel's image may be anybody's, and its types are followed as deep as they go.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <bpf/btf.h>

#include "collect/model/fields.h"

static struct pb_fields *fields_of(struct btf *btf)
{
	struct pb_fields *fields;
	uint32_t len;
	const void *data = btf__raw_data(btf, &len);

	assert_non_null(data);
	assert_int_equal(pb_fields_new(data, len, &fields), 0);
	btf__free(btf);
	return fields;
}

static const char *name_at(const struct pb_fields *fields, const char *type, uint32_t offset,
			   const char *const *prefer)
{
	static char name[PB_FIELD_LEN];

	return pb_fields_name(fields, type, offset, prefer, name);
}

/* struct page as it is: a union without a name between fields. */
static void members_have_names(void **state)
{
	static const char *const prefer[] = { "_mapcount", NULL };
	struct btf *btf = btf__new_empty();
	int word = btf__add_int(btf, "unsigned long", 8, 0);
	int type = btf__add_int(btf, "int", 4, BTF_INT_SIGNED), inside;
	struct pb_fields *fields;

	(void)state;
	inside = btf__add_union(btf, NULL, 4);
	btf__add_field(btf, "page_type", type, 0, 0);
	btf__add_field(btf, "_mapcount", type, 0, 0);
	btf__add_struct(btf, "page", 64);
	btf__add_field(btf, "flags", word, 0, 0);
	btf__add_field(btf, NULL, inside, 48 * 8, 0);
	btf__add_field(btf, "_refcount", type, 52 * 8, 0);
	fields = fields_of(btf);
	assert_int_equal(pb_fields_size(fields, "page"), 64);
	assert_int_equal(pb_fields_size(fields, "no such type"), 0);
	assert_string_equal(name_at(fields, "page", 4, NULL), "flags");
	assert_string_equal(name_at(fields, "page", 48, NULL), "page_type");
	assert_string_equal(name_at(fields, "page", 50, prefer), "_mapcount");
	assert_string_equal(name_at(fields, "page", 52, NULL), "_refcount");
	assert_string_equal(name_at(fields, "page", 20, NULL), "-");
	assert_string_equal(name_at(fields, "page", 4096, NULL), "-");
	pb_fields_free(fields);
}

/*
 * Sixteen unions, each of 64 of the one before: 64^16 paths to one byte. Whoever follows them all is
 * ended by the alarm, some time after the universe.
 */
static void unions_of_unions_end(void **state)
{
	struct btf *btf = btf__new_empty();
	int inner = btf__add_int(btf, "char", 1, 0);
	struct pb_fields *fields;

	(void)state;
	for (int depth = 0; depth < 16; depth++) {
		int outer = btf__add_union(btf, depth < 15 ? NULL : "u", 1);

		for (int i = 0; i < 64; i++)
			btf__add_field(btf, NULL, inner, 0, 0);
		inner = outer;
	}
	btf__add_struct(btf, "page", 1);
	btf__add_field(btf, NULL, inner, 0, 0);
	fields = fields_of(btf);
	alarm(60);
	assert_string_equal(name_at(fields, "page", 0, NULL), "-");
	alarm(0);
	pb_fields_free(fields);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_have_names),
		cmocka_unit_test(unions_of_unions_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
