// A client in the manner of an SDK for C++: the path of each message is a whole URL, the endpoint comes along parsed,
// bodies go into streams of the standard library, and the meta request is released in its finish callback.
//
//     whole_urls gets BASE COUNT SIZE    puts an object of SIZE bytes and gets it COUNT times at once
//     whole_urls all BASE                one line for each of several operations: "pass NAME", or "fail NAME: why"
//
// BASE is the URL of a bucket, such as http://localhost:8000/bucket. Credentials come from AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY, and the file of the CA that https trusts from CONSUMERS_CA.
#include <aws/auth/credentials.h>
#include <aws/auth/signing_config.h>
#include <aws/common/thread.h>
#include <aws/http/request_response.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>
#include <aws/io/stream.h>
#include <aws/io/tls_channel_handler.h>
#include <aws/io/uri.h>
#include <aws/s3/s3.h>
#include <aws/s3/s3_client.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

aws_byte_cursor cursor(const std::string &text) { return aws_byte_cursor_from_array(text.data(), text.size()); }

// What a number of KiB in /proc/self/status is at the moment.
long kib(const std::string &name) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.compare(0, name.size() + 1, name + ":") == 0) {
            return std::stol(line.substr(name.size() + 1));
        }
    }
    return -1;
}

struct Outcome {
    int error = 0;
    int status = 0;
    std::string body;
    std::string error_body;
    std::uint64_t received = 0;
};

// One operation under way; deletes itself when the library is done with it.
struct Transfer {
    std::promise<Outcome> promise;
    Outcome outcome;
    bool keeps = true;
    bool cancels = false;
    std::string sent;
    aws_byte_cursor sent_cursor{};
};

class Client {
  public:
    explicit Client(const std::string &base) : m_base(base) {
        m_allocator = aws_default_allocator();
        m_loops = aws_event_loop_group_new_default(m_allocator, 2, nullptr);
        aws_host_resolver_default_options names{};
        names.max_entries = 8;
        names.el_group = m_loops;
        m_resolver = aws_host_resolver_new_default(m_allocator, &names);
        aws_client_bootstrap_options bootstrap{};
        bootstrap.event_loop_group = m_loops;
        bootstrap.host_resolver = m_resolver;
        m_bootstrap = aws_client_bootstrap_new(m_allocator, &bootstrap);
        aws_credentials_provider_environment_options environment{};
        m_provider = aws_credentials_provider_new_environment(m_allocator, &environment);
        aws_byte_cursor url = cursor(m_base);
        if (aws_uri_init_parse(&m_endpoint, m_allocator, &url) != AWS_OP_SUCCESS) {
            throw std::runtime_error("not a URL: " + base);
        }
        aws_s3_init_default_signing_config(&m_signing, cursor(m_region), m_provider);
        aws_s3_client_config config{};
        config.client_bootstrap = m_bootstrap;
        config.region = cursor(m_region);
        config.signing_config = &m_signing;
        config.tls_mode = AWS_MR_TLS_DISABLED;
        if (m_base.compare(0, 6, "https:") == 0) {
            make_tls();
            config.tls_mode = AWS_MR_TLS_ENABLED;
            config.tls_connection_options = &m_tls;
        }
        config.throughput_target_gbps = 2.0;
        config.part_size = 5 * 1024 * 1024;
        config.shutdown_callback = [](void *user_data) { static_cast<std::promise<void> *>(user_data)->set_value(); };
        config.shutdown_callback_user_data = &m_gone;
        m_client = aws_s3_client_new(m_allocator, &config);
        if (m_client == nullptr) {
            throw std::runtime_error(aws_error_str(aws_last_error()));
        }
    }

    ~Client() {
        aws_s3_client_release(m_client);
        m_gone.get_future().wait();
        aws_credentials_provider_release(m_provider);
        aws_client_bootstrap_release(m_bootstrap);
        aws_host_resolver_release(m_resolver);
        aws_event_loop_group_release(m_loops);
        aws_uri_clean_up(&m_endpoint);
        aws_tls_connection_options_clean_up(&m_tls);
    }

    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    std::future<Outcome> start(aws_s3_meta_request_type type, const std::string &method, const std::string &rest,
                               const Headers &headers = {}, const std::string &body = {}, bool keeps = true,
                               bool cancels = false, aws_s3_checksum_config *checksum = nullptr) {
        auto *transfer = new Transfer;
        transfer->keeps = keeps;
        transfer->cancels = cancels;
        transfer->sent = body;
        std::future<Outcome> future = transfer->promise.get_future();
        aws_http_message *message = message_of(method, m_base + rest, headers, transfer);

        aws_s3_meta_request_options options{};
        options.type = type;
        options.operation_name = aws_byte_cursor_from_c_str("AnOperation");
        options.message = message;
        options.endpoint = &m_endpoint;
        options.signing_config = &m_signing;
        options.checksum_config = checksum;
        options.user_data = transfer;
        options.headers_callback = [](aws_s3_meta_request *, const aws_http_headers *, int status, void *user_data) {
            static_cast<Transfer *>(user_data)->outcome.status = status;
            return AWS_OP_SUCCESS;
        };
        options.body_callback = at_body;
        options.finish_callback = at_finish;
        options.shutdown_callback = [](void *user_data) {
            auto *transfer = static_cast<Transfer *>(user_data);
            transfer->promise.set_value(std::move(transfer->outcome));
            delete transfer;
        };
        aws_s3_meta_request *request = aws_s3_client_make_meta_request(m_client, &options);
        aws_http_message_release(message);
        if (request == nullptr) {
            transfer->outcome.error = aws_last_error();
            options.shutdown_callback(transfer);
        }
        return future;
    }

