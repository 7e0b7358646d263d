/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_HTTP_CONNECTION_H
#define AWS_HTTP_CONNECTION_H

/* Options of connections that other packages take. Connections of one's own cannot be made here. */

#include <aws/http/http.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_array_list;
struct aws_http_connection;

/* Gets the statistics of one connection at the end of each interval; the list is borrowed for the call. */
typedef void(
    aws_http_statistics_observer_fn)(size_t connection_nonce, const struct aws_array_list *stats_list, void *user_data);

/* When a connection counts as stalled and is closed. */
struct aws_http_connection_monitoring_options {
    /* Transferring less than this is too slow. */
    uint64_t minimum_throughput_bytes_per_second;

    /* How long it may be too slow in a row. Must be greater than 1. */
    uint32_t allowable_throughput_failure_interval_seconds;

    /* Optional. */
    aws_http_statistics_observer_fn *statistics_observer_fn;
    void *statistics_observer_user_data;
};

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_HTTP_CONNECTION_H */
