#ifndef AWS_IO_SOCKET_H
#define AWS_IO_SOCKET_H
/* What a program may say about the sockets that the library opens. */

#include <aws/io/channel.h>
#include <aws/io/io.h>

AWS_PUSH_SANE_WARNING_LEVEL

enum aws_socket_domain {
    AWS_SOCKET_IPV4,
    AWS_SOCKET_IPV6,
    AWS_SOCKET_LOCAL,
    AWS_SOCKET_VSOCK,
};

enum aws_socket_type {
    AWS_SOCKET_STREAM,
    AWS_SOCKET_DGRAM,
};

/** Which implementation of sockets to use. */
enum aws_socket_impl_type {
    AWS_SOCKET_IMPL_PLATFORM_DEFAULT = 0,
    AWS_SOCKET_IMPL_POSIX,
    AWS_SOCKET_IMPL_WINSOCK,
    AWS_SOCKET_IMPL_APPLE_NETWORK_FRAMEWORK,
};

/** Size of an interface name, its NUL included. */
#define AWS_NETWORK_INTERFACE_NAME_MAX 16

/** Whether small writes wait for company. */
enum aws_socket_tcp_nodelay {
    AWS_SOCKET_TCP_NODELAY_DEFAULT = 0,
    AWS_SOCKET_TCP_NODELAY_ON,
    AWS_SOCKET_TCP_NODELAY_OFF,
};

struct aws_socket_options {
    enum aws_socket_type type;
    enum aws_socket_domain domain;
    enum aws_socket_impl_type impl_type;
    uint32_t connect_timeout_ms;
    /** The three keep-alive numbers hold only with `keepalive`; 0 leaves each to the system. */
    uint16_t keep_alive_interval_sec;
    uint16_t keep_alive_timeout_sec;
    uint16_t keep_alive_max_failed_probes;
    bool keepalive;
    enum aws_socket_tcp_nodelay tcp_nodelay;
    /** Interface to bind to; empty for none in particular. */
    char network_interface_name[AWS_NETWORK_INTERFACE_NAME_MAX];
};

/** Size of an address, its NUL included. */
#ifdef _WIN32
#    define AWS_ADDRESS_MAX_LEN 256
#else
#    define AWS_ADDRESS_MAX_LEN 108
#endif

/** An IP address or a local path, and a port where there is one. */
struct aws_socket_endpoint {
    char address[AWS_ADDRESS_MAX_LEN];
    uint32_t port;
};

struct aws_socket;

AWS_EXTERN_C_BEGIN

/** Whether the system has a network interface of this name. */
AWS_IO_API bool aws_is_network_interface_name_valid(const char *interface_name);

AWS_EXTERN_C_END
AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_IO_SOCKET_H */