  private:
    void make_tls() {
        aws_tls_ctx_options options{};
        aws_tls_ctx_options_init_default_client(&options, m_allocator);
        aws_tls_ctx_options_override_default_trust_store_from_path(&options, nullptr, std::getenv("CONSUMERS_CA"));
        aws_tls_ctx *context = aws_tls_client_ctx_new(m_allocator, &options);
        if (context == nullptr) {
            throw std::runtime_error(aws_error_str(aws_last_error()));
        }
        aws_tls_connection_options_init_from_ctx(&m_tls, context);
        aws_tls_ctx_release(context);
        aws_tls_ctx_options_clean_up(&options);
    }

    aws_http_message *message_of(const std::string &method, const std::string &url, const Headers &headers,
                                 Transfer *transfer) {
        aws_http_message *message = aws_http_message_new_request(m_allocator);
        aws_http_message_set_request_method(message, cursor(method));
        aws_http_message_set_request_path(message, cursor(url));
        auto add = [message](const char *name, aws_byte_cursor value) {
            aws_http_header header{};
            header.name = aws_byte_cursor_from_c_str(name);
            header.value = value;
            aws_http_message_add_header(message, header);
        };
        add("host", *aws_uri_authority(&m_endpoint));
        for (const auto &header : headers) {
            add(header.first.c_str(), cursor(header.second));
        }
        if (method == "PUT") {
            const std::string length = std::to_string(transfer->sent.size());
            add("content-length", cursor(length));
            transfer->sent_cursor = cursor(transfer->sent);
            aws_input_stream *stream = aws_input_stream_new_from_cursor(m_allocator, &transfer->sent_cursor);
            aws_http_message_set_body_stream(message, stream);
            aws_input_stream_release(stream);
        }
        return message;
    }

    static int at_body(aws_s3_meta_request *request, const aws_byte_cursor *body, std::uint64_t, void *user_data) {
        auto *transfer = static_cast<Transfer *>(user_data);
        transfer->outcome.received += body->len;
        if (transfer->keeps) {
            transfer->outcome.body.append(reinterpret_cast<const char *>(body->ptr), body->len);
        }
        if (transfer->cancels) {
            aws_s3_meta_request_cancel(request);
        }
        return AWS_OP_SUCCESS;
    }

    static void at_finish(aws_s3_meta_request *request, const aws_s3_meta_request_result *result, void *user_data) {
        auto *transfer = static_cast<Transfer *>(user_data);
        transfer->outcome.error = result->error_code;
        transfer->outcome.status = result->response_status;
        if (result->error_response_body != nullptr) {
            const aws_byte_cursor text = aws_byte_cursor_from_buf(result->error_response_body);
            transfer->outcome.error_body.assign(reinterpret_cast<const char *>(text.ptr), text.len);
        }
        aws_s3_meta_request_release(request);
    }

    const std::string m_base;
    const std::string m_region = "us-east-1";
    aws_allocator *m_allocator = nullptr;
    aws_event_loop_group *m_loops = nullptr;
    aws_host_resolver *m_resolver = nullptr;
    aws_client_bootstrap *m_bootstrap = nullptr;
    aws_credentials_provider *m_provider = nullptr;
    aws_uri m_endpoint{};
    aws_tls_connection_options m_tls{};
    aws_signing_config_aws m_signing{};
    aws_s3_client *m_client = nullptr;
    std::promise<void> m_gone;
};

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>(i * 31 + (i >> 13));
    }
    return text;
}

const auto GET = AWS_S3_META_REQUEST_TYPE_GET_OBJECT;
const auto PUT = AWS_S3_META_REQUEST_TYPE_PUT_OBJECT;
const auto COPY = AWS_S3_META_REQUEST_TYPE_COPY_OBJECT;
const auto OTHER = AWS_S3_META_REQUEST_TYPE_DEFAULT;

