// The S3 classes of aws-crt-cpp against a server: one line for each of several operations, "pass NAME", or
// "fail NAME: what was seen".
//
//     crt_cpp HOST BUCKET FOLDER        credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
#include <aws/crt/Api.h>
#include <aws/crt/auth/Credentials.h>
#include <aws/crt/http/HttpRequestResponse.h>
#include <aws/crt/io/Bootstrap.h>
#include <aws/crt/io/Stream.h>
#include <aws/crt/s3/S3.h>
#include <aws/s3/s3.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

using namespace Aws::Crt;

namespace {

struct Outcome {
    int error = -1;
    int status = 0;
    std::string body;
    std::string error_body;
};

std::string s_host, s_bucket, s_folder;
int s_failed = 0;

ByteCursor cursor(const std::string &text) {
    return ByteCursorFromArray(reinterpret_cast<const std::uint8_t *>(text.data()), text.size());
}

std::shared_ptr<Http::HttpRequest> request(const std::string &method, const std::string &rest,
                                           const std::string *body) {
    auto made = MakeShared<Http::HttpRequest>(DefaultAllocator());
    const std::string path = "/" + s_bucket + rest;
    made->SetMethod(cursor(method));
    made->SetPath(cursor(path));
    auto add = [&made](const char *name, const std::string &value) {
        Http::HttpHeader header{};
        header.name = ByteCursorFromCString(name);
        header.value = cursor(value);
        made->AddHeader(header);
    };
    add("host", s_host);
    if (body != nullptr) {
        add("content-length", std::to_string(body->size()));
        made->SetBody(MakeShared<StringStream>(DefaultAllocator(), String(body->data(), body->size())));
    }
    return made;
}

// Starts what `options` say; `during` gets the meta request before the wait.
Outcome run(S3::S3Client &client, S3::S3MetaRequestOptions &options, Outcome &outcome,
            const std::function<void(S3::S3MetaRequest &)> &during = {}) {
    std::promise<void> finished;
    options.SetFinishCallback([&outcome, &finished](const S3::S3MetaRequestResult &result) {
        outcome.error = result.errorCode;
        outcome.status = result.responseStatus;
        const ByteCursor text = result.errorResponseBody;
        outcome.error_body.assign(reinterpret_cast<const char *>(text.ptr), text.len);
        finished.set_value();
    });
    auto started = client.MakeMetaRequest(options);
    if (!started) {
        outcome.error = client.LastError();
        return outcome;
    }
    if (during) {
        during(*started);
    }
    finished.get_future().wait();
    return outcome;
}

Outcome get(S3::S3Client &client, const std::string &rest, const std::function<bool()> &at_body = {},
            const std::function<void(S3::S3MetaRequest &)> &during = {}) {
    Outcome outcome;
    auto options = S3::S3GetObjectMetaRequestOptions::Create(
        request("GET", rest, nullptr), [&outcome, at_body](ByteCursor body, std::uint64_t) {
            outcome.body.append(reinterpret_cast<const char *>(body.ptr), body.len);
            return !at_body || at_body();
        });
    return run(client, *options, outcome, during);
}

Outcome put(S3::S3Client &client, const std::string &rest, const std::string &body,
            const S3::S3ChecksumConfig *checksum = nullptr) {
    Outcome outcome;
    auto options = S3::S3PutObjectMetaRequestOptions::Create(request("PUT", rest, &body));
    if (checksum != nullptr) {
        options->SetChecksumConfig(*checksum);
    }
    return run(client, *options, outcome);
}

std::string ended(const Outcome &outcome, int error, int status) {
    if (outcome.error == error && (outcome.status == status || status < 0)) {
        return "";
    }
    return std::string(ErrorDebugString(outcome.error)) + ", status " + std::to_string(outcome.status);
}

std::string is(const Outcome &outcome, const std::string &body) {
    const std::string what = ended(outcome, 0, 200);
    return !what.empty() ? what : outcome.body == body ? "" : "another body";
}

void check(const std::string &name, const std::function<std::string()> &seen) {
    const std::string what = seen();
    s_failed += !what.empty();
    std::cout << (what.empty() ? "pass " + name : "fail " + name + ": " + what) << std::endl;
}

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>(i * 31 + (i >> 13));
    }
    return text;
}

