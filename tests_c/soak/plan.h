/* SPDX-License-Identifier: Apache-2.0 */

/* What one transfer of the soak test is, and whether it ended as it may: both follow from a seed and a number. */
#ifndef TESTS_C_SOAK_PLAN_H
#define TESTS_C_SOAK_PLAN_H

#include <stdbool.h>
#include <stdint.h>

enum client {
    /* Five retries, whatever happened before. */
    PATIENT,
    /* One retry: for faults that never end. */
    HASTY,
    /* As clients are by default, with a budget of retries that others use up. */
    STANDARD,
    CLIENTS,
};

/* The latter two of unknown length. */
enum source { FROM_MEMORY, FROM_FILE, FROM_LENT, FROM_KNOWN_WRITES, FROM_STREAM, FROM_WRITES, SOURCES };
enum sink { INTO_CALLBACK, INTO_CALLBACK_EX, INTO_FILE };
enum cancel { CANCEL_NEVER, CANCEL_AT_ONCE, CANCEL_AT_BODY, CANCEL_LATER };

/* How names are looked up. */
enum lookup { LOOKUP_WORKS, LOOKUP_FAILS_TWICE, LOOKUP_FAILS, LOOKUP_REFUSES };

struct fault;

struct plan {
    uint64_t index;
    char key[128];
    const struct fault *fault;
    bool for_good;
    bool put;
    /* Within the service; a kind of put. */
    bool copy;
    bool multipart;
    uint64_t size;
    enum client client;
    enum source source;
    enum sink sink;
    enum cancel cancel;
    /* After so long the upload is paused instead, and goes on from its token. */
    bool pause;
    unsigned cancel_after_ms;
    enum lookup lookup;
};

/* What is known when a transfer is over. */
struct ending {
    int error_code;
    /* Of the right content: all of it, or (after an error) what came. */
    bool exact;
    bool complete;
    bool once;
    bool in_order;
    /* It took longer than a client waits for a server that says nothing. */
    bool stood_still;
    /* It was paused before, and went on. */
    bool resumed;
    /* As the server tells it. */
    bool stored;
    int faults;
    /* Uploads that the client knew of, and how often it asked for one to be aborted. */
    int left;
    int aborts;
    char wrong[256];
};

/* Numbers that look like chance. */
uint64_t next_number(uint64_t *state);

void make_plan(struct plan *plan, uint64_t seed, uint64_t index, bool tls);

/* What is wrong with an ending, or NULL. */
const char *judge(const struct plan *plan, const struct ending *ending, bool tls);

#endif
