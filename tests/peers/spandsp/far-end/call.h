/* One T.38 terminal of libspandsp, whose only clock is the number of samples it is told have passed. */
#ifndef CALL_H
#define CALL_H

#include "options.h"
#include "records.h"

/* 20 ms: the library misses the training check when it is asked less often. */
enum { SAMPLES_PER_SECOND = 8000, TICK_SAMPLES = 160 };

typedef struct call_s call_t;

/* `count` is how often to transmit the packet. */
typedef void transmit_t(void *user, const uint8_t *ifp, int length, int count);

/* Events go to `records`. Returns NULL after an error record. */
call_t *call_open(const options_t *options, records_t *records, transmit_t *transmit, void *user);

/* `sequence` as in UDPTL: a gap tells the library that packets are missing, a repetition is dropped. */
void call_receive(call_t *call, const uint8_t *ifp, int length, uint16_t sequence);
/* With `stops_at_packet` no further than the tick in which it transmits. */
void call_advance(call_t *call, uint32_t samples, int stops_at_packet);
int call_is_active(const call_t *call);
uint32_t call_now(const call_t *call);

/* Ends the record list of an answer. */
void call_record_state(call_t *call);

/* A call that is still active ends in phase E as dropped. */
void call_hang_up(call_t *call);
void call_free(call_t *call);

#endif
