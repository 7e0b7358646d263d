/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3EXPRESS_CREDENTIALS_PROVIDER_H
#define AWS_S3EXPRESS_CREDENTIALS_PROVIDER_H

/**
 * @file
 *
 * Providers of session credentials for S3 Express.
 *
 * A client has a built-in one; a program may bring its own with the factory in the client's configuration.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/auth/credentials.h>
#include <aws/common/ref_count.h>
#include <aws/s3/s3.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_http_headers;
struct aws_s3_client;
struct aws_s3express_credentials_provider;

/** Which S3 Express session is wanted. */
struct aws_credentials_properties_s3express {
    /** Host of the bucket, as it goes into the `Host` header. Required. */
    struct aws_byte_cursor host;

    /** Region to sign CreateSession for. Empty means the region of the client. */
    struct aws_byte_cursor region;

    /** Headers to add to CreateSession, for example the ones about encryption. NULL means none. */
    struct aws_http_headers *headers;
};

/** What a provider of S3 Express credentials can do. Both slots are required. */
struct aws_s3express_credentials_provider_vtable {
    /**
     * Finds or makes a session. May be called from many threads at the same time, once per attempt
     * of each request.
     *
     * `original_credentials` may sign CreateSession; they and `properties` stay valid until the
     * callback. Returns AWS_OP_SUCCESS when `callback` will be called exactly once, with
     * `user_data`, on any thread and possibly before this call returns. Otherwise raises an error,
     * returns AWS_OP_ERR, and never calls `callback`. The credentials handed to `callback` stay
     * the provider's; they are NULL when its error code is not 0.
     */
    int (*get_credentials)(
        struct aws_s3express_credentials_provider *provider,
        const struct aws_credentials *original_credentials,
        const struct aws_credentials_properties_s3express *properties,
        aws_on_get_credentials_callback_fn *callback,
        void *user_data);

    /**
     * Called when the last reference was released. Ends the provider's work, at once or later,
     * frees it, and calls its shutdown callback once.
     */
    void (*destroy)(struct aws_s3express_credentials_provider *provider);
};

/**
 * A provider of S3 Express session credentials, counted.
 *
 * `aws_s3express_credentials_provider_init_base` fills `vtable`, `allocator`, `impl` and
 * `ref_count`; the maker of the provider fills the other two fields.
 */
struct aws_s3express_credentials_provider {
    /** Never NULL; must outlive the provider. */
    struct aws_s3express_credentials_provider_vtable *vtable;

    /** The allocator that the provider was made with. */
    struct aws_allocator *allocator;

    /**
     * To be called once, with `shutdown_user_data`, when the destruction of the provider is
     * complete; may be NULL.
     */
    aws_simple_completion_callback *shutdown_complete_callback;

    /** Handed to `shutdown_complete_callback`. */
    void *shutdown_user_data;

    /** Belongs to the implementation; the library never looks at it. */
    void *impl;

    /** Starts at 1. When it reaches 0, `vtable->destroy` is called. */
    struct aws_ref_count ref_count;
};

AWS_EXTERN_C_BEGIN

/**
 * Releases one reference to a provider; the last one starts its destruction, whose end the
 * provider's shutdown callback tells. NULL does nothing. Always returns NULL. May be called
 * from any thread.
 */
AWS_S3_API
struct aws_s3express_credentials_provider *aws_s3express_credentials_provider_release(
    struct aws_s3express_credentials_provider *provider);

/**
 * Initialises the common part of a provider that the caller implements: sets `allocator`,
 * `vtable` and `impl`, and one reference for the caller. The shutdown callback and its user
 * data are left as they are.
 *
 * `vtable` is not copied and must outlive the provider; when the last reference is released,
 * its `destroy` is called. Neither `provider` nor `vtable` may be NULL; with NULL nothing
 * happens.
 */
AWS_S3_API
void aws_s3express_credentials_provider_init_base(
    struct aws_s3express_credentials_provider *provider,
    struct aws_allocator *allocator,
    struct aws_s3express_credentials_provider_vtable *vtable,
    void *impl);

/**
 * Asks a provider for the credentials of an S3 Express session.
 *
 * `original_credentials`, which may sign CreateSession, and `properties` must stay valid until
 * the callback. On AWS_OP_SUCCESS, `callback` is called exactly once with `user_data`, on any
 * thread and possibly before this call returns; the credentials it gets are the provider's,
 * and must be acquired to keep them. On AWS_OP_ERR it is never called, and the error raised is
 * the provider's, or AWS_ERROR_INVALID_ARGUMENT when `provider`, `properties` or `callback` is
 * NULL. May be called from any thread.
 */
AWS_S3_API
int aws_s3express_credentials_provider_get_credentials(
    struct aws_s3express_credentials_provider *provider,
    const struct aws_credentials *original_credentials,
    const struct aws_credentials_properties_s3express *properties,
    aws_on_get_credentials_callback_fn *callback,
    void *user_data);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_S3EXPRESS_CREDENTIALS_PROVIDER_H */
