import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtResource;
import software.amazon.awssdk.crt.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.http.HttpRequestBodyStream;
import software.amazon.awssdk.crt.io.ClientBootstrap;
import software.amazon.awssdk.crt.io.EventLoopGroup;
import software.amazon.awssdk.crt.io.HostResolver;
import software.amazon.awssdk.crt.s3.ChecksumAlgorithm;
import software.amazon.awssdk.crt.s3.ChecksumConfig;
import software.amazon.awssdk.crt.s3.S3Client;
import software.amazon.awssdk.crt.s3.S3ClientOptions;
import software.amazon.awssdk.crt.s3.S3FinishedResponseContext;
import software.amazon.awssdk.crt.s3.S3MetaRequest;
import software.amazon.awssdk.crt.s3.S3MetaRequestOptions;
import software.amazon.awssdk.crt.s3.S3MetaRequestOptions.MetaRequestType;
import software.amazon.awssdk.crt.s3.S3MetaRequestProgress;
import software.amazon.awssdk.crt.s3.S3MetaRequestResponseHandler;
import software.amazon.awssdk.crt.s3.S3RequestMetrics;

/**
 * The S3 classes of aws-crt-java against a server: "pass NAME", or "fail NAME: what was seen".
 *
 * <p>Transfers HOST BUCKET [exit], with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; with "exit", it ends by
 * System.exit(3) while downloads run.
 */
public class Transfers {
    static final byte[] LARGE = pattern(23 * 1024 * 1024 + 17);
    static String host;
    static String bucket;

