#include "call.h"
#include "modes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * Requests, numbers least octet first: length of the rest 4 octets, operation 1 octet, call 2 octets, then
 *   O  options as lines               opens the call; answered
 *   R  sequence 2 octets, IFP packet  arrives; not answered
 *   A  samples 4 octets, 1 or 0       time passes, with 1 only until it transmits; answered
 *   H                                 hangs up; answered
 *   C                                 forgets the call; not answered
 *   T  other call 2 octets, samples 4 octets: the two talk to each other over a perfect network until both are
 *      done or the time is over; answered for each
 *   U                                 CPU time; answered
 */
enum { REQUEST_MAX = 65536, CALLS_MAX = 1024, HEAD_OCTETS = 3, REQUEST_SECONDS_MAX = 30 };

/* What one terminal sent in a tick, for the other. */
typedef struct {
    size_t length;
    uint16_t sequence;
    uint8_t bytes[REQUEST_MAX];
} wire_t;

typedef struct {
    call_t *call;
    records_t records;
    wire_t *wire; /* only while it talks to another call */
} slot_t;

static slot_t slots[CALLS_MAX];

static uint32_t get_16(const uint8_t *from)
{
    return from[0] | (uint32_t) from[1] << 8;
}

static uint32_t get_32(const uint8_t *from)
{
    return get_16(from) | get_16(from + 2) << 16;
}

static void on_transmit(void *user, const uint8_t *ifp, int length, int count)
{
    wire_t *wire = ((slot_t *) user)->wire;
    (void) count;
    if (wire == NULL || wire->length + 2 + (size_t) length > sizeof wire->bytes)
        return;
    uint8_t *to = wire->bytes + wire->length;
    to[0] = (uint8_t) length;
    to[1] = (uint8_t) (length >> 8);
    memcpy(to + 2, ifp, (size_t) length);
    wire->length += 2 + (size_t) length;
}

static void deliver_wire(slot_t *from, slot_t *to)
{
    wire_t *wire = from->wire;
    for (size_t at = 0; at < wire->length;) {
        int length = (int) get_16(wire->bytes + at);
        call_receive(to->call, wire->bytes + at + 2, length, wire->sequence++);
        at += 2 + (size_t) length;
    }
    wire->length = 0;
}

static void talk(slot_t *one, slot_t *other, uint32_t samples)
{
    one->wire = calloc(1, sizeof *one->wire);
    other->wire = calloc(1, sizeof *other->wire);
    if (one->wire == NULL || other->wire == NULL)
        abort();
    for (uint32_t passed = 0; passed < samples && (call_is_active(one->call) || call_is_active(other->call));
         passed += TICK_SAMPLES) {
        call_advance(one->call, TICK_SAMPLES, 0);
        call_advance(other->call, TICK_SAMPLES, 0);
        deliver_wire(one, other);
        deliver_wire(other, one);
    }
    free(one->wire);
    free(other->wire);
    one->wire = other->wire = NULL;
}

static void answer(slot_t *slot)
{
    if (slot->call != NULL)
        call_record_state(slot->call);
    records_flush(&slot->records, STDOUT_FILENO);
}

static void open_call(slot_t *slot, char *text)
{
    options_t options;
    options_default(&options);
    const char *wrong = options_parse_lines(&options, text);
    if (wrong != NULL)
        record_error(&slot->records, "option %s is wrong", wrong);
    else
        slot->call = call_open(&options, &slot->records, on_transmit, slot);
}

static void answer_cpu_time(slot_t *slot)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    record_begin(&slot->records, RECORD_CPU, 0, 0);
    record_number(&slot->records,
                  (int32_t) ((usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
                             usage.ru_stime.tv_usec));
    records_flush(&slot->records, STDOUT_FILENO);
}

static void require_call(const slot_t *slot)
{
    if (slot->call == NULL) {
        fprintf(stderr, "far-end: there is no such call\n");
        exit(2);
    }
}

static void serve(uint8_t *request, size_t length)
{
    const int operation = request[0];
    slot_t *slot = &slots[get_16(request + 1) % CALLS_MAX];
    const uint8_t *body = request + HEAD_OCTETS;
    if (operation != 'O' && operation != 'U')
        require_call(slot);
    switch (operation) {
    case 'O':
        request[length] = '\0';
        open_call(slot, (char *) request + HEAD_OCTETS);
        answer(slot);
        break;
    case 'R':
        call_receive(slot->call, body + 2, (int) (length - HEAD_OCTETS - 2), (uint16_t) get_16(body));
        break;
    case 'A':
        call_advance(slot->call, get_32(body), body[4]);
        answer(slot);
        break;
    case 'H':
        call_hang_up(slot->call);
        answer(slot);
        break;
    case 'C':
        call_free(slot->call);
        slot->call = NULL;
        break;
    case 'T': {
        slot_t *other = &slots[get_16(body) % CALLS_MAX];
        require_call(other);
        talk(slot, other, get_32(body + 2));
        answer(slot);
        answer(other);
        break;
    }
    case 'U':
        answer_cpu_time(slot);
        break;
    default:
        fprintf(stderr, "far-end: there is no operation %d\n", operation);
        exit(2);
    }
}

int run_lockstep(void)
{
    static uint8_t request[REQUEST_MAX + 1];
    uint8_t head[4];
    while (fread(head, 1, sizeof head, stdin) == sizeof head) {
        size_t length = get_32(head);
        if (length < HEAD_OCTETS || length > REQUEST_MAX || fread(request, 1, length, stdin) != length)
            return 2;
        /* The driver waits for an answer without a timeout: a request that never ends must end the process. */
        alarm(REQUEST_SECONDS_MAX);
        serve(request, length);
        alarm(0);
    }
    return 0;
}