void all(S3::S3Client &client) {
    const std::string small = pattern(1000), large = pattern(23 * 1024 * 1024 + 17);
    check("put", [&] { return ended(put(client, "/small", small), 0, 200); });
    check("put in parts, with checksums", [&] {
        S3::S3ChecksumConfig checksum;
        checksum.SetLocation(S3::S3ChecksumLocation::Trailer).SetChecksumAlgorithm(S3::S3ChecksumAlgorithm::Crc32);
        return ended(put(client, "/large", large, &checksum), 0, 200);
    });
    check("get", [&] { return is(get(client, "/small"), small); });
    check("get in parts", [&] { return is(get(client, "/large"), large); });
    check("get what is not there", [&] {
        const Outcome outcome = get(client, "/nothing");
        const bool told = outcome.error != 0 && outcome.error_body.find("NoSuchKey") != std::string::npos;
        return told ? ended(outcome, outcome.error, 404) : ended(outcome, 0, 0) + ", no document";
    });
    check("get into a file", [&] {
        Outcome outcome;
        const std::string path = s_folder + "/received";
        auto message = request("GET", "/large", nullptr);
        auto options = S3::S3GetObjectMetaRequestOptions::Create(message, String(path.c_str()));
        const std::string what = ended(run(client, *options, outcome), 0, 200);
        std::ifstream file(path, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        return !what.empty() ? what : text == large ? std::string() : std::string("another file");
    });
    check("put from a file", [&] {
        Outcome outcome;
        const std::string path = s_folder + "/received";
        auto message = request("PUT", "/of-file", nullptr);
        auto options = S3::S3PutObjectMetaRequestOptions::Create(message, String(path.c_str()));
        const std::string what = ended(run(client, *options, outcome), 0, 200);
        return !what.empty() ? what : is(get(client, "/of-file"), large);
    });
    check("put by writing", [&] {
        Outcome outcome;
        auto options = S3::S3PutObjectMetaRequestOptions::CreateWithAsyncWrites(request("PUT", "/written", nullptr));
        int failed = 0;
        run(client, *options, outcome, [&](S3::S3MetaRequest &started) {
            for (std::size_t at = 0; at < large.size(); at += 3000000) {
                const std::string piece = large.substr(at, 3000000);
                failed |= started.Write(cursor(piece), at + piece.size() == large.size()).get();
            }
        });
        const std::string what = ended(outcome, 0, 200);
        return failed != 0 ? "a write failed" : !what.empty() ? what : is(get(client, "/written"), large);
    });
    check("a callback that says no", [&] {
        const Outcome outcome = get(client, "/large", [] { return false; });
        return outcome.error != 0 ? std::string() : std::string("success");
    });
    check("cancel", [&] {
        const Outcome outcome = get(client, "/large", {}, [](S3::S3MetaRequest &started) { started.Cancel(); });
        return ended(outcome, AWS_ERROR_S3_CANCELED, -1);
    });
    check("list", [&] {
        Outcome outcome;
        auto message = request("GET", "?list-type=2", nullptr);
        auto options = S3::S3DefaultObjectMetaRequestOptions::Create(message, "ListObjectsV2");
        return ended(run(client, *options, outcome), 0, 200);
    });
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 4) {
        std::cerr << "crt_cpp HOST BUCKET FOLDER\n";
        return 2;
    }
    s_host = argv[1], s_bucket = argv[2], s_folder = argv[3];
    ApiHandle api;
    Io::EventLoopGroup loops(2);
    Io::DefaultHostResolver resolver(loops, 8, 30);
    Io::ClientBootstrap bootstrap(loops, resolver);
    {
        auto provider = Auth::CredentialsProvider::CreateCredentialsProviderEnvironment();
        S3::S3ClientConfig config(provider);
        config.SetRegion("us-east-1").SetClientBootstrap(bootstrap).SetTlsMode(S3::S3TlsMode::Disabled);
        config.SetPartSize(5 * 1024 * 1024).SetThroughputTargetGbps(5);
        S3::S3Client client(config);
        if (!client) {
            std::cout << "fail client: " << ErrorDebugString(client.LastError()) << std::endl;
            return 1;
        }
        all(client);
    }
    // A meta request of this version of aws-crt-cpp holds itself, and so its client: there is no end to wait for.
    std::_Exit(s_failed == 0 ? 0 : 1);
}
