/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_CAL_HASH_H
#define AWS_CAL_HASH_H

/* SHA-512, SHA-256, SHA-1 and MD5, at once or in pieces. */

#include <aws/cal/exports.h>
#include <aws/common/byte_buf.h>
#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL

/* Bytes of a digest. */
#define AWS_SHA512_LEN 64
#define AWS_SHA256_LEN 32
#define AWS_SHA1_LEN 20
#define AWS_MD5_LEN 16

struct aws_hash;

/* What a hash can do; a program may bring its own. */
struct aws_hash_vtable {
    const char *alg_name;
    const char *provider;
    void (*destroy)(struct aws_hash *hash);
    int (*update)(struct aws_hash *hash, const struct aws_byte_cursor *buf);
    int (*finalize)(struct aws_hash *hash, struct aws_byte_buf *out);
};

/* A hash under way. One thread at a time may use it. */
struct aws_hash {
    struct aws_allocator *allocator;
    struct aws_hash_vtable *vtable;
    size_t digest_size;
    /* Not finalised yet. */
    bool good;
    void *impl;
};

typedef struct aws_hash *(aws_hash_new_fn)(struct aws_allocator *allocator);

AWS_EXTERN_C_BEGIN

/* Starts a hash; aws_hash_destroy ends it. */
AWS_CAL_API struct aws_hash *aws_sha512_new(struct aws_allocator *allocator);
AWS_CAL_API struct aws_hash *aws_sha256_new(struct aws_allocator *allocator);
AWS_CAL_API struct aws_hash *aws_sha1_new(struct aws_allocator *allocator);
AWS_CAL_API struct aws_hash *aws_md5_new(struct aws_allocator *allocator);

/* Frees a hash, finalised or not. */
AWS_CAL_API void aws_hash_destroy(struct aws_hash *hash);

/* Takes in bytes. AWS_ERROR_INVALID_STATE after aws_hash_finalize. */
AWS_CAL_API int aws_hash_update(struct aws_hash *hash, const struct aws_byte_cursor *to_hash);

/*
 * Appends the digest, or only the first truncate_to bytes of it; 0 is all. AWS_ERROR_SHORT_BUFFER without room: the hash
 * can be finalised again then. Otherwise it has had its one digest.
 */
AWS_CAL_API int aws_hash_finalize(struct aws_hash *hash, struct aws_byte_buf *output, size_t truncate_to);

/* All of the above in one call. */
AWS_CAL_API int aws_sha512_compute(
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *input,
    struct aws_byte_buf *output,
    size_t truncate_to);
AWS_CAL_API int aws_sha256_compute(
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *input,
    struct aws_byte_buf *output,
    size_t truncate_to);
AWS_CAL_API int aws_sha1_compute(
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *input,
    struct aws_byte_buf *output,
    size_t truncate_to);
AWS_CAL_API int aws_md5_compute(
    struct aws_allocator *allocator,
    const struct aws_byte_cursor *input,
    struct aws_byte_buf *output,
    size_t truncate_to);

/*
 * Has hashes made by a function of the program's, NULL: by the library's own again. To be called before hashes are made.
 * The S3 client does not use these hashes.
 */
AWS_CAL_API void aws_set_sha512_new_fn(aws_hash_new_fn *fn);
AWS_CAL_API void aws_set_sha256_new_fn(aws_hash_new_fn *fn);
AWS_CAL_API void aws_set_sha1_new_fn(aws_hash_new_fn *fn);
AWS_CAL_API void aws_set_md5_new_fn(aws_hash_new_fn *fn);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_CAL_HASH_H */
