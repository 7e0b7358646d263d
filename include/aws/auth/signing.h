/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_AUTH_SIGNER_H
#define AWS_AUTH_SIGNER_H

/* The callback type of signing. */

#include <aws/auth/auth.h>
#include <aws/auth/signing_config.h>

AWS_PUSH_SANE_WARNING_LEVEL

struct aws_signable;
struct aws_signing_result;

/* Signing is over: a result, borrowed for the call, or an error code. */
typedef void(aws_signing_complete_fn)(struct aws_signing_result *result, int error_code, void *userdata);

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_AUTH_SIGNER_H */
