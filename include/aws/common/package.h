#ifndef AWS_COMMON_PACKAGE_H
#define AWS_COMMON_PACKAGE_H
/* Each library owns a block of error numbers and log subjects, chosen by its package id. */

/** Number of packages that can register errors and log subjects. */
#define AWS_PACKAGE_SLOTS 32

/** Package id of this part. */
#define AWS_C_COMMON_PACKAGE_ID 0

#endif /* AWS_COMMON_PACKAGE_H */