int gets(const std::string &base, std::size_t count, std::size_t size) {
    Client client(base);
    if (client.start(PUT, "PUT", "/" + std::to_string(size), {}, pattern(size)).get().error != 0) {
        std::cout << "the object could not be put\n";
        return 1;
    }
    const long before = kib("VmRSS");
    std::vector<std::future<Outcome>> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(client.start(GET, "GET", "/" + std::to_string(size), {}, {}, false));
    }
    std::size_t whole = 0;
    for (auto &one : all) {
        const Outcome outcome = one.get();
        whole += outcome.error == 0 && outcome.received == size;
    }
    std::cout << whole << " of " << count << " whole, peak " << kib("VmHWM") << " KiB, grown by "
              << kib("VmHWM") - before << " KiB\n";
    return whole == count ? 0 : 1;
}

int s_failed = 0;

void check(const std::string &name, const std::function<std::string()> &seen) {
    const std::string what = seen();
    s_failed += !what.empty();
    std::cout << (what.empty() ? "pass " + name : "fail " + name + ": " + what) << std::endl;
}

std::string ended(const Outcome &outcome, int error, int status) {
    std::ostringstream text;
    if (outcome.error != error || outcome.status != status) {
        text << aws_error_name(outcome.error) << ", status " << outcome.status << " " << outcome.error_body;
    }
    return text.str();
}

int all(const std::string &base) {
    Client client(base);
    const std::string small = pattern(1000), large = pattern(23 * 1024 * 1024 + 17);
    auto is = [](const Outcome &outcome, int status, const std::string &body) {
        const std::string what = ended(outcome, 0, status);
        return !what.empty() ? what : outcome.body == body ? "" : "another body";
    };
    check("put in one", [&] { return ended(client.start(PUT, "PUT", "/small", {}, small).get(), 0, 200); });
    check("put in parts", [&] { return ended(client.start(PUT, "PUT", "/large", {}, large).get(), 0, 200); });
    check("put with a trailing checksum", [&] {
        aws_s3_checksum_config checksum{};
        checksum.location = AWS_SCL_TRAILER;
        checksum.checksum_algorithm = AWS_SCA_CRC32;
        return ended(client.start(PUT, "PUT", "/sums", {}, large, true, false, &checksum).get(), 0, 200);
    });
    check("get", [&] { return is(client.start(GET, "GET", "/small").get(), 200, small); });
    check("get in parts", [&] { return is(client.start(GET, "GET", "/large").get(), 200, large); });
    check("get and validate", [&] {
        aws_s3_checksum_config checksum{};
        checksum.validate_response_checksum = true;
        return is(client.start(GET, "GET", "/sums", {}, {}, true, false, &checksum).get(), 200, large);
    });
    check("get a range", [&] {
        return is(client.start(GET, "GET", "/large", {{"range", "bytes=100-7000000"}}).get(), 206,
                  large.substr(100, 7000000 - 100 + 1));
    });
    check("get what is not there", [&] {
        const Outcome outcome = client.start(GET, "GET", "/nothing").get();
        const std::string what = ended(outcome, AWS_ERROR_S3_INVALID_RESPONSE_STATUS, 404);
        return !what.empty() ? what : outcome.error_body.find("NoSuchKey") == std::string::npos ? "no document" : "";
    });
    check("list", [&] {
        const Outcome outcome = client.start(OTHER, "GET", "?list-type=2").get();
        const std::string what = ended(outcome, 0, 200);
        return !what.empty() ? what : outcome.body.find("<Key>large</Key>") == std::string::npos ? "not listed" : "";
    });
    check("copy", [&] {
        const std::string bucket = base.substr(base.find('/', base.find("//") + 2) + 1);
        const Headers source = {{"x-amz-copy-source", "/" + bucket + "/small"}};
        const std::string what = ended(client.start(COPY, "PUT", "/copied", source).get(), 0, 200);
        return !what.empty() ? what : is(client.start(GET, "GET", "/copied").get(), 200, small);
    });
    check("cancel in the body callback", [&] {
        const Outcome outcome = client.start(GET, "GET", "/large", {}, {}, false, true).get();
        return outcome.error == AWS_ERROR_S3_CANCELED ? std::string() : ended(outcome, AWS_ERROR_S3_CANCELED, 200);
    });
    check("delete", [&] { return ended(client.start(OTHER, "DELETE", "/copied").get(), 0, 204); });
    return s_failed == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
    aws_s3_library_init(aws_default_allocator());
    const std::string what = argc > 2 ? argv[1] : "";
    int code = 2;
    if (what == "gets" && argc == 5) {
        code = gets(argv[2], std::stoul(argv[3]), std::stoul(argv[4]));
    } else if (what == "all" && argc == 3) {
        code = all(argv[2]);
    } else {
        std::cerr << "whole_urls gets BASE COUNT SIZE | all BASE\n";
    }
    aws_thread_join_all_managed();
    aws_s3_library_clean_up();
    return code;
}
