/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_S3_EXPORTS_H
#define AWS_S3_EXPORTS_H

/**
 * @file
 *
 * AWS_S3_API marks what the library exports. A program that uses a shared library defines AWS_S3_USE_IMPORT_EXPORT;
 * whoever builds the shared library defines AWS_S3_EXPORTS as well. The CMake package does both.
 */
#if defined(AWS_S3_USE_IMPORT_EXPORT) && (defined(_WIN32) || defined(AWS_CRT_USE_WINDOWS_DLL_SEMANTICS))
#    if defined(AWS_S3_EXPORTS)
#        define AWS_S3_API __declspec(dllexport)
#    else
#        define AWS_S3_API __declspec(dllimport)
#    endif
#elif defined(AWS_S3_USE_IMPORT_EXPORT) && defined(AWS_S3_EXPORTS)
#    define AWS_S3_API __attribute__((visibility("default")))
#else
#    define AWS_S3_API
#endif

#endif /* AWS_S3_EXPORTS_H */
