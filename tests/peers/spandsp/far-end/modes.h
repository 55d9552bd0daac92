/* The two ways to run a far end; each returns the exit status of the process. */
#ifndef MODES_H
#define MODES_H

#include "options.h"

/* Many calls, one after the other or at once, told over stdin when time passes and what arrives. */
int run_lockstep(void);

/* One call over UDP on 127.0.0.1, on the machine's clock; what happened goes to stdout at its end. */
int run_udp(const options_t *options);

#endif
