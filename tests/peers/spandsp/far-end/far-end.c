/*
 * A fax machine to test against: libspandsp's T.38 terminal, run in lockstep with a driver or over UDP.
 *
 *   far-end lockstep
 *   far-end udp caller=1 file=page.tif localPort=0 remotePort=4000 ...
 */
#include "modes.h"

#include <stdio.h>
#include <string.h>
#include <tiffio.h>

int main(int argc, char **argv)
{
    /* The library reads pages that carry tags it does not need. */
    TIFFSetWarningHandler(NULL);
    if (argc == 2 && strcmp(argv[1], "lockstep") == 0)
        return run_lockstep();
    if (argc > 2 && strcmp(argv[1], "udp") == 0) {
        options_t options;
        options_default(&options);
        for (int i = 2; i < argc; i++) {
            const char *wrong = options_parse_one(&options, argv[i]);
            if (wrong != NULL) {
                fprintf(stderr, "far-end: option %s is wrong\n", wrong);
                return 2;
            }
        }
        return run_udp(&options);
    }
    fprintf(stderr, "usage: far-end lockstep | far-end udp KEY=VALUE...\n");
    return 2;
}
