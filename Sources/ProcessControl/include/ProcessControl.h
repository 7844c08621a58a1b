#ifndef HEADGATE_PROCESS_CONTROL_H
#define HEADGATE_PROCESS_CONTROL_H

#include <stdlib.h>
#include <sys/prctl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/// What of the C library Swift cannot call: prctl(2) takes a variable number of arguments, and malloc.h is in no module.

/// Makes the orphans among this process's descendants its children.
static inline int adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

/// Sends this process `signal` when the parent ends.
static inline int signal_at_end_of_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

/// Gives the heap's free pages back to the kernel, where the C library can (malloc_trim(3)).
static inline void trim_heap(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

#endif
