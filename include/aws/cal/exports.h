/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AWS_CAL_EXPORTS_H
#define AWS_CAL_EXPORTS_H

/* Marks what the library exports. Only a Windows DLL needs anything here. */
#if defined(_WIN32) && defined(AWS_CAL_USE_IMPORT_EXPORT)
#    ifdef AWS_CAL_EXPORTS
#        define AWS_CAL_API __declspec(dllexport)
#    else
#        define AWS_CAL_API __declspec(dllimport)
#    endif
#else
#    define AWS_CAL_API
#endif

#endif /* AWS_CAL_EXPORTS_H */
