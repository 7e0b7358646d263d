//! Log subjects of this part and their names.

use crate::crt::embedded::published::subject_table;

subject_table!(
    pub(super) COMMON_SUBJECTS,
    0,
    [
        ("aws-c-common", "anything without a subject of its own"),
        ("task-scheduler", "tasks and their times"),
        ("thread", "starting and joining threads"),
        ("memtrace", "memory that is live"),
        ("xml-parser", "reading XML"),
        ("common-io", "files and directories"),
        ("bus", "messages between modules"),
        ("test", "tests"),
        ("json-parser", "reading JSON"),
        ("cbor", "reading and writing CBOR"),
    ]
);
