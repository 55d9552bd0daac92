#define _GNU_SOURCE /* ppoll */

#include "call.h"
#include "modes.h"
#include "udptl.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    int socket;
    struct sockaddr_in remote; /* port 0 until it is known */
    udptl_sender_t sender;
    udptl_receiver_t receiver;
    call_t *call;
} line_t;

static long long now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void on_transmit(void *user, const uint8_t *ifp, int length, int count)
{
    line_t *line = user;
    uint8_t datagram[UDPTL_DATAGRAM_MAX];
    size_t octets = udptl_pack(&line->sender, ifp, length, datagram);
    for (int i = 0; i < count && octets > 0 && line->remote.sin_port != 0; i++)
        sendto(line->socket, datagram, octets, 0, (struct sockaddr *) &line->remote, sizeof line->remote);
}

static void on_ifp(void *user, const uint8_t *ifp, int length, uint16_t sequence)
{
    call_receive(((line_t *) user)->call, ifp, length, sequence);
}

static void take_datagram(line_t *line)
{
    uint8_t datagram[UDPTL_DATAGRAM_MAX];
    struct sockaddr_in from;
    socklen_t from_length = sizeof from;
    ssize_t octets =
        recvfrom(line->socket, datagram, sizeof datagram, MSG_DONTWAIT, (struct sockaddr *) &from, &from_length);
    if (octets < 0)
        return;
    if (line->remote.sin_port == 0)
        line->remote = from;
    udptl_push(&line->receiver, datagram, (size_t) octets, on_ifp, line);
}

static void receive_until(line_t *line, long long deadline_ns)
{
    for (;;) {
        long long left_ns = deadline_ns - now_ns();
        if (left_ns <= 0)
            return;
        struct timespec timeout = {left_ns / 1000000000, left_ns % 1000000000};
        struct pollfd readable = {line->socket, POLLIN, 0};
        if (ppoll(&readable, 1, &timeout, NULL) > 0)
            take_datagram(line);
    }
}

/* Returns the bound port, or 0. */
static int open_socket(line_t *line, const options_t *options)
{
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons((uint16_t) options->local_port)};
    socklen_t length = sizeof local;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line->remote = local;
    line->remote.sin_port = htons((uint16_t) options->remote_port);
    line->socket = socket(AF_INET, SOCK_DGRAM, 0);
    if (line->socket < 0 || bind(line->socket, (struct sockaddr *) &local, sizeof local) != 0 ||
        getsockname(line->socket, (struct sockaddr *) &local, &length) != 0)
        return 0;
    return ntohs(local.sin_port);
}

static int is_usable(const options_t *options)
{
    return options->clock_factor > 0 && options->limit_seconds > 0 && options->redundancy >= 0 &&
           options->fec_span >= 0 && options->fec_entries >= 0 && options->fec_entries <= UDPTL_ENTRIES_MAX &&
           options->fec_span * options->fec_entries < UDPTL_HISTORY;
}

int run_udp(const options_t *options)
{
    static line_t line;
    records_t records = {0};
    int port = is_usable(options) ? open_socket(&line, options) : 0;
    if (port == 0) {
        record_error(&records, "cannot listen as asked: %s", strerror(errno));
        records_flush(&records, STDOUT_FILENO);
        return 1;
    }
    line.sender.depth = options->redundancy;
    line.sender.span = options->fec_span;
    line.sender.entries = options->fec_entries;
    record_begin(&records, RECORD_PORT, 0, 0);
    record_number(&records, port);
    records_flush(&records, STDOUT_FILENO);

    line.call = call_open(options, &records, on_transmit, &line);
    if (line.call == NULL) {
        records_flush(&records, STDOUT_FILENO);
        return 1;
    }
    const long long tick_ns = 1000000000LL * TICK_SAMPLES / SAMPLES_PER_SECOND / options->clock_factor;
    const uint32_t limit = (uint32_t) options->limit_seconds * SAMPLES_PER_SECOND;
    for (long long deadline = now_ns(); call_is_active(line.call) && call_now(line.call) < limit;) {
        deadline += tick_ns;
        receive_until(&line, deadline);
        call_advance(line.call, TICK_SAMPLES, 0);
    }
    if (call_is_active(line.call))
        call_hang_up(line.call);
    call_record_state(line.call);
    records_flush(&records, STDOUT_FILENO);
    return 0;
}