    static byte[] pattern(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 13));
        }
        return bytes;
    }

    static long sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }

    /** What a transfer told. */
    static class Handler implements S3MetaRequestResponseHandler {
        final CompletableFuture<S3FinishedResponseContext> finished = new CompletableFuture<>();
        final CountDownLatch begun = new CountDownLatch(1);
        final CRC32 sum = new CRC32();
        long received;
        long progress;
        int metrics;
        int status;
        boolean fails;
        long pause;

        @Override
        public void onResponseHeaders(int status, HttpHeader[] headers) {
            this.status = status;
        }

        @Override
        public int onResponseBody(ByteBuffer body, long start, long end) {
            begun.countDown();
            if (fails) {
                throw new IllegalArgumentException("the program's own");
            }
            if (pause > 0) {
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException error) {
                    throw new IllegalStateException(error);
                }
            }
            int length = body.remaining();
            received += length;
            sum.update(body);
            return length;
        }

        @Override
        public void onProgress(S3MetaRequestProgress progress) {
            this.progress += progress.getBytesTransferred();
        }

        @Override
        public void onTelemetry(S3RequestMetrics metrics) {
            this.metrics++;
        }

        @Override
        public void onFinished(S3FinishedResponseContext context) {
            finished.complete(context);
        }

        S3FinishedResponseContext end() throws Exception {
            return finished.get(60, TimeUnit.SECONDS);
        }

        void well() throws Exception {
            S3FinishedResponseContext context = end();
            if (context.getErrorCode() != 0) {
                throw new IllegalStateException(CRT.awsErrorName(context.getErrorCode()) + ", status "
                        + context.getResponseStatus());
            }
        }

        void brought(byte[] bytes) throws Exception {
            well();
            if (received != bytes.length || sum.getValue() != Transfers.sum(bytes)) {
                throw new IllegalStateException("another body, " + received + " bytes");
            }
        }
    }

    static S3MetaRequest start(S3Client client, MetaRequestType type, String method, String rest, byte[] body,
            Handler handler, ChecksumConfig checksum) {
        List<HttpHeader> headers = new ArrayList<>();
        headers.add(new HttpHeader("Host", host));
        HttpRequestBodyStream stream = null;
        if (body != null) {
            headers.add(new HttpHeader("Content-Length", Integer.toString(body.length)));
            ByteBuffer left = ByteBuffer.wrap(body);
            stream = new HttpRequestBodyStream() {
                @Override
                public boolean sendRequestBody(ByteBuffer out) {
                    int length = Math.min(out.remaining(), left.remaining());
                    ByteBuffer piece = left.duplicate();
                    piece.limit(piece.position() + length);
                    out.put(piece);
                    left.position(left.position() + length);
                    return !left.hasRemaining();
                }

                @Override
                public boolean resetPosition() {
                    left.rewind();
                    return true;
                }

                @Override
                public long getLength() {
                    return body.length;
                }
            };
        }
        HttpRequest request = new HttpRequest(method, "/" + bucket + rest, headers.toArray(new HttpHeader[0]), stream);
        S3MetaRequestOptions options = new S3MetaRequestOptions().withMetaRequestType(type).withHttpRequest(request)
                .withResponseHandler(handler).withEndpoint(URI.create("http://" + host));
        if (type == MetaRequestType.DEFAULT) {
            options.withOperationName("AnOperation");
        }
        if (checksum != null) {
            options.withChecksumConfig(checksum);
        }
        return client.makeMetaRequest(options);
    }

    static S3MetaRequest get(S3Client client, String rest, Handler handler) {
        return start(client, MetaRequestType.GET_OBJECT, "GET", rest, null, handler, null);
    }

    interface Check {
        void run() throws Exception;
    }

    static void check(String name, Check check) {
        try {
            check.run();
            System.out.println("pass " + name);
        } catch (Exception error) {
            System.out.println("fail " + name + ": " + error);
        }
    }

    static void all(S3Client client) {
        check("put", () -> {
            Handler handler = new Handler();
            try (S3MetaRequest request = start(client, MetaRequestType.PUT_OBJECT, "PUT", "/small", pattern(1000),
                    handler, null)) {
                handler.well();
            }
        });
        check("put in parts, with checksums", () -> {
            Handler handler = new Handler();
            ChecksumConfig checksum = new ChecksumConfig()
                    .withChecksumLocation(ChecksumConfig.ChecksumLocation.TRAILER)
                    .withChecksumAlgorithm(ChecksumAlgorithm.CRC32);
            try (S3MetaRequest request = start(client, MetaRequestType.PUT_OBJECT, "PUT", "/large", LARGE, handler,
                    checksum)) {
                handler.well();
            }
            if (handler.progress != LARGE.length || handler.metrics < 6) {
                throw new IllegalStateException(handler.progress + " bytes, " + handler.metrics + " requests told of");
            }
        });
        check("get", () -> {
            Handler handler = new Handler();
            try (S3MetaRequest request = get(client, "/small", handler)) {
                handler.brought(pattern(1000));
            }
        });
        check("get in parts", () -> {
            Handler handler = new Handler();
            try (S3MetaRequest request = get(client, "/large", handler)) {
                handler.brought(LARGE);
            }
        });
        check("twenty at once", () -> {
            List<Handler> handlers = new ArrayList<>();
            List<S3MetaRequest> requests = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                handlers.add(new Handler());
                requests.add(get(client, "/large", handlers.get(i)));
            }
            for (int i = 0; i < 20; i++) {
                handlers.get(i).brought(LARGE);
                requests.get(i).close();
            }
        });
        check("closed at once", () -> {
            Handler handler = new Handler();
            get(client, "/large", handler).close();
            handler.brought(LARGE);
        });
        check("get what is not there", () -> {
            Handler handler = new Handler();
            try (S3MetaRequest request = get(client, "/nothing", handler)) {
                S3FinishedResponseContext context = handler.end();
                String text = new String(context.getErrorPayload(), StandardCharsets.UTF_8);
                if (context.getResponseStatus() != 404 || !text.contains("NoSuchKey")) {
                    throw new IllegalStateException(context.getResponseStatus() + " " + text);
                }
            }
        });
        check("an exception in a handler", () -> {
            Handler handler = new Handler();
            handler.fails = true;
            try (S3MetaRequest request = get(client, "/large", handler)) {
                if (!(handler.end().getCause() instanceof IllegalArgumentException)) {
                    throw new IllegalStateException("another cause: " + handler.end().getCause());
                }
            }
        });
        check("cancel", () -> {
            Handler handler = new Handler();
            try (S3MetaRequest request = get(client, "/large", handler)) {
                request.cancel();
                String name = CRT.awsErrorName(handler.end().getErrorCode());
                if (!name.equals("AWS_ERROR_S3_CANCELED")) {
                    throw new IllegalStateException(name);
                }
            }
        });
        check("list", () -> {
            Handler handler = new Handler();
            try (S3MetaRequest request = start(client, MetaRequestType.DEFAULT, "GET", "?list-type=2", null, handler,
                    null)) {
                handler.well();
            }
        });
    }

    public static void main(String[] arguments) throws Exception {
        host = arguments[0];
        bucket = arguments[1];
        byte[] key = System.getenv("AWS_ACCESS_KEY_ID").getBytes(StandardCharsets.UTF_8);
        byte[] secret = System.getenv("AWS_SECRET_ACCESS_KEY").getBytes(StandardCharsets.UTF_8);
        try (EventLoopGroup loops = new EventLoopGroup(0, 2); HostResolver resolver = new HostResolver(loops);
                ClientBootstrap bootstrap = new ClientBootstrap(loops, resolver);
                StaticCredentialsProvider provider = new StaticCredentialsProvider.StaticCredentialsProviderBuilder()
                        .withAccessKeyId(key).withSecretAccessKey(secret).build();
                AwsSigningConfig signing = AwsSigningConfig.getDefaultS3SigningConfig("us-east-1", provider);
                S3Client client = new S3Client(new S3ClientOptions().withRegion("us-east-1")
                        .withClientBootstrap(bootstrap).withSigningConfig(signing).withPartSize(5L * 1024 * 1024)
                        .withThroughputTargetGbps(5).withEndpoint("http://" + host))) {
            all(client);
            if (arguments.length > 2) {
                for (int i = 0; i < 4; i++) {
                    Handler handler = new Handler();
                    handler.pause = 50;
                    get(client, "/large", handler);
                    handler.begun.await(60, TimeUnit.SECONDS);
                }
                System.exit(3);
            }
        }
        check("nothing is left", CrtResource::waitForNoResources);
    }
}
