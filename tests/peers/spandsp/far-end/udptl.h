/* UDPTL (T.38 section 9.1) for the far end over real UDP; the library leaves it to its user. */
#ifndef UDPTL_H
#define UDPTL_H

#include <stddef.h>
#include <stdint.h>

enum { UDPTL_HISTORY = 256, UDPTL_IFP_MAX = 1500, UDPTL_DATAGRAM_MAX = 9000, UDPTL_ENTRIES_MAX = 8 };

typedef struct {
    uint16_t next_sequence;
    int depth; /* of redundancy; not used when span > 0 */
    int span;
    int entries;
    int lengths[UDPTL_HISTORY];
    uint8_t packets[UDPTL_HISTORY][UDPTL_IFP_MAX];
} udptl_sender_t;

typedef struct {
    uint16_t expected;
} udptl_receiver_t;

typedef void udptl_deliver_t(void *user, const uint8_t *ifp, int length, uint16_t sequence);

/* Returns the length of the datagram, or 0 for a packet that is too long. */
size_t udptl_pack(udptl_sender_t *sender, const uint8_t *ifp, int length, uint8_t datagram[UDPTL_DATAGRAM_MAX]);

/* Delivers what is new, oldest first, with what redundancy restores. A malformed datagram delivers nothing. */
void udptl_push(udptl_receiver_t *receiver, const uint8_t *datagram, size_t length, udptl_deliver_t *deliver,
                void *user);

#endif
