# What find_package(aws-c-common) finds in a build that uses aws-c-s3 with a CRT of its own. Two CRTs in one process
# would each have their own errors, threads and logger.
set(aws-c-common_FOUND FALSE)
set(aws-c-common_NOT_FOUND_MESSAGE "aws-c-s3 in this build brings its own CRT (AWS_C_S3_CRT=embedded), beside which \
aws-c-common cannot be used. Build aws-c-s3 with -DAWS_C_S3_CRT=host to share that of the AWS C libraries.")
