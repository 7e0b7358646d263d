//! Log subjects of this part and their names.

use super::log::subject_table;
use super::*;

subject_table!(
    COMMON_SUBJECTS,
    [
        (AWS_LS_COMMON_GENERAL, "aws-c-common", "anything without a subject of its own"),
        (AWS_LS_COMMON_TASK_SCHEDULER, "task-scheduler", "tasks and their times"),
        (AWS_LS_COMMON_THREAD, "thread", "starting and joining threads"),
        (AWS_LS_COMMON_MEMTRACE, "memtrace", "memory that is live"),
        (AWS_LS_COMMON_XML_PARSER, "xml-parser", "reading XML"),
        (AWS_LS_COMMON_IO, "common-io", "files and directories"),
        (AWS_LS_COMMON_BUS, "bus", "messages between modules"),
        (AWS_LS_COMMON_TEST, "test", "tests"),
        (AWS_LS_COMMON_JSON_PARSER, "json-parser", "reading JSON"),
        (AWS_LS_COMMON_CBOR, "cbor", "reading and writing CBOR"),
    ]
);
