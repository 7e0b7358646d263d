/* SPDX-License-Identifier: Apache-2.0 */

/* What the kernel alone asks for: so many threads, with a connection and a buffer each, move parts of 8 MiB with
 * blocking calls as large as they can be, no HTTP library, no TLS, nobody who looks at the bytes. Prints one line of
 * JSON. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 64, PART = 8 * 1024 * 1024, HEAD = 4096 };

static bool s_put;
static int s_connections;
static uint16_t s_port;
static uint64_t s_parts;
static uint64_t s_next;

static void s_fail(const char *what) {
    perror(what);
    exit(1);
}

static int s_connect(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(s_port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0) {
        s_fail("connect");
    }
    return fd;
}

static void s_send(int fd, const void *bytes, size_t length, int flags) {
    for (size_t at = 0; at < length;) {
        ssize_t sent = send(fd, (const char *)bytes + at, length - at, flags);
        if (sent <= 0) {
            s_fail("send");
        }
        at += (size_t)sent;
    }
}

/* Receives until the head of a reply is there; returns how many bytes of the body came with it. */
static size_t s_receive_head(int fd, char *buffer, size_t room) {
    size_t have = 0;
    for (;;) {
        ssize_t received = recv(fd, buffer + have, room - have, 0);
        if (received <= 0) {
            s_fail("recv");
        }
        have += (size_t)received;
        char *end = memmem(buffer, have < HEAD ? have : HEAD, "\r\n\r\n", 4);
        if (end != NULL) {
            return have - (size_t)(end + 4 - buffer);
        }
    }
}

static void s_get(int fd, char *buffer, uint64_t part) {
    char head[256];
    unsigned long long first = part * PART;
    int length = snprintf(
        head,
        sizeof(head),
        "GET /bucket/%llu/0 HTTP/1.1\r\nHost: localhost\r\nRange: bytes=%llu-%llu\r\n\r\n",
        (unsigned long long)s_parts * PART,
        first,
        first + PART - 1);
    s_send(fd, head, (size_t)length, 0);
    size_t have = s_receive_head(fd, buffer, PART);
    while (have < PART) {
        ssize_t received = recv(fd, buffer + have, PART - have, 0);
        if (received <= 0) {
            s_fail("recv");
        }
        have += (size_t)received;
    }
}

static void s_put_part(int fd, char *buffer, uint64_t part) {
    char head[256], reply[HEAD];
    int length = snprintf(
        head,
        sizeof(head),
        "PUT /bucket/0/0?partNumber=%llu&uploadId=floor HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n",
        (unsigned long long)part + 1,
        PART);
    s_send(fd, head, (size_t)length, MSG_MORE);
    s_send(fd, buffer, PART, 0);
    s_receive_head(fd, reply, sizeof(reply));
}

static void *s_move(void *unused) {
    (void)unused;
    int fd = s_connect();
    char *buffer = malloc(PART);
    memset(buffer, 'x', PART);
    for (;;) {
        uint64_t part = __atomic_fetch_add(&s_next, 1, __ATOMIC_RELAXED);
        if (part >= s_parts) {
            break;
        }
        (s_put ? s_put_part : s_get)(fd, buffer, part);
    }
    free(buffer);
    close(fd);
    return NULL;
}

static double s_seconds(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int argc, char **argv) {
    s_connections = argc == 5 ? atoi(argv[4]) : 0;
    if (s_connections < 1 || s_connections > MOST_CONNECTIONS) {
        fputs("usage: floor get|put PORT BYTES CONNECTIONS\n", stderr);
        return 2;
    }
    s_put = strcmp(argv[1], "put") == 0;
    s_port = (uint16_t)atoi(argv[2]);
    s_parts = strtoull(argv[3], NULL, 10) / PART;

    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pthread_t threads[MOST_CONNECTIONS];
    for (int i = 0; i < s_connections; ++i) {
        pthread_create(&threads[i], NULL, s_move, NULL);
    }
    for (int i = 0; i < s_connections; ++i) {
        pthread_join(threads[i], NULL);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);

    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf(
        "{\"seconds\": %.6f, \"user\": %.6f, \"system\": %.6f, \"peak_rss_kib\": %ld}\n",
        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
        s_seconds(usage.ru_utime),
        s_seconds(usage.ru_stime),
        usage.ru_maxrss);
    return 0;
}
