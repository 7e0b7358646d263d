/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_AUTO_RANGED_PUT_H
#define AWS_S3_AUTO_RANGED_PUT_H

/**
 * @file
 *
 * For programs that include the header in which the original keeps the insides of uploads, for the sake of what it
 * includes. Nothing of the library's own is here: uploads are made with aws_s3_client_make_meta_request.
 *
 * Made from Rust, see src/abi/headers: do not edit it in include.
 */

#include <aws/auth/signing.h>
#include <aws/common/atomics.h>
#include <aws/common/byte_buf.h>
#include <aws/common/hash_table.h>
#include <aws/common/linked_list.h>
#include <aws/common/mutex.h>
#include <aws/common/ref_count.h>
#include <aws/common/task_scheduler.h>
#include <aws/common/thread.h>
#include <aws/common/uri.h>
#include <aws/http/connection.h>
#include <aws/http/connection_manager.h>
#include <aws/http/proxy.h>
#include <aws/http/request_response.h>
#include <aws/s3/private/s3_paginator.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

#endif /* AWS_S3_AUTO_RANGED_PUT_H */
