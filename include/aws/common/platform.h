#ifndef AWS_COMMON_PLATFORM_H
#define AWS_COMMON_PLATFORM_H
/* AWS_OS_* names of the system that is being compiled for. */

#include <aws/common/config.h>

#if defined(_WIN32)
#    define AWS_OS_WINDOWS
#else
#    define AWS_OS_POSIX
#endif

#if defined(__linux__)
#    define AWS_OS_LINUX
#endif

#if defined(__ANDROID__)
#    define AWS_OS_ANDROID
#endif

#if defined(__APPLE__)
#    define AWS_OS_APPLE
#    include <TargetConditionals.h>
#    if defined(TARGET_OS_IPHONE) && TARGET_OS_IPHONE
#        define AWS_OS_IOS
#    else
#        define AWS_OS_MACOS
#    endif
#endif

#endif /* AWS_COMMON_PLATFORM_H */
