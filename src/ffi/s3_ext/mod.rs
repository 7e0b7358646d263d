//! The functions of `aws/s3/s3_ext.h`: what the headers of aws-c-s3 have no place for.

mod client;
mod grown;
mod meta_request;
mod resume_token;
