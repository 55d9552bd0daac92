#include "udptl.h"

#include <string.h>

static uint8_t *put_open_type(uint8_t *to, const uint8_t *packet, int length)
{
    if (length >= 0x80)
        *to++ = (uint8_t) (0x80 | length >> 8);
    *to++ = (uint8_t) length;
    memcpy(to, packet, (size_t) length);
    return to + length;
}

static uint8_t *put_redundancy(const udptl_sender_t *sender, uint8_t *to)
{
    int depth = sender->depth < sender->next_sequence ? sender->depth : sender->next_sequence;
    if (depth > UDPTL_ENTRIES_MAX)
        depth = UDPTL_ENTRIES_MAX;
    *to++ = 0x00;
    *to++ = (uint8_t) depth;
    for (int i = 1; i <= depth; i++) {
        int slot = (sender->next_sequence - i) % UDPTL_HISTORY;
        to = put_open_type(to, sender->packets[slot], sender->lengths[slot]);
    }
    return to;
}

/* Parity m is the XOR of every `entries`-th of the last span * entries packets, beginning with the m-th. */
static uint8_t *put_parities(const udptl_sender_t *sender, uint8_t *to)
{
    int reach = sender->span * sender->entries;
    int entries = sender->next_sequence >= reach ? sender->entries : 0;
    *to++ = 0x80;
    *to++ = 1;
    *to++ = (uint8_t) sender->span;
    *to++ = (uint8_t) entries;
    for (int m = 0; m < entries; m++) {
        uint8_t parity[UDPTL_IFP_MAX] = {0};
        int longest = 0;
        for (int j = 0; j < sender->span; j++) {
            int slot = (sender->next_sequence - reach + m + j * entries) % UDPTL_HISTORY;
            for (int i = 0; i < sender->lengths[slot]; i++)
                parity[i] ^= sender->packets[slot][i];
            if (sender->lengths[slot] > longest)
                longest = sender->lengths[slot];
        }
        to = put_open_type(to, parity, longest);
    }
    return to;
}

size_t udptl_pack(udptl_sender_t *sender, const uint8_t *ifp, int length, uint8_t datagram[UDPTL_DATAGRAM_MAX])
{
    if (length > UDPTL_IFP_MAX)
        return 0;
    uint8_t *to = datagram;
    *to++ = (uint8_t) (sender->next_sequence >> 8);
    *to++ = (uint8_t) sender->next_sequence;
    to = put_open_type(to, ifp, length);
    to = sender->span > 0 ? put_parities(sender, to) : put_redundancy(sender, to);
    int slot = sender->next_sequence++ % UDPTL_HISTORY;
    memcpy(sender->packets[slot], ifp, (size_t) length);
    sender->lengths[slot] = length;
    return (size_t) (to - datagram);
}

typedef struct {
    const uint8_t *bytes;
    int length;
} span_t;

/* Moves `from` past an open type; returns 0 where it does not fit before `end`. */
static int get_open_type(const uint8_t **from, const uint8_t *end, span_t *packet)
{
    const uint8_t *at = *from;
    if (at >= end || *at >= 0xc0)
        return 0;
    int length = *at++;
    if (length >= 0x80) {
        if (at >= end)
            return 0;
        length = (length & 0x3f) << 8 | *at++;
    }
    if (length > end - at)
        return 0;
    *packet = (span_t) {at, length};
    *from = at + length;
    return 1;
}

void udptl_push(udptl_receiver_t *receiver, const uint8_t *datagram, size_t length, udptl_deliver_t *deliver,
                void *user)
{
    const uint8_t *at = datagram + 2;
    const uint8_t *end = datagram + length;
    span_t primary;
    span_t earlier[UDPTL_ENTRIES_MAX];
    int earlier_count = 0;
    if (length < 4 || !get_open_type(&at, end, &primary))
        return;
    uint16_t sequence = (uint16_t) (datagram[0] << 8 | datagram[1]);
    if (end - at >= 2 && at[0] == 0x00) {
        int count = at[1];
        at += 2;
        while (earlier_count < count && earlier_count < UDPTL_ENTRIES_MAX &&
               get_open_type(&at, end, &earlier[earlier_count]))
            earlier_count++;
    }
    int missing = (int16_t) (sequence - receiver->expected);
    if (missing < 0)
        return;
    for (int i = missing < earlier_count ? missing : earlier_count; i > 0; i--)
        deliver(user, earlier[i - 1].bytes, earlier[i - 1].length, (uint16_t) (sequence - i));
    if (primary.length > 0)
        deliver(user, primary.bytes, primary.length, sequence);
    receiver->expected = (uint16_t) (sequence + 1);
}
