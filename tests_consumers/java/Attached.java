import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A Java program whose callbacks run on threads of the library, attached to the virtual machine.
 *
 * <p>Attached LIBRARY CASE; a case prints nothing and ends with 0 when all is well (3 where it says so itself).
 * Settings: CONSUMERS_HOST, CONSUMERS_OBJECT (a path), CONSUMERS_SIZE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.
 */
public class Attached {
    static native void open(String key, String secret);

    static native boolean get(String host, String path, Sink sink);

    static native String name(int code);

    static native void close();

    static final long SIZE = Long.parseLong(System.getenv("CONSUMERS_SIZE"));

    /** Where a download goes; called by native code. */
    static class Sink {
        final AtomicLong received = new AtomicLong();
        final CountDownLatch ended = new CountDownLatch(1);
        final Consumer<byte[]> at;
        volatile int code;

        Sink(Consumer<byte[]> at) {
            this.at = at;
        }

        void body(byte[] bytes) {
            received.addAndGet(bytes.length);
            at.accept(bytes);
        }

        void end(int code) {
            this.code = code;
            ended.countDown();
        }

        Sink start() {
            if (!get(System.getenv("CONSUMERS_HOST"), System.getenv("CONSUMERS_OBJECT"), this)) {
                throw new IllegalStateException("not started");
            }
            return this;
        }

        void whole() throws InterruptedException {
            finish();
            if (code != 0 || received.get() != SIZE) {
                throw new IllegalStateException(name(code) + ", " + received + " bytes");
            }
        }

        void finish() throws InterruptedException {
            if (!ended.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("it does not end");
            }
        }
    }

    static void many() throws InterruptedException {
        List<Sink> sinks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sinks.add(new Sink(bytes -> {}).start());
        }
        for (Sink sink : sinks) {
            sink.whole();
        }
    }

    static int depth(int left) {
        return left == 0 ? 0 : 1 + depth(left - 1);
    }

    /** The stack of a thread of the library has room for what Java programs do. */
    static void deep() throws InterruptedException {
        new Sink(bytes -> depth(2000)).start().whole();
    }

    /** Where it has no more room, the machine says so by an exception. */
    static void overflow() throws InterruptedException {
        AtomicInteger overflown = new AtomicInteger();
        new Sink(bytes -> {
            try {
                depth(Integer.MAX_VALUE);
            } catch (StackOverflowError error) {
                overflown.incrementAndGet();
            }
        }).start().whole();
        if (overflown.get() == 0) {
            throw new IllegalStateException("no overflow");
        }
    }

    /** Compiled code learns of null by SIGSEGV, which therefore must not be blocked on such a thread. */
    static void nulls() throws InterruptedException {
        AtomicInteger caught = new AtomicInteger();
        new Sink(bytes -> {
            for (int i = 0; i < 50000; i++) {
                byte[] array = i % 2 == 0 ? null : bytes;
                try {
                    array[0]++;
                } catch (NullPointerException error) {
                    caught.incrementAndGet();
                }
            }
        }).start().whole();
        if (caught.get() == 0) {
            throw new IllegalStateException("nothing caught");
        }
    }

    static void exception() throws InterruptedException {
        Sink sink = new Sink(bytes -> {
            throw new IllegalArgumentException("the program's own");
        }).start();
        sink.finish();
        if (!name(sink.code).equals("AWS_ERROR_INVALID_STATE")) {
            throw new IllegalStateException(name(sink.code));
        }
        new Sink(bytes -> {}).start().whole();
    }

    /** The collector stops threads of the library that are in Java, and leaves alone those that are not. */
    static void garbage() throws InterruptedException {
        List<Sink> sinks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            sinks.add(new Sink(bytes -> {
                byte[][] trash = new byte[50][];
                for (int j = 0; j < trash.length; j++) {
                    trash[j] = bytes.clone();
                }
            }).start());
        }
        for (int i = 0; i < 20; i++) {
            System.gc();
        }
        for (Sink sink : sinks) {
            sink.whole();
        }
    }

    /** Downloads that are still at it when the program ends. */
    static void leaveBehind() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            new Sink(bytes -> {
                begun.countDown();
                try {
                    Thread.sleep(50);
                } catch (InterruptedException error) {
                    throw new IllegalStateException(error);
                }
            }).start();
        }
        if (!begun.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nothing comes");
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.load(arguments[0]);
        open(System.getenv("AWS_ACCESS_KEY_ID"), System.getenv("AWS_SECRET_ACCESS_KEY"));
        boolean closes = true;
        switch (arguments[1]) {
            case "many" -> many();
            case "deep" -> deep();
            case "overflow" -> overflow();
            case "nulls" -> nulls();
            case "exception" -> exception();
            case "garbage" -> garbage();
            case "unused" -> { }
            case "return" -> {
                leaveBehind();
                closes = false;
            }
            case "exit" -> {
                leaveBehind();
                System.exit(3);
            }
            case "halt" -> {
                leaveBehind();
                Runtime.getRuntime().halt(3);
            }
            case "hook" -> {
                many();
                closes = false;
                Runtime.getRuntime().addShutdownHook(new Thread(Attached::close));
            }
            default -> throw new IllegalArgumentException(arguments[1]);
        }
        if (closes) {
            close();
        }
    }
}
