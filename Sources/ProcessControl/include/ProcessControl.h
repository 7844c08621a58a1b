#ifndef HEADGATE_PROCESS_CONTROL_H
#define HEADGATE_PROCESS_CONTROL_H

#include <sys/prctl.h>

/// prctl(2) takes a variable number of arguments, which Swift cannot call.

/// Makes the orphans among this process's descendants its children.
static inline int adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

/// Sends this process `signal` when the parent ends.
static inline int signal_at_end_of_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

#endif
