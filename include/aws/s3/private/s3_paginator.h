/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_PAGINATOR_H
#define AWS_S3_PAGINATOR_H

/**
 * @file
 *
 * Lists that come in pages. What is listed is said by whoever makes the paginator: see s3_list_objects.h.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/auth/signing_config.h>
#include <aws/common/common.h>
#include <aws/s3/exports.h>
#include <aws/s3/s3_client.h>

AWS_PUSH_SANE_WARNING_LEVEL

/**
 * A list that is asked for page by page, each by one meta request.
 *
 * Counted with `aws_s3_paginator_acquire` and `aws_s3_paginator_release`. Usable from any thread.
 */
struct aws_s3_paginator;

AWS_EXTERN_C_BEGIN

/**
 * Takes one more reference to a paginator; release it with `aws_s3_paginator_release`. NULL does
 * nothing. May be called from any thread.
 */
AWS_S3_API
void aws_s3_paginator_acquire(struct aws_s3_paginator *paginator);

/**
 * Releases one reference to a paginator, which does not stop a page that is on its way: its
 * callbacks still come. With the last reference goes the one to the client. NULL does nothing. May
 * be called from any thread, also from callbacks.
 */
AWS_S3_API
void aws_s3_paginator_release(struct aws_s3_paginator *paginator);

/**
 * Asks for the next page, at first the first one, by a meta request of type DEFAULT.
 *
 * `signing_config` is used as `aws_s3_meta_request_options.signing_config` is; NULL means that of
 * the client. Does not wait for the network. Callbacks may begin before this returns. May be called
 * from any thread, also from the callback for a page's end.
 *
 * Returns AWS_OP_SUCCESS when the callback for the page's end will be called. Otherwise raises an
 * error and returns AWS_OP_ERR, and then no callback is called: AWS_ERROR_INVALID_STATE while a
 * page is on its way, after the last page, and after an error; AWS_ERROR_INVALID_ARGUMENT for a
 * NULL paginator; or what `aws_s3_client_make_meta_request` raises, which ends the list.
 */
AWS_S3_API
int aws_s3_paginator_continue(struct aws_s3_paginator *paginator, const struct aws_signing_config_aws *signing_config);

/**
 * Returns whether the last page that came said that another one follows: false before the first
 * one, after the last one, after an error, and for NULL. May be called from any thread, also from
 * callbacks.
 */
AWS_S3_API
bool aws_s3_paginator_has_more_results(const struct aws_s3_paginator *paginator);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_S3_PAGINATOR_H */
