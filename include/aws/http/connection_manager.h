/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_HTTP_CONNECTION_MANAGER_H
#define AWS_HTTP_CONNECTION_MANAGER_H

/* What a pool of connections to one host tells about itself. Pools of one's own cannot be made here. */

#include <aws/common/byte_buf.h>
#include <aws/http/http.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_http_connection;
struct aws_http_connection_manager;

/* A pool has answered a request for a connection: exactly one of connection and error_code is set. */
typedef void(aws_http_connection_manager_on_connection_setup_fn)(
    struct aws_http_connection *connection,
    int error_code,
    void *user_data);

/* A pool is gone with all its connections. */
typedef void(aws_http_connection_manager_shutdown_complete_fn)(void *user_data);

/* A snapshot of one pool. */
struct aws_http_manager_metrics {
    /* Open connections that nobody uses. */
    size_t available_concurrency;
    /* Requests that wait for a connection. */
    size_t pending_concurrency_acquires;
    /* Connections in use. */
    size_t leased_concurrency;
};

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_HTTP_CONNECTION_MANAGER_H */
