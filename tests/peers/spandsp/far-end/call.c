#include "call.h"

#include <spandsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct call_s {
    t38_terminal_state_t *terminal;
    records_t *records;
    transmit_t *transmit;
    void *user;
    uint32_t now;
    uint32_t packets;
    int is_active;
};

static int on_packet(t38_core_state_t *core, void *user, const uint8_t *ifp, int length, int count)
{
    call_t *call = user;
    (void) core;
    call->packets++;
    record_begin(call->records, RECORD_IFP, count, call->now);
    record_bytes(call->records, ifp, (size_t) length);
    if (call->transmit != NULL)
        call->transmit(call->user, ifp, length, count);
    return 0;
}

static void on_frame(t30_state_t *t30, void *user, int is_received, const uint8_t *frame, int length)
{
    call_t *call = user;
    (void) t30;
    record_begin(call->records, RECORD_FRAME, is_received ? 1 : 0, call->now);
    record_bytes(call->records, frame, (size_t) length);
}

static void record_statistics(call_t *call, t30_state_t *t30)
{
    t30_stats_t stats;
    t30_get_transfer_statistics(t30, &stats);
    const int32_t numbers[] = {
        stats.bit_rate, stats.error_correcting_mode, stats.pages_tx, stats.pages_rx, stats.pages_in_file,
        stats.x_resolution, stats.y_resolution, stats.width, stats.length, stats.image_size,
        stats.encoding, stats.bad_rows, stats.longest_bad_row_run, stats.error_correcting_mode_retries,
        stats.current_status,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        record_number(call->records, numbers[i]);
}

static int on_phase_b(t30_state_t *t30, void *user, int result)
{
    call_t *call = user;
    (void) t30;
    record_begin(call->records, RECORD_PHASE_B, 0, call->now);
    record_number(call->records, result);
    return T30_ERR_OK;
}

static int on_phase_d(t30_state_t *t30, void *user, int result)
{
    call_t *call = user;
    record_begin(call->records, RECORD_PHASE_D, 0, call->now);
    record_number(call->records, result);
    record_statistics(call, t30);
    return T30_ERR_OK;
}

static void on_phase_e(t30_state_t *t30, void *user, int completion_code)
{
    call_t *call = user;
    const uint8_t *nsf;
    char hex[2 * TEXT_OCTETS + 1] = "";
    size_t length = t30_get_rx_nsf(t30, &nsf);
    for (size_t i = 0; nsf != NULL && i < length && i < TEXT_OCTETS; i++)
        sprintf(hex + 2 * i, "%02x", nsf[i]);
    record_begin(call->records, RECORD_PHASE_E, 0, call->now);
    record_number(call->records, completion_code);
    record_statistics(call, t30);
    record_string(call->records, t30_completion_code_to_str(completion_code));
    record_string(call->records, t30_get_rx_ident(t30));
    record_string(call->records, t30_get_rx_sub_address(t30));
    record_string(call->records, t30_get_rx_password(t30));
    record_string(call->records, hex);
}

static void set_up_log(call_t *call, const options_t *options)
{
    const int level = SPAN_LOG_SHOW_SEVERITY | SPAN_LOG_SHOW_PROTOCOL | SPAN_LOG_SHOW_TAG | SPAN_LOG_FLOW;
    logging_state_t *logs[] = {
        t38_terminal_get_logging_state(call->terminal),
        t30_get_logging_state(t38_terminal_get_t30_state(call->terminal)),
        t38_core_get_logging_state(t38_terminal_get_t38_core_state(call->terminal)),
    };
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        span_log_set_level(logs[i], options->log ? level : SPAN_LOG_NONE);
        span_log_set_tag(logs[i], options->caller ? "caller" : "answerer");
    }
}

