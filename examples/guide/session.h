/* SPDX-License-Identifier: Apache-2.0 */

/* What all programs of docs/guide.md begin and end with. */
#ifndef EXAMPLES_GUIDE_SESSION_H
#define EXAMPLES_GUIDE_SESSION_H

#include <aws/common/uri.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

#include <pthread.h>

/* A client, and what it stands on. */
struct session {
    struct aws_allocator *allocator;
    struct aws_uri url;
    struct aws_client_bootstrap *bootstrap;
    struct aws_credentials_provider *credentials;
    struct aws_signing_config_aws signing;
    struct aws_s3_client_config config;
    struct aws_s3_client *client;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool client_gone;
};

/* One meta request. Callbacks write into it on threads of the library, under the lock. */
struct transfer {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool gone;
    int error_code;
    int status;
};

/* Ends the program with the error that the library raised last. */
void fail(const char *what);

/* Fills `config`; the program may change it before session_start. */
void session_prepare(struct session *session, const char *url);
void session_start(struct session *session);
void session_end(struct session *session);

/* A request for the URL of the session. The caller releases it. */
struct aws_http_message *session_message(struct session *session, const char *method);

/* Starts a meta request that tells `transfer` about its end. `user_data` of the options is the transfer; a program with
 * data of its own makes the transfer the first member of that. */
struct aws_s3_meta_request *transfer_start(
    struct transfer *transfer,
    struct session *session,
    struct aws_s3_meta_request_options *options);

/* Releases the meta request, waits until it is gone, and tells its error code, 0 for success. */
int transfer_end(struct transfer *transfer, struct aws_s3_meta_request *request);

#endif
