/* SPDX-License-Identifier: Apache-2.0 */

/* 64 transfers at the same time on one client: downloads by every receiver beside uploads by either sender. */

#include "support.h"

#include <unistd.h>

enum { TRANSFERS = 64, OBJECT_BYTES = 300 * 1024 + 11 };

int main(void) {
    struct aws_allocator *allocator = begin();
    struct fixture_options options = {.part_size = 64 * KIB};
    struct fixture fixture;
    fixture_init(&fixture, allocator, &options);
    put_content(&fixture, "concurrent", OBJECT_BYTES);
    static uint8_t bytes[OBJECT_BYTES];
    fill_content(bytes, 0, OBJECT_BYTES);
    char sent[PATH_SIZE];
    write_content_file(path_in_dir(sent, "sent"), OBJECT_BYTES);

    static struct transfer transfers[TRANSFERS];
    static char received[TRANSFERS][PATH_SIZE];
    for (int i = 0; i < TRANSFERS; ++i) {
        char name[KEY_SIZE];
        snprintf(name, sizeof(name), "concurrent-%d-%d", (int)getpid(), i);
        if (i % 5 < 3) {
            path_in_dir(received[i], name);
            get_start(&transfers[i], &fixture, "concurrent", (enum receiver)(RECEIVE_BODY + i % 5), received[i]);
        } else if (i % 5 == 3) {
            put_file_start(&transfers[i], &fixture, name, sent);
        } else {
            put_stream_start(&transfers[i], &fixture, name, aws_byte_cursor_from_array(bytes, OBJECT_BYTES));
        }
    }
    for (int i = 0; i < TRANSFERS; ++i) {
        struct transfer *transfer = &transfers[i];
        transfer_end(transfer);
        if (i % 5 < 2) {
            transfer->wrong_content |= transfer->received != OBJECT_BYTES;
        } else if (i % 5 == 2) {
            transfer->wrong_content = !is_content_file(received[i], OBJECT_BYTES);
        }
        char what[32];
        snprintf(what, sizeof(what), "%d", i);
        print_transfer(what, transfer);
        CHECK(transfer->progressed == OBJECT_BYTES);
    }
    fixture_clean_up(&fixture);
    return end(allocator);
}
