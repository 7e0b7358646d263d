#ifndef AWS_COMMON_COMMAND_LINE_PARSER_H
#define AWS_COMMON_COMMAND_LINE_PARSER_H
/* Parsing of command lines. The state is global: one thread, one command line at a time. */

#include <aws/common/common.h>

AWS_PUSH_SANE_WARNING_LEVEL
AWS_EXTERN_C_BEGIN

/** Whether an option has an argument. */
enum aws_cli_options_has_arg {
    AWS_CLI_OPTIONS_NO_ARGUMENT = 0,
    AWS_CLI_OPTIONS_REQUIRED_ARGUMENT = 1,
    AWS_CLI_OPTIONS_OPTIONAL_ARGUMENT = 2,
};

/** One option. */
struct aws_cli_option {
    /** Name behind two dashes; NULL for none. */
    const char *name;
    /** For documentation; the parser goes by `optstring`. */
    enum aws_cli_options_has_arg has_arg;
    /** Not used; NULL. */
    int *flag;
    /** Letter behind one dash, and what the parser returns. */
    int val;
};

/** A subcommand. `argc` and `argv` begin with its name; what it returns is passed on. */
typedef int(
    aws_cli_options_subcommand_fn)(int argc, char *const argv[], const char *command_name, void *user_data);

/** A name and the function to call for it. */
struct aws_cli_subcommand_dispatch {
    /** The function. */
    aws_cli_options_subcommand_fn *subcommand_fn;
    /** The name. */
    const char *command_name;
};

/** Index in argv of what comes next. */
AWS_COMMON_API extern int aws_cli_optind;
/** Argument of the option just parsed; NULL when it has none. */
AWS_COMMON_API extern const char *aws_cli_optarg;
/** The argument just parsed when it is no option; else NULL. */
AWS_COMMON_API extern const char *aws_cli_positional_arg;

/**
 * Takes the next argument off the command line. `optstring` holds the `val` of every accepted option, followed by a
 * colon
 * when it has an argument; `longopts` ends with a zeroed entry. Returns the option's `val` and stores its index in
 * `*longindex` unless that is NULL; 0x02 for an argument that is no option (see aws_cli_positional_arg); '?' for an
 * unknown
 * option or a missing argument; -1 when there are no more.
 */
AWS_COMMON_API int aws_cli_getopt_long(
    int argc,
    char *const argv[],
    const char *optstring,
    const struct aws_cli_option *longopts,
    int *longindex);

/** Starts over, for another command line. */
AWS_COMMON_API void aws_cli_reset_state(void);

/**
 * Calls the function whose name is `argv[1]` and returns what it returns. The parser starts over before.
 * AWS_ERROR_UNIMPLEMENTED when there is no such name, AWS_ERROR_INVALID_ARGUMENT when there is no `argv[1]`.
 */
AWS_COMMON_API int aws_cli_dispatch_on_subcommand(
    int argc,
    char *const argv[],
    struct aws_cli_subcommand_dispatch *dispatch_table,
    int table_length,
    void *user_data);

AWS_EXTERN_C_END

AWS_POP_SANE_WARNING_LEVEL

#endif /* AWS_COMMON_COMMAND_LINE_PARSER_H */
