/* SPDX-License-Identifier: Apache-2.0 */

#include "plan.h"

#include <aws/common/error.h>
#include <aws/http/http.h>
#include <aws/io/io.h>
#include <aws/s3/s3.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a fault may do to a transfer. */
enum effect {
    /* Nothing at all. */
    HARMLESS,
    /* Another attempt cures it. */
    CURABLE,
    /* Fails the transfer where it hits. */
    FATAL,
    /* Either, depending on which request it hits. */
    LOOSE,
};

enum { MAX_CODES = 6 };

struct fault {
    /* As chaos/plan.rs of the server has it. */
    const char *name;
    enum effect effect;
    /* How often it is drawn. */
    unsigned weight;
    int codes[MAX_CODES];
};

/* A server that talks nonsense hangs up as well, and the reset may overtake what it said. */
static const struct fault s_faults[] = {
    {"none", HARMLESS, 3, {0}},
    {"chunked", HARMLESS, 3, {0}},
    {"slow", HARMLESS, 2, {0}},
    {"hangup", HARMLESS, 5, {0}},
    {"interim", HARMLESS, 2, {0}},
    {"earlyyes", HARMLESS, 5, {0}},
    {"reset", CURABLE, 10, {AWS_IO_SOCKET_CLOSED}},
    {"close", CURABLE, 10, {AWS_IO_SOCKET_CLOSED}},
    {"stall", CURABLE, 2, {AWS_ERROR_HTTP_CHANNEL_THROUGHPUT_FAILURE}},
    {"busy", CURABLE, 8, {AWS_ERROR_S3_SLOW_DOWN, AWS_ERROR_S3_INTERNAL_ERROR}},
    {"throttled", CURABLE, 5,
     {AWS_ERROR_S3_SLOW_DOWN, AWS_ERROR_S3_REQUEST_TIMEOUT, AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED}},
    {"toolong", CURABLE, 5, {AWS_IO_SOCKET_CLOSED}},
    {"garbage", CURABLE, 5, {AWS_ERROR_HTTP_PROTOCOL_ERROR, AWS_IO_SOCKET_CLOSED}},
    {"badchunk", CURABLE, 5, {AWS_ERROR_HTTP_PROTOCOL_ERROR, AWS_IO_SOCKET_CLOSED}},
    {"halfclose", CURABLE, 5, {AWS_IO_SOCKET_CLOSED}},
    {"earlyno", CURABLE, 5, {AWS_ERROR_S3_SLOW_DOWN, AWS_ERROR_S3_INTERNAL_ERROR}},
    {"flood", CURABLE, 2, {AWS_ERROR_HTTP_PROTOCOL_ERROR, AWS_IO_SOCKET_CLOSED}},
    {"mix", CURABLE, 12,
     {AWS_IO_SOCKET_CLOSED, AWS_ERROR_S3_SLOW_DOWN, AWS_ERROR_S3_INTERNAL_ERROR, AWS_ERROR_S3_REQUEST_TIMEOUT,
      AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED, AWS_ERROR_HTTP_PROTOCOL_ERROR}},
    /* Every attempt of every request may meet one of those, by a chance of 1 to 25 in a hundred. */
    {"some", LOOSE, 60,
     {AWS_IO_SOCKET_CLOSED, AWS_ERROR_S3_SLOW_DOWN, AWS_ERROR_S3_INTERNAL_ERROR, AWS_ERROR_S3_REQUEST_TIMEOUT,
      AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED, AWS_ERROR_HTTP_PROTOCOL_ERROR}},
    {"bighead", FATAL, 2, {AWS_ERROR_HTTP_PROTOCOL_ERROR}},
    {"denied", FATAL, 3, {AWS_ERROR_S3_INVALID_RESPONSE_STATUS}},
    {"odd", FATAL, 2, {AWS_ERROR_S3_INVALID_RESPONSE_STATUS}},
    {"endless", FATAL, 1, {AWS_ERROR_S3_INVALID_RESPONSE_STATUS}},
    {"modified", FATAL, 2, {AWS_ERROR_S3_OBJECT_MODIFIED, AWS_ERROR_S3_INVALID_RESPONSE_STATUS}},
    {"range", LOOSE, 3, {AWS_ERROR_S3_INVALID_CONTENT_RANGE_HEADER, AWS_ERROR_S3_OBJECT_MODIFIED}},
    {"huge", LOOSE, 3,
     {AWS_ERROR_OVERFLOW_DETECTED, AWS_ERROR_S3_INVALID_CONTENT_RANGE_HEADER, AWS_ERROR_S3_OBJECT_MODIFIED}},
    {"tooshort", LOOSE, 3, {AWS_ERROR_INVALID_STATE, AWS_ERROR_S3_INVALID_RESPONSE_STATUS}},
    {"noetag", LOOSE, 2, {AWS_ERROR_S3_MISSING_ETAG}},
    {"leave", LOOSE, 8, {AWS_ERROR_S3_INVALID_RESPONSE_STATUS}},
};

