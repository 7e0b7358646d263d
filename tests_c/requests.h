/* SPDX-License-Identifier: Apache-2.0 */

/* What the scripted server was sent, read from its log (S3_TEST_LOG) while it runs. */
#ifndef TESTS_C_REQUESTS_H
#define TESTS_C_REQUESTS_H

#include "support.h"

#include <strings.h>

enum { REQUEST_SIZE = 64 * 1024 };

/* Reads the next request of the log into `head`: its head, or as much of the request as fits. False at the end. */
static inline bool next_request(FILE *log, char *head) {
    unsigned length;
    if (fscanf(log, "request %*u connection %*u bytes %u\n", &length) != 1) {
        return false;
    }
    size_t taken = length < REQUEST_SIZE - 1 ? length : REQUEST_SIZE - 1;
    if (fread(head, 1, taken, log) != taken || fseek(log, (long)(length - taken), SEEK_CUR) != 0) {
        return false;
    }
    head[taken] = '\0';
    char *end = strstr(head, "\r\n\r\n");
    if (end != NULL) {
        end[2] = '\0';
    }
    // The line feed behind the request tells that it is there whole.
    return fgetc(log) == '\n';
}

static inline bool is_for(const char *head, const char *key) {
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof(path), " /%s/%s", setting("S3_TEST_BUCKET"), key);
    const char *target = strchr(head, ' ');
    return target != NULL && strncmp(target, path, (size_t)length) == 0 && strchr("? ", target[length]) != NULL;
}

static inline FILE *open_log(void) {
    FILE *log = fopen(setting("S3_TEST_LOG"), "rb");
    CHECK(log != NULL);
    return log;
}

/* Prints method and target of every request for a key, in the order in which they came, each with all values of a
 * header (NULL for none). A key that has a query is given without it. */
static inline void print_requests(const char *key, const char *header) {
    FILE *log = open_log();
    static char head[REQUEST_SIZE];
    while (next_request(log, head)) {
        if (!is_for(head, key)) {
            continue;
        }
        printf("  %.*s", (int)strcspn(head, "\r"), head);
        for (char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
            size_t length = header != NULL ? strlen(header) : 0;
            if (length > 0 && strncasecmp(line + 2, header, length) == 0 && line[2 + length] == ':') {
                printf(" [%.*s]", (int)strcspn(line + 2, "\r"), line + 2);
            }
        }
        printf("\n");
    }
    fclose(log);
}

/* How many requests for a key begin with this method. */
static inline int count_requests(const char *key, const char *method) {
    FILE *log = open_log();
    static char head[REQUEST_SIZE];
    int count = 0;
    while (next_request(log, head)) {
        count += is_for(head, key) && strncmp(head, method, strlen(method)) == 0;
    }
    fclose(log);
    return count;
}

/* Waits until the server has such a request. */
static inline void wait_for_request(const char *key, const char *method) {
    struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
    for (int waited_ms = 0; count_requests(key, method) == 0; waited_ms += 5) {
        CHECK(waited_ms < WAIT_S * 1000);
        nanosleep(&pause, NULL);
    }
}

#endif /* TESTS_C_REQUESTS_H */
