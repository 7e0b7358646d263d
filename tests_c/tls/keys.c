/* SPDX-License-Identifier: Apache-2.0 */

/* Keys that a program keeps to itself: it signs where and when it likes, or does not. Host mode only, for contexts of
 * the embedded CRT have no such keys. */

#include "tls.h"

#include <aws/cal/cal.h>
#include <aws/cal/ecc.h>

#define SERVER "clients12"

static struct aws_allocator *s_allocator;
static struct aws_ecc_key_pair *s_key;

enum manner { INLINE, ELSEWHERE, LATE, FAILING, NONSENSE, NEVER, ENDS_ITS_THREAD, SIGNS_AND_ENDS_ITS_THREAD };

struct signer {
    struct aws_custom_key_op_handler handler;
    enum manner manner;
    int asked;
    int gone;
    struct aws_tls_key_operation *owed;
};

static void s_sign(struct aws_tls_key_operation *operation) {
    CHECK(aws_tls_key_operation_get_type(operation) == AWS_TLS_KEY_OPERATION_SIGN);
    CHECK(aws_tls_key_operation_get_signature_algorithm(operation) == AWS_TLS_SIGNATURE_ECDSA);
    struct aws_byte_cursor input = aws_tls_key_operation_get_input(operation);
    struct aws_byte_buf signature;
    CHECK(aws_byte_buf_init(&signature, s_allocator, aws_ecc_key_pair_signature_length(s_key)) == AWS_OP_SUCCESS);
    CHECK(aws_ecc_key_pair_sign_message(s_key, &input, &signature) == AWS_OP_SUCCESS);
    aws_tls_key_operation_complete(operation, aws_byte_cursor_from_buf(&signature));
    aws_byte_buf_clean_up(&signature);
}

static void *s_sign_soon(void *operation) {
    usleep(50 * 1000);
    s_sign(operation);
    return NULL;
}

static void s_on_operation(struct aws_custom_key_op_handler *handler, struct aws_tls_key_operation *operation) {
    struct signer *signer = handler->impl;
    pthread_t thread;
    switch (signer->manner) {
        case INLINE:
            s_sign(operation);
            break;
        case ELSEWHERE:
            CHECK(pthread_create(&thread, NULL, s_sign_soon, operation) == 0);
            pthread_detach(thread);
            break;
        case FAILING:
            aws_tls_key_operation_complete_with_error(operation, AWS_ERROR_PKCS11_CKR_PIN_INCORRECT);
            break;
        case NONSENSE:
            aws_tls_key_operation_complete(operation, text("nonsense"));
            break;
        case LATE:
        case NEVER:
            signer->owed = operation;
            break;
        case SIGNS_AND_ENDS_ITS_THREAD:
            s_sign(operation);
            happened(&signer->asked);
            pthread_exit(NULL);
        case ENDS_ITS_THREAD:
            signer->owed = operation;
            happened(&signer->asked);
            pthread_exit(NULL);
    }
    happened(&signer->asked);
}

static void s_on_signer_gone(void *signer) {
    happened(&((struct signer *)signer)->gone);
}

static const struct aws_custom_key_op_handler_vtable s_vtable = {.on_key_operation = s_on_operation};

static struct aws_tls_ctx_options *s_signing(
    struct aws_tls_ctx_options *options,
    struct signer *signer,
    enum manner manner) {

    char path[PATH_SIZE];
    memset(signer, 0, sizeof(*signer));
    signer->manner = manner;
    signer->handler.vtable = &s_vtable;
    signer->handler.impl = signer;
    aws_ref_count_init(&signer->handler.ref_count, signer, s_on_signer_gone);
    struct aws_byte_buf certificate;
    CHECK(aws_byte_buf_init_from_file(&certificate, s_allocator, tls_file(path, "client-ec.pem")) == AWS_OP_SUCCESS);
    struct aws_byte_cursor pem = aws_byte_cursor_from_buf(&certificate);
    CHECK(
        aws_tls_ctx_options_init_client_mtls_with_custom_key_operations(
            options, s_allocator, &signer->handler, &pem) == AWS_OP_SUCCESS);
    aws_byte_buf_clean_up(&certificate);
    aws_custom_key_op_handler_release(&signer->handler);
    CHECK(
        aws_tls_ctx_options_override_default_trust_store_from_path(options, NULL, tls_file(path, "known.pem")) ==
        AWS_OP_SUCCESS);
    return options;
}

static void s_hurry(struct aws_tls_connection_options *connection, void *data) {
    (void)data;
    connection->timeout_ms = 500;
}

