#ifndef AWS_COMMON_BYTE_ORDER_H
#define AWS_COMMON_BYTE_ORDER_H
/* Between the byte order of this machine and that of the network (big-endian). */

#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** 1 on a big-endian machine, 0 on a little-endian one. */
AWS_STATIC_IMPL int aws_is_big_endian(void);

/** 64 bits from host to network order. */
AWS_STATIC_IMPL uint64_t aws_hton64(uint64_t x);

/** 64 bits from network to host order. */
AWS_STATIC_IMPL uint64_t aws_ntoh64(uint64_t x);

/** 32 bits from host to network order. */
AWS_STATIC_IMPL uint32_t aws_hton32(uint32_t x);

/** 32 bits from network to host order. */
AWS_STATIC_IMPL uint32_t aws_ntoh32(uint32_t x);

/** 16 bits from host to network order. */
AWS_STATIC_IMPL uint16_t aws_hton16(uint16_t x);

/** 16 bits from network to host order. */
AWS_STATIC_IMPL uint16_t aws_ntoh16(uint16_t x);

/** A float from host to network order, byte by byte. */
AWS_STATIC_IMPL float aws_htonf32(float x);

/** A float from network to host order, byte by byte. */
AWS_STATIC_IMPL float aws_ntohf32(float x);

/** A double from host to network order, byte by byte. */
AWS_STATIC_IMPL double aws_htonf64(double x);

/** A double from network to host order, byte by byte. */
AWS_STATIC_IMPL double aws_ntohf64(double x);

/** 16 bits from little-endian to host order. */
AWS_STATIC_IMPL uint16_t aws_letoh16(uint16_t x);

/** 32 bits from little-endian to host order. */
AWS_STATIC_IMPL uint32_t aws_letoh32(uint32_t x);

AWS_EXTERN_C_END

#ifndef AWS_NO_STATIC_IMPL
#    include <aws/common/byte_order.inl>
#endif

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_BYTE_ORDER_H */
