#include "options.h"

#include <spandsp.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *key;
    size_t offset;
} field_t;

static const field_t TEXTS[] = {
    {"file", offsetof(options_t, file)},
    {"ident", offsetof(options_t, ident)},
    {"subAddress", offsetof(options_t, sub_address)},
    {"password", offsetof(options_t, password)},
    {"nsf", offsetof(options_t, nsf)},
};

static const field_t NUMBERS[] = {
    {"caller", offsetof(options_t, caller)},
    {"ecm", offsetof(options_t, ecm)},
    {"modems", offsetof(options_t, modems)},
    {"compressions", offsetof(options_t, compressions)},
    {"resolutions", offsetof(options_t, resolutions)},
    {"imageSizes", offsetof(options_t, image_sizes)},
    {"minScanMs", offsetof(options_t, min_scan_ms)},
    {"receiverNotReady", offsetof(options_t, receiver_not_ready)},
    {"stopPage", offsetof(options_t, stop_page)},
    {"rxEncoding", offsetof(options_t, rx_encoding)},
    {"version", offsetof(options_t, version)},
    {"pacing", offsetof(options_t, pacing)},
    {"indicators", offsetof(options_t, indicators)},
    {"repeatIndicator", offsetof(options_t, repeat_indicator)},
    {"repeatControl", offsetof(options_t, repeat_control)},
    {"repeatControlEnd", offsetof(options_t, repeat_control_end)},
    {"repeatImage", offsetof(options_t, repeat_image)},
    {"repeatImageEnd", offsetof(options_t, repeat_image_end)},
    {"maxDatagram", offsetof(options_t, max_datagram)},
    {"log", offsetof(options_t, log)},
    {"localPort", offsetof(options_t, local_port)},
    {"remotePort", offsetof(options_t, remote_port)},
    {"redundancy", offsetof(options_t, redundancy)},
    {"fecSpan", offsetof(options_t, fec_span)},
    {"fecEntries", offsetof(options_t, fec_entries)},
    {"clockFactor", offsetof(options_t, clock_factor)},
    {"limitSeconds", offsetof(options_t, limit_seconds)},
};

void options_default(options_t *options)
{
    *options = (options_t) {
        .ecm = 1,
        .modems = T30_SUPPORT_V27TER | T30_SUPPORT_V29 | T30_SUPPORT_V17,
        .compressions = T30_SUPPORT_T4_1D_COMPRESSION | T30_SUPPORT_T4_2D_COMPRESSION | T30_SUPPORT_T6_COMPRESSION,
        .resolutions = T30_SUPPORT_STANDARD_RESOLUTION | T30_SUPPORT_FINE_RESOLUTION |
                       T30_SUPPORT_SUPERFINE_RESOLUTION | T30_SUPPORT_R8_RESOLUTION,
        .image_sizes = T30_SUPPORT_215MM_WIDTH | T30_SUPPORT_255MM_WIDTH | T30_SUPPORT_303MM_WIDTH |
                       T30_SUPPORT_UNLIMITED_LENGTH | T30_SUPPORT_A4_LENGTH | T30_SUPPORT_B4_LENGTH |
                       T30_SUPPORT_US_LETTER_LENGTH | T30_SUPPORT_US_LEGAL_LENGTH,
        .stop_page = -1,
        .rx_encoding = T4_COMPRESSION_ITU_T6,
        .pacing = 1,
        .indicators = 1,
        .repeat_indicator = 3,
        .repeat_control = 1,
        .repeat_control_end = 3,
        .repeat_image = 1,
        .repeat_image_end = 3,
        .redundancy = 3,
        .clock_factor = 1,
        .limit_seconds = 600,
    };
}

static const field_t *find(const field_t *fields, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    }
    return NULL;
}

const char *options_parse_one(options_t *options, char *assignment)
{
    char *equals = strchr(assignment, '=');
    if (equals == NULL)
        return assignment;
    *equals = '\0';
    const char *value = equals + 1;
    const field_t *text = find(TEXTS, sizeof TEXTS / sizeof TEXTS[0], assignment);
    if (text != NULL) {
        if (strlen(value) >= TEXT_OCTETS)
            return assignment;
        strcpy((char *) options + text->offset, value);
        return NULL;
    }
    const field_t *number = find(NUMBERS, sizeof NUMBERS / sizeof NUMBERS[0], assignment);
    char *end;
    long parsed = strtol(value, &end, 10);
    if (number == NULL || *value == '\0' || *end != '\0')
        return assignment;
    *(int *) ((char *) options + number->offset) = (int) parsed;
    return NULL;
}

const char *options_parse_lines(options_t *options, char *text)
{
    char *rest = text;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        const char *wrong = options_parse_one(options, line);
        if (wrong != NULL)
            return wrong;
    }
    return NULL;
}
