// SPDX-License-Identifier: Apache-2.0

// Writes an object to standard output. Shows how the C objects fit C++: each is owned by a unique_ptr whose deleter
// releases it, and what callbacks report comes back through a promise.
//
//     get BUCKET KEY [REGION]           credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
#include <aws/auth/credentials.h>
#include <aws/auth/signing_config.h>
#include <aws/common/thread.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

#include <cstdio>
#include <future>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

template <auto release> struct Releaser {
    template <typename T> void operator()(T *object) const { release(object); }
};

using Bootstrap = std::unique_ptr<aws_client_bootstrap, Releaser<aws_client_bootstrap_release>>;
using Provider = std::unique_ptr<aws_credentials_provider, Releaser<aws_credentials_provider_release>>;
using Client = std::unique_ptr<aws_s3_client, Releaser<aws_s3_client_release>>;
using Message = std::unique_ptr<aws_http_message, Releaser<aws_http_message_release>>;
using MetaRequest = std::unique_ptr<aws_s3_meta_request, Releaser<aws_s3_meta_request_release>>;

// The library's lifetime; made before everything else, so destroyed after it.
struct Library {
    Library() { aws_s3_library_init(aws_default_allocator()); }
    ~Library() {
        aws_thread_join_all_managed();
        aws_s3_library_clean_up();
    }
    Library(const Library &) = delete;
    Library &operator=(const Library &) = delete;
};

aws_byte_cursor cursor(const std::string &text) {
    return aws_byte_cursor_from_array(text.data(), text.size());
}

template <typename T> T *checked(T *object) {
    if (object == nullptr) {
        throw std::runtime_error(aws_error_str(aws_last_error()));
    }
    return object;
}

Client make_client(aws_client_bootstrap *bootstrap, aws_credentials_provider *provider, const std::string &region) {
    aws_signing_config_aws signing{};
    aws_s3_init_default_signing_config(&signing, cursor(region), provider);
    aws_s3_client_config config{};
    config.client_bootstrap = bootstrap;
    config.region = cursor(region);
    config.signing_config = &signing;
    return Client(checked(aws_s3_client_new(aws_default_allocator(), &config)));
}

// What the callbacks of one download write to.
struct Download {
    std::promise<int> result;
    std::promise<void> gone;
};

int on_body(aws_s3_meta_request *, const aws_byte_cursor *body, uint64_t, void *) {
    if (std::fwrite(body->ptr, 1, body->len, stdout) != body->len) {
        return aws_raise_error(AWS_ERROR_FILE_WRITE_FAILURE);
    }
    return AWS_OP_SUCCESS;
}

int get(aws_s3_client *client, const std::string &host, const std::string &key) {
    Message message(checked(aws_http_message_new_request(aws_default_allocator())));
    aws_http_header header{};
    header.name = aws_byte_cursor_from_c_str("Host");
    header.value = cursor(host);
    aws_http_message_add_header(message.get(), header);
    aws_http_message_set_request_method(message.get(), aws_byte_cursor_from_c_str("GET"));
    const std::string path = "/" + key;
    aws_http_message_set_request_path(message.get(), cursor(path));

    Download download;
    aws_s3_meta_request_options options{};
    options.type = AWS_S3_META_REQUEST_TYPE_GET_OBJECT;
    options.message = message.get();
    options.user_data = &download;
    options.body_callback = on_body;
    options.finish_callback = [](aws_s3_meta_request *, const aws_s3_meta_request_result *result, void *user_data) {
        static_cast<Download *>(user_data)->result.set_value(result->error_code);
    };
    options.shutdown_callback = [](void *user_data) { static_cast<Download *>(user_data)->gone.set_value(); };

    MetaRequest request(checked(aws_s3_client_make_meta_request(client, &options)));
    int error = download.result.get_future().get();
    request.reset();
    // Callbacks may use `download` until this one came.
    download.gone.get_future().wait();
    return error;
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 3) {
        std::cerr << "usage: get BUCKET KEY [REGION]\n";
        return 2;
    }
    const std::string region = argc > 3 ? argv[3] : "us-east-1";
    const std::string host = std::string(argv[1]) + ".s3." + region + ".amazonaws.com";
    try {
        Library library;
        Bootstrap bootstrap(checked(aws_s3_client_bootstrap_default(aws_default_allocator(), nullptr)));
        aws_credentials_provider_environment_options environment{};
        Provider provider(checked(aws_credentials_provider_new_environment(aws_default_allocator(), &environment)));
        Client client = make_client(bootstrap.get(), provider.get(), region);
        if (int error = get(client.get(), host, argv[2]); error != AWS_ERROR_SUCCESS) {
            throw std::runtime_error(aws_error_str(error));
        }
    } catch (const std::exception &error) {
        std::cerr << "get: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
