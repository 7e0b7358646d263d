#ifndef AWS_COMMON_FILE_H
#define AWS_COMMON_FILE_H
/* Files and directories. Errors are those of aws_translate_and_raise_io_error() unless said otherwise. */

#include <aws/common/byte_buf.h>
#include <aws/common/common.h>
#include <aws/common/platform.h>

#include <stdio.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

#ifdef _WIN32
#    define AWS_PATH_DELIM '\\'
#    define AWS_PATH_DELIM_STR "\\"
#else
/** What this system puts between directories. */
#    define AWS_PATH_DELIM '/'
#    define AWS_PATH_DELIM_STR "/"
#endif

/** A descriptor of no file. */
enum { AWS_FILE_INVALID_FD = -1 };

struct aws_string;

/** What an entry of a directory is; bits. */
enum aws_file_type {
    AWS_FILE_TYPE_FILE = 1,
    AWS_FILE_TYPE_SYM_LINK = 2,
    AWS_FILE_TYPE_DIRECTORY = 4,
};

/** An entry of a directory, good during the callback. */
struct aws_directory_entry {
    /** Absolute path. */
    struct aws_byte_cursor path;
    /** Path from where the walk began. */
    struct aws_byte_cursor relative_path;
    /** Bits of enum aws_file_type. */
    int file_type;
    /** Bytes, for a file. */
    int64_t file_size;
};

/** Gets one entry; false ends the walk. */
typedef bool(aws_on_directory_entry)(const struct aws_directory_entry *entry, void *user_data);

/**
 * Opens a file like fopen(); close it with fclose(). NULL with an error: AWS_ERROR_FILE_INVALID_PATH for a missing
 * file or
 * no path, AWS_ERROR_INVALID_ARGUMENT for no mode.
 */
AWS_COMMON_API FILE *aws_fopen(const char *file_path, const char *mode);

/** The same with strings. */
AWS_COMMON_API FILE *aws_fopen_safe(const struct aws_string *file_path, const struct aws_string *mode);

/** Like fseek() with 64 bits. AWS_ERROR_STREAM_UNSEEKABLE where that is not possible. */
AWS_COMMON_API int aws_fseek(FILE *file, int64_t offset, int whence);

/** Stores the size of an open file. AWS_ERROR_INVALID_FILE_HANDLE for one that is not open. */
AWS_COMMON_API int aws_file_get_length(FILE *file, int64_t *length);

/** Stores when an open file was last changed, in nanoseconds since 1970. */
AWS_COMMON_API int aws_file_get_last_modified_epoch(FILE *file, uint64_t *last_modified_ns);

/** Deletes a file. A missing one is no error. */
AWS_COMMON_API int aws_file_delete(const struct aws_string *file_path);

/** Whether something is there. */
AWS_COMMON_API bool aws_path_exists(const struct aws_string *path);

/** Whether a directory is there. */
AWS_COMMON_API bool aws_directory_exists(const struct aws_string *dir_path);

/** Creates a directory. One that exists is no error. */
AWS_COMMON_API int aws_directory_create(const struct aws_string *dir_path);

/**
 * Deletes a directory, with all that is in it if asked; AWS_ERROR_DIRECTORY_NOT_EMPTY when not asked. A missing one is
 * no
 * error.
 */
AWS_COMMON_API int aws_directory_delete(const struct aws_string *dir_path, bool recursive);

/** Renames a file or directory. */
AWS_COMMON_API int aws_directory_or_file_move(const struct aws_string *from, const struct aws_string *to);

/**
 * Calls back for each entry of a directory, and of those below it if asked (a directory comes after what is in it).
 * False
 * from the callback ends the walk with AWS_ERROR_OPERATION_INTERUPTED unless the callback raised something.
 */
AWS_COMMON_API int aws_directory_traverse(
    struct aws_allocator *allocator,
    const struct aws_string *path,
    bool recursive,
    aws_on_directory_entry *on_entry,
    void *user_data);

/** What this system puts between directories. */
AWS_COMMON_API char aws_get_platform_directory_separator(void);

/** Whether a character is a slash or a backslash. */
AWS_COMMON_API bool aws_is_any_directory_separator(char value);

/** The user's directory, to be released with aws_string_destroy(). NULL with AWS_ERROR_GET_HOME_DIRECTORY_FAILED. */
AWS_COMMON_API struct aws_string *aws_get_home_directory(struct aws_allocator *allocator);

/** Opens an existing file for writing; close it with aws_file_close_fd(). */
AWS_COMMON_API int aws_file_open_for_write(const struct aws_string *file_path, int *out_fd);

/** The same past the page cache. AWS_ERROR_UNSUPPORTED_OPERATION where the system has no such thing. */
AWS_COMMON_API int aws_file_open_direct_io_for_write(const struct aws_string *file_path, int *out_fd);

/** Writes all bytes at a position, from any thread. AWS_ERROR_FILE_WRITE_FAILURE. */
AWS_COMMON_API int aws_file_write_to_offset(int fd, uint64_t offset, struct aws_byte_cursor data);

/**
 * The same for a file opened for direct I/O: position, length and memory are multiples of the page size.
 * AWS_ERROR_INVALID_ARGUMENT when not.
 */
AWS_COMMON_API int aws_file_write_to_offset_direct_io(int fd, uint64_t offset, struct aws_byte_cursor data);

/** Closes a descriptor. AWS_FILE_INVALID_FD is ignored. */
AWS_COMMON_API void aws_file_close_fd(int fd);

/** Whether this system has files past the page cache. */
AWS_COMMON_API bool aws_file_direct_io_is_supported(void);

/**
 * Appends part of a file to the room that a buffer has; fewer bytes only at the end of the file.
 * AWS_ERROR_SHORT_BUFFER when
 * the room is too small, AWS_ERROR_FILE_READ_FAILURE.
 */
AWS_COMMON_API int aws_file_path_read_from_offset(
    const struct aws_string *file_path,
    uint64_t offset,
    size_t max_read_length,
    struct aws_byte_buf *output_buf,
    size_t *out_actual_read);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_FILE_H */
