#ifndef AWS_COMMON_CONFIG_H
#define AWS_COMMON_CONFIG_H
/* What the compiler and the platform offer, as far as the headers ask for it. */

#if defined(__GNUC__) || defined(__clang__)
#    define AWS_HAVE_GCC_OVERFLOW_MATH_EXTENSIONS
#endif

#if defined(__unix__) || defined(__APPLE__)
#    define AWS_HAVE_POSIX_LARGE_FILE_SUPPORT
#endif

#if defined(__GLIBC__) || defined(__APPLE__)
#    define AWS_HAVE_EXECINFO
#endif

#if defined(__x86_64__) || defined(_M_X64)
#    define AWS_ARCH_INTEL
#    define AWS_ARCH_INTEL_X64
#elif defined(__i386__) || defined(_M_IX86)
#    define AWS_ARCH_INTEL
#elif defined(__aarch64__) || defined(_M_ARM64)
#    define AWS_ARCH_ARM64
#endif

#endif /* AWS_COMMON_CONFIG_H */