enum { FAULTS = sizeof(s_faults) / sizeof(s_faults[0]) };

uint64_t next_number(uint64_t *state) {
    *state += 0x9E3779B97F4A7C15u;
    uint64_t mixed = *state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

static uint64_t s_below(uint64_t *state, uint64_t end) {
    return next_number(state) % end;
}

static const struct fault *s_draw_fault(uint64_t *state) {
    unsigned all = 0;
    for (int i = 0; i < FAULTS; ++i) {
        all += s_faults[i].weight;
    }
    unsigned place = (unsigned)s_below(state, all);
    for (int i = 0; i < FAULTS; ++i) {
        if (place < s_faults[i].weight) {
            return &s_faults[i];
        }
        place -= s_faults[i].weight;
    }
    return &s_faults[0];
}

/* Mostly some parts of 64 KiB, and what lies around the edges. */
static uint64_t s_draw_size(uint64_t *state) {
    const uint64_t part = 64 * 1024;
    switch (s_below(state, 10)) {
        case 0:
            return s_below(state, 3);
        case 1:
            return part * (1 + s_below(state, 3)) + s_below(state, 3) - 1;
        case 2:
            return 1024 * 1024 + s_below(state, 1024 * 1024);
        case 3:
            return s_below(state, 1000);
        default:
            return s_below(state, 300 * 1000);
    }
}

static void s_draw_where(struct plan *plan, uint64_t *state) {
    plan->put = s_below(state, 2) == 0;
    plan->size = s_draw_size(state);
    if (plan->put) {
        plan->source = (enum source)s_below(state, SOURCES);
        plan->multipart = plan->source >= FROM_STREAM || (plan->size > 0 && s_below(state, 2) == 0);
        if (s_below(state, 16) == 0) {
            /* Parts of uploads are not smaller than 5 MiB. */
            plan->multipart = true;
            plan->size = (5 << 20) + s_below(state, 7 << 20);
        }
    } else {
        plan->sink = (enum sink)s_below(state, 3);
    }
}

void make_plan(struct plan *plan, uint64_t seed, uint64_t index, bool tls) {
    memset(plan, 0, sizeof(*plan));
    uint64_t state = seed ^ (index * 0xD1342543DE82EF95u);
    plan->index = index;
    plan->fault = s_draw_fault(&state);
    s_draw_where(plan, &state);
    /* Each name of a host has its own connections, and no certificate. */
    if (!tls && s_below(&state, 25) == 0) {
        plan->fault = &s_faults[0];
        plan->lookup = (enum lookup)(1 + s_below(&state, 3));
    }
    plan->for_good = plan->fault->effect == CURABLE && s_below(&state, 6) == 0;
    if (plan->for_good || plan->lookup == LOOKUP_FAILS) {
        plan->client = HASTY;
    } else if (plan->fault->effect == CURABLE && s_below(&state, 8) == 0) {
        plan->client = STANDARD;
    }
    if (s_below(&state, 20) == 0) {
        plan->cancel = (enum cancel)(1 + s_below(&state, 3));
        plan->cancel_after_ms = (unsigned)s_below(&state, 20);
    }
    static const char *s_stages[] = {"all", "all", "first", "later", "last"};
    const char *stage = s_stages[s_below(&state, 5)];
    unsigned times = plan->for_good ? 99 : 1 + (unsigned)s_below(&state, 2);
    if (strcmp(plan->fault->name, "some") == 0) {
        times = 1 + (unsigned)s_below(&state, 25);
        stage = "all";
        plan->client = PATIENT;
        if (plan->put && s_below(&state, 4) == 0) {
            /* From 1 GiB on in parts of 128 MiB. */
            plan->copy = true;
            plan->size = s_below(&state, (uint64_t)3 << 30);
        }
    }
    /* A single byte is not more than the threshold. */
    bool has_token = plan->multipart && plan->source < FROM_STREAM && plan->size > 1;
    if (plan->put && !plan->copy && has_token && plan->cancel == CANCEL_NEVER) {
        plan->pause = s_below(&state, 3) == 0;
        plan->cancel_after_ms = (unsigned)s_below(&state, 20);
    }
    uint64_t salt = next_number(&state);
    snprintf(plan->key, sizeof(plan->key), "%s.%u.%s.%" PRIu64 ".%" PRIx64 ".%" PRIu64, plan->fault->name, times, stage,
             plan->size, salt >> 8, index);
}

static bool s_is_code_of(const struct plan *plan, int code, bool tls) {
    bool closed = false;
    for (int i = 0; i < MAX_CODES && plan->fault->codes[i] != 0; ++i) {
        if (plan->fault->codes[i] == code) {
            return true;
        }
        closed |= plan->fault->codes[i] == AWS_IO_SOCKET_CLOSED;
    }
    /* With TLS a connection may also end within a record, or without a farewell. */
    return tls && closed && code == AWS_IO_TLS_ALERT_NOT_GRACEFUL;
}

static const char *s_judge_error(const struct plan *plan, const struct ending *ending, bool tls) {
    if (plan->cancel != CANCEL_NEVER && ending->error_code == AWS_ERROR_S3_CANCELED) {
        return NULL;
    }
    if (plan->pause && ending->error_code == AWS_ERROR_S3_PAUSED) {
        return NULL;
    }
    if (plan->lookup == LOOKUP_FAILS || plan->lookup == LOOKUP_REFUSES) {
        int expected = plan->lookup == LOOKUP_FAILS ? AWS_IO_DNS_QUERY_FAILED : AWS_IO_DNS_INVALID_NAME;
        return ending->error_code == expected ? NULL : "failed with another error than the look-up";
    }
    if (plan->fault->effect == HARMLESS) {
        return "failed though nothing was wrong";
    }
    if (plan->fault->effect == CURABLE && !plan->for_good && plan->client == PATIENT) {
        return "failed though another attempt would have worked";
    }
    bool stalled = ending->stood_still && ending->error_code == AWS_ERROR_HTTP_CHANNEL_THROUGHPUT_FAILURE;
    /* A machine that is busy with something else makes any server look like one that stalls. */
    if (!s_is_code_of(plan, ending->error_code, tls) && !(stalled && plan->fault->effect == CURABLE)) {
        return "failed with the wrong error";
    }
    return ending->faults > 0 ? NULL : "failed though the server did nothing wrong";
}

static const char *s_judge_success(const struct plan *plan, const struct ending *ending) {
    if (!ending->complete) {
        return "succeeded without being complete";
    }
    if (plan->put && !ending->stored) {
        return "succeeded though the server has not got it all";
    }
    if (plan->lookup == LOOKUP_FAILS || plan->lookup == LOOKUP_REFUSES) {
        return "succeeded without an address";
    }
    bool must_fail = plan->for_good || plan->fault->effect == FATAL;
    /* What a pause cut off may have met it without anybody noticing. */
    return must_fail && ending->faults > 0 && !ending->resumed ? "succeeded in spite of its fault" : NULL;
}

const char *judge(const struct plan *plan, const struct ending *ending, bool tls) {
    if (!ending->once) {
        return "did not finish and shut down once";
    }
    if (!ending->in_order) {
        return "had callbacks out of order";
    }
    if (!ending->exact) {
        return "brought wrong bytes";
    }
    if (ending->wrong[0] != 0) {
        return "sent what it should not";
    }
    /* What stays has to be paid for, and the server lets everybody abort who asks often enough. */
    if (ending->left > 0) {
        return "left an upload behind";
    }
    return ending->error_code == 0 ? s_judge_success(plan, ending) : s_judge_error(plan, ending, tls);
}