static void set_up_t30(t30_state_t *t30, const options_t *options)
{
    t30_set_tx_ident(t30, options->ident);
    if (options->sub_address[0] != '\0' || options->password[0] != '\0' || !options->caller) {
        t30_set_supported_t30_features(t30, T30_SUPPORT_IDENTIFICATION | T30_SUPPORT_SUB_ADDRESSING);
        t30_set_tx_sub_address(t30, options->sub_address);
        t30_set_tx_password(t30, options->password);
    }
    uint8_t nsf[TEXT_OCTETS / 2];
    int nsf_length = 0;
    unsigned octet;
    while (sscanf(options->nsf + 2 * nsf_length, "%2x", &octet) == 1)
        nsf[nsf_length++] = (uint8_t) octet;
    if (nsf_length > 0)
        t30_set_tx_nsf(t30, nsf, nsf_length);
    t30_set_ecm_capability(t30, options->ecm);
    t30_set_supported_compressions(t30, options->compressions);
    t30_set_supported_resolutions(t30, options->resolutions);
    t30_set_supported_image_sizes(t30, options->image_sizes);
    t30_set_minimum_scan_line_time(t30, options->min_scan_ms);
    t30_set_rx_encoding(t30, options->rx_encoding);
    t30_set_supported_modems(t30, options->modems);
    if (options->receiver_not_ready > 0)
        t30_set_receiver_not_ready(t30, options->receiver_not_ready);
    if (options->caller)
        t30_set_tx_file(t30, options->file, -1, options->stop_page);
    else
        t30_set_rx_file(t30, options->file, options->stop_page);
}

static void set_up_t38(t38_terminal_state_t *terminal, const options_t *options)
{
    t38_core_state_t *core = t38_terminal_get_t38_core_state(terminal);
    t38_terminal_set_config(terminal, (options->pacing ? 0 : T38_TERMINAL_OPTION_NO_PACING) |
                                          (options->indicators ? 0 : T38_TERMINAL_OPTION_NO_INDICATORS));
    t38_set_t38_version(core, options->version);
    if (options->indicators)
        t38_set_redundancy_control(core, T38_PACKET_CATEGORY_INDICATOR, options->repeat_indicator);
    t38_set_redundancy_control(core, T38_PACKET_CATEGORY_CONTROL_DATA, options->repeat_control);
    t38_set_redundancy_control(core, T38_PACKET_CATEGORY_CONTROL_DATA_END, options->repeat_control_end);
    t38_set_redundancy_control(core, T38_PACKET_CATEGORY_IMAGE_DATA, options->repeat_image);
    t38_set_redundancy_control(core, T38_PACKET_CATEGORY_IMAGE_DATA_END, options->repeat_image_end);
    if (options->max_datagram > 0)
        t38_set_max_datagram_size(core, options->max_datagram);
}

call_t *call_open(const options_t *options, records_t *records, transmit_t *transmit, void *user)
{
    call_t *call = calloc(1, sizeof *call);
    if (call == NULL)
        abort();
    call->records = records;
    call->transmit = transmit;
    call->user = user;
    call->is_active = 1;
    call->terminal = t38_terminal_init(NULL, options->caller, on_packet, call);
    if (call->terminal == NULL) {
        record_error(records, "t38_terminal_init failed");
        free(call);
        return NULL;
    }
    t30_state_t *t30 = t38_terminal_get_t30_state(call->terminal);
    set_up_log(call, options);
    set_up_t38(call->terminal, options);
    set_up_t30(t30, options);
    t30_set_phase_b_handler(t30, on_phase_b, call);
    t30_set_phase_d_handler(t30, on_phase_d, call);
    t30_set_phase_e_handler(t30, on_phase_e, call);
    t30_set_real_time_frame_handler(t30, on_frame, call);
    return call;
}

void call_receive(call_t *call, const uint8_t *ifp, int length, uint16_t sequence)
{
    if (call->is_active)
        t38_core_rx_ifp_packet(t38_terminal_get_t38_core_state(call->terminal), ifp, length, sequence);
}

void call_advance(call_t *call, uint32_t samples, int stops_at_packet)
{
    const uint32_t end = call->now + samples;
    const uint32_t packets_before = call->packets;
    while (call->now < end && !(stops_at_packet && call->packets > packets_before)) {
        uint32_t step = end - call->now < TICK_SAMPLES ? end - call->now : TICK_SAMPLES;
        call->now += step;
        if (call->is_active && t38_terminal_send_timeout(call->terminal, (int) step))
            call->is_active = 0;
    }
}

int call_is_active(const call_t *call)
{
    return call->is_active;
}

uint32_t call_now(const call_t *call)
{
    return call->now;
}

void call_record_state(call_t *call)
{
    record_begin(call->records, RECORD_STATE, call->is_active, call->now);
}

void call_hang_up(call_t *call)
{
    t30_terminate(t38_terminal_get_t30_state(call->terminal));
    call->is_active = 0;
}

void call_free(call_t *call)
{
    t38_terminal_free(call->terminal);
    free(call);
}
