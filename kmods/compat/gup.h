/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/gup - get_user_pages() and pin_user_pages() with the arguments of the newest kernel.
 * Why: older ones can return the VMAs as well, which nobody here wants.
 */
#ifndef PB_COMPAT_GUP_H
#define PB_COMPAT_GUP_H

#include <linux/mm.h>

/* 54d020692b34 ("mm/gup: remove unused vmas parameter from get_user_pages()"), v6.5 */
#ifdef PB_HAVE_GET_VMAS
#define get_user_pages(start, nr, flags, pages) get_user_pages(start, nr, flags, pages, NULL)
#endif

/* 4c630f307455 ("mm/gup: remove vmas parameter from pin_user_pages()"), v6.5 */
#ifdef PB_HAVE_PIN_VMAS
#define pin_user_pages(start, nr, flags, pages) pin_user_pages(start, nr, flags, pages, NULL)
#endif

#endif
