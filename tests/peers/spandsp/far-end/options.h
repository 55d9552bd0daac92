/* How a far end is set up: `key=value`, one a line or one an argument. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdint.h>

enum { TEXT_OCTETS = 512 };

typedef struct {
    int caller;
    char file[TEXT_OCTETS]; /* the TIFF to send (caller) or to write (answerer) */
    char ident[TEXT_OCTETS];
    char sub_address[TEXT_OCTETS];
    char password[TEXT_OCTETS];
    char nsf[TEXT_OCTETS]; /* hexadecimal, without the FCF */
    int ecm;
    int modems;
    int compressions;
    int resolutions;
    int image_sizes;
    int min_scan_ms;
    int receiver_not_ready; /* how often an ECM receiver answers RNR */
    int stop_page;          /* the last page sent or taken, from 0; -1 for all */
    int rx_encoding;
    int version;
    int pacing;
    int indicators;
    int repeat_indicator;
    int repeat_control;
    int repeat_control_end;
    int repeat_image;
    int repeat_image_end;
    int max_datagram; /* 0: as the library has it */
    int log;

    /* Only over real UDP. */
    int local_port;
    int remote_port; /* 0: where the first datagram comes from */
    int redundancy;
    int fec_span; /* above 0: FEC instead of redundancy */
    int fec_entries;
    int clock_factor;
    int limit_seconds; /* of the call's own time */
} options_t;

void options_default(options_t *options);

/* Returns NULL, or the option that is not known or not a number. */
const char *options_parse_one(options_t *options, char *assignment);
/* Changes `text`. */
const char *options_parse_lines(options_t *options, char *text);

#endif
