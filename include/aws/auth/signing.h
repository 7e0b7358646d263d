/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_AUTH_SIGNER_H
#define AWS_AUTH_SIGNER_H

/* Signing a request. */

#include <aws/auth/auth.h>
#include <aws/auth/signing_config.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_signable;
struct aws_signing_result;

/* Signing is over: a result, borrowed for the call, or an error code. */
typedef void(aws_signing_complete_fn)(struct aws_signing_result *result, int error_code, void *userdata);

AWS_EXTERN_C_BEGIN

/*
 * Signs a request, by headers or by query parameters, with SigV4, SigV4a or for S3 Express. base_config is a struct
 * aws_signing_config_aws. The request may not yet hold what signing adds: Authorization, X-Amz-Date,
 * x-amz-content-sha256, the session token, the parameters of a presigned request.
 *
 * On AWS_OP_SUCCESS, on_complete is called once: before this returns if the configuration has credentials, and otherwise
 * when its provider has answered. The signable has to live until then. On AWS_OP_ERR it is never called. Chunks, events
 * and canonical requests are refused with AWS_AUTH_SIGNING_UNSUPPORTED_SIGNATURE_TYPE.
 */
AWS_AUTH_API
int aws_sign_request_aws(
    struct aws_allocator *allocator,
    const struct aws_signable *signable,
    const struct aws_signing_config_base *base_config,
    aws_signing_complete_fn *on_complete,
    void *userdata);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_AUTH_SIGNER_H */
