/* What the far end tells its driver, as a growing list of small records. */
#ifndef RECORDS_H
#define RECORDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * On the wire, numbers least octet first:
 *   kind 1 octet, detail 1 octet, at 4 octets (8,000 a second since the call began), length 4 octets, body
 */
enum record_kind {
    RECORD_IFP = 'P',     /* detail: how often to transmit; body: the packet */
    RECORD_FRAME = 'F',   /* detail: 1 received, 0 sent; body: the T.30 frame without FCS */
    RECORD_PHASE_B = 'B', /* body: the FCF that led here, 4 octets */
    RECORD_PHASE_D = 'D', /* body: the FCF that led here, 4 octets; statistics */
    RECORD_PHASE_E = 'E', /* body: completion code, 4 octets; statistics; strings, each ended by 0 */
    RECORD_STATE = 'S',   /* detail: 1 while the call is active; ends each answer about a call */
    RECORD_PORT = 'L',    /* body: the UDP port it listens on, 4 octets */
    RECORD_CPU = 'U',     /* body: CPU microseconds of this process, 4 octets */
    RECORD_ERROR = 'X'    /* body: text */
};

typedef struct {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
    size_t last; /* where the record stands that is being written */
} records_t;

/* Begins a record; its body grows by the three functions below until the next one begins. */
void record_begin(records_t *records, enum record_kind kind, int detail, uint32_t at);
void record_bytes(records_t *records, const void *bytes, size_t length);
void record_number(records_t *records, int32_t number);
/* With its ending 0; NULL is the empty string. */
void record_string(records_t *records, const char *text);

void record_error(records_t *records, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes all of it to a file descriptor, with its length in 4 octets before it, and empties it. */
void records_flush(records_t *records, int fd);

#endif
