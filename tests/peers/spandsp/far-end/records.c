#include "records.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_OCTETS = 10, LENGTH_AT = 6 };

static void put_32(uint8_t *to, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t) (number >> (8 * i));
}

static uint32_t get_32(const uint8_t *from)
{
    return from[0] | (uint32_t) from[1] << 8 | (uint32_t) from[2] << 16 | (uint32_t) from[3] << 24;
}

static uint8_t *grow(records_t *records, size_t more)
{
    if (records->length + more > records->capacity) {
        records->capacity = (records->length + more) * 2;
        records->bytes = realloc(records->bytes, records->capacity);
        if (records->bytes == NULL)
            abort();
    }
    uint8_t *at = records->bytes + records->length;
    records->length += more;
    return at;
}

void record_begin(records_t *records, enum record_kind kind, int detail, uint32_t at)
{
    records->last = records->length;
    uint8_t *head = grow(records, HEAD_OCTETS);
    head[0] = (uint8_t) kind;
    head[1] = (uint8_t) detail;
    put_32(head + 2, at);
    put_32(head + LENGTH_AT, 0);
}

void record_bytes(records_t *records, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    memcpy(grow(records, length), bytes, length);
    uint8_t *length_field = records->bytes + records->last + LENGTH_AT;
    put_32(length_field, get_32(length_field) + (uint32_t) length);
}

void record_number(records_t *records, int32_t number)
{
    uint8_t bytes[4];
    put_32(bytes, (uint32_t) number);
    record_bytes(records, bytes, sizeof bytes);
}

void record_string(records_t *records, const char *text)
{
    const char *present = text == NULL ? "" : text;
    record_bytes(records, present, strlen(present) + 1);
}

void record_error(records_t *records, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    record_begin(records, RECORD_ERROR, 0, 0);
    record_bytes(records, text, strlen(text));
}

static void write_all(int fd, const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written <= 0)
            exit(0); /* The driver is gone. */
        bytes += written;
        length -= (size_t) written;
    }
}

void records_flush(records_t *records, int fd)
{
    uint8_t length[4];
    put_32(length, (uint32_t) records->length);
    write_all(fd, length, sizeof length);
    write_all(fd, records->bytes, records->length);
    records->length = 0;
}
