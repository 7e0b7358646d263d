/* SPDX-License-Identifier: Apache-2.0 */

/* How clients and meta requests begin, for programs that read more of them than a public header shows: in aws-c-s3
 * v1.5.1, and here. The numbers are those of x86-64; what differs elsewhere is how large a mutex is. */
#ifndef TESTS_C_FRONTS_H
#define TESTS_C_FRONTS_H

#include <aws/common/atomics.h>
#include <aws/common/mutex.h>
#include <aws/s3/s3_client.h>

#include <assert.h>
#include <stddef.h>

struct stats {
    struct aws_atomic_var num_requests_in_flight;
    struct aws_atomic_var num_requests_network_io[AWS_S3_META_REQUEST_TYPE_MAX];
    struct aws_atomic_var num_requests_stream_queued_waiting;
    struct aws_atomic_var num_requests_streaming_response;
    struct aws_atomic_var num_requests_streaming_request_body;
};

struct client_front {
    void *allocator;
    struct aws_s3_buffer_pool *buffer_pool;
    uint8_t until_pending_writes[72];
    struct aws_atomic_var num_pending_writes;
    uint8_t until_stats[360];
    struct stats stats;
    struct aws_mutex lock;
    uint8_t synced_data_and_lists[504];
    uint32_t request_queue_size;
    uint32_t num_requests_being_prepared;
};

struct request_front {
    uint8_t until_user_data[136];
    void *user_data;
    uint8_t callbacks[72];
    enum aws_s3_meta_request_type type;
};

#define AT(type, field, offset) static_assert(offsetof(struct type, field) == (offset), #field)
AT(client_front, buffer_pool, 8);
AT(client_front, num_pending_writes, 88);
AT(client_front, stats, 456);
AT(client_front, stats.num_requests_in_flight, 456);
AT(client_front, stats.num_requests_network_io, 464);
AT(client_front, stats.num_requests_stream_queued_waiting, 496);
AT(client_front, stats.num_requests_streaming_response, 504);
AT(client_front, request_queue_size, 1024 + sizeof(struct aws_mutex));
AT(client_front, num_requests_being_prepared, 1028 + sizeof(struct aws_mutex));
AT(request_front, user_data, 136);
AT(request_front, type, 216);
static_assert(sizeof(struct stats) == 64, "stats");
static_assert(
    AWS_S3_META_REQUEST_TYPE_DEFAULT == 0 && AWS_S3_META_REQUEST_TYPE_GET_OBJECT == 1 &&
        AWS_S3_META_REQUEST_TYPE_PUT_OBJECT == 2 && AWS_S3_META_REQUEST_TYPE_COPY_OBJECT == 3,
    "numbers of kinds");

#endif /* TESTS_C_FRONTS_H */