/* Answered within the handshake, one way or the other. */
static void s_answered(const char *what, enum manner manner) {
    struct aws_tls_ctx_options options;
    struct signer signer;
    struct way way = {SERVER, s_signing(&options, &signer, manner)};
    uint64_t start = now_ms();
    int error = fetch(s_allocator, &way);
    printf("%s: %s\n", what, aws_error_name(error));
    WAIT_FOR(signer.gone, 1);
    CHECK(signer.asked >= 1);
    /* A handshake that fails is told of at once, not when its connection may be closed. */
    CHECK(error == 0 || now_ms() < start + 8000);
}

/* The CRT does not speak TLS 1.3 with such keys, whoever asks for it. */
static void s_versions(void) {
    struct aws_tls_ctx_options options;
    struct signer signer;
    struct way way = {"clients", s_signing(&options, &signer, INLINE)};
    printf("a server of both versions: %s\n", aws_error_name(fetch(s_allocator, &way)));
    WAIT_FOR(signer.gone, 1);
    CHECK(signer.asked == 1);

    way = (struct way){"clients13", s_signing(&options, &signer, INLINE)};
    printf("a server of TLS 1.3: %s\n", aws_error_name(fetch(s_allocator, &way)));
    WAIT_FOR(signer.gone, 1);
    CHECK(signer.asked == 0);

    s_signing(&options, &signer, INLINE);
    aws_tls_ctx_options_set_minimum_tls_version(&options, AWS_IO_TLSv1_3);
    CHECK(aws_tls_client_ctx_new(s_allocator, &options) == NULL);
    printf("TLS 1.3 wanted: %s\n", aws_error_name(aws_last_error()));
    aws_tls_ctx_options_clean_up(&options);
    WAIT_FOR(signer.gone, 1);
    CHECK(signer.asked == 0);
}

/* Answered when the request has failed: before the client's end, or because of it. The client waits for that. */
static void s_owed(const char *what, enum manner manner, int error) {
    struct aws_tls_ctx_options options;
    struct signer signer;
    struct way way = {SERVER, s_signing(&options, &signer, manner), s_hurry};
    struct fixture fixture;
    way_open(&fixture, s_allocator, &way);
    struct transfer transfer = {0};
    fetch_start(&transfer, &fixture, &way);
    transfer_end(&transfer);
    printf("%s: %s\n", what, aws_error_name(transfer.error_code));
    CHECK(signer.owed != NULL);
    if (manner == NEVER) {
        fixture.client = aws_s3_client_release(fixture.client);
        usleep(700 * 1000);
        printf("  client gone before the answer: %s\n", count_of(&fixture.client_gone) != 0 ? "yes" : "no");
    }
    if (error == 0) {
        s_sign(signer.owed);
    } else {
        aws_tls_key_operation_complete_with_error(signer.owed, error);
    }
    fixture_clean_up(&fixture);
    WAIT_FOR(signer.gone, 1);
}

/* A signer that ends its thread has not answered, or nobody knows; the client does not wait for it. */
static void s_ending(void) {
    struct aws_tls_ctx_options options;
    struct signer signer;
    struct way way = {SERVER, s_signing(&options, &signer, SIGNS_AND_ENDS_ITS_THREAD)};
    int error = fetch(s_allocator, &way);
    printf("signs and ends its thread: %s\n", aws_error_name(error));
    /* The network goes on. */
    s_answered("inline, after that", INLINE);
}

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    s_allocator = begin();
    struct aws_byte_buf der;
    char path[PATH_SIZE];
    CHECK(aws_byte_buf_init_from_file(&der, s_allocator, tls_file(path, "client-ec.der")) == AWS_OP_SUCCESS);
    struct aws_byte_cursor encoded = aws_byte_cursor_from_buf(&der);
    s_key = aws_ecc_key_pair_new_from_asn1(s_allocator, &encoded);
    CHECK(s_key != NULL);
    aws_byte_buf_clean_up(&der);
    s_answered("inline", INLINE);
    s_answered("from another thread", ELSEWHERE);
    s_answered("with an error", FAILING);
    s_answered("with nonsense", NONSENSE);
    s_versions();
    s_owed("late", LATE, 0);
    s_owed("late, with an error", LATE, AWS_ERROR_UNKNOWN);
    s_owed("not before the client's end", NEVER, 0);
    s_owed("not before the client's end, with an error", NEVER, AWS_ERROR_UNKNOWN);
    s_ending();
    aws_ecc_key_pair_release(s_key);
    return end(s_allocator);
}
