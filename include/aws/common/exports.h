#ifndef AWS_COMMON_EXPORTS_H
#define AWS_COMMON_EXPORTS_H
/* Visibility of the functions of this part. The library exports them by itself, so a program needs no marker. */

#if defined(_WIN32)
#    if defined(AWS_COMMON_USE_IMPORT_EXPORT)
#        define AWS_COMMON_API __declspec(dllimport)
#    else
#        define AWS_COMMON_API
#    endif
#else
#    define AWS_COMMON_API
#endif

/* Every inline function also exists as a symbol. A program that wants to call the symbols instead of compiling
 * the bodies in defines AWS_NO_STATIC_IMPL. */
#if defined(AWS_NO_STATIC_IMPL) && !defined(AWS_STATIC_IMPL)
#    define AWS_STATIC_IMPL AWS_COMMON_API
#endif
#ifndef AWS_STATIC_IMPL
#    define AWS_STATIC_IMPL static inline
#endif

#endif /* AWS_COMMON_EXPORTS_H */
