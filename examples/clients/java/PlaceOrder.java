import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * java PlaceOrder.java URL ID: places an order and pays it, whatever happens on the way, once.
 *
 * <p>Standard library only. URL is http://host:port/v1/db/{database}/{collection}, a collection
 * that takes changes in the direct lane.
 */
class PlaceOrder {
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Sends one write until it is answered for good: every try under the same idempotency key. */
    static String send(String method, String url, String contentType, String body)
            throws InterruptedException {
        var idempotencyKey = UUID.randomUUID().toString();
        var untilNanos = System.nanoTime() + DEADLINE.toNanos();
        for (var tries = 1; ; tries++) {
            var leftMs = Math.max(1, (untilNanos - System.nanoTime()) / 1_000_000);
            var request = HttpRequest.newBuilder(URI.create(url))
                    .method(method, BodyPublishers.ofString(body))
                    .header("Content-Type", contentType)
                    .header("Idempotency-Key", idempotencyKey)
                    // Not sent to the database by then, it never will be.
                    .header("X-Deadline-Ms", Long.toString(leftMs))
                    .timeout(Duration.ofMillis(leftMs + 1000))
                    .build();
            String failure;
            var toldMs = 0L;
            try {
                HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
                if (response.statusCode() < 300) return response.body();
                failure = response.body();
                // The standard library reads no JSON; this member tells enough.
                if (!failure.contains("\"retryable\":true")) throw new IllegalStateException(failure);
                toldMs = response.headers().firstValueAsLong("Retry-After").orElse(0) * 1000;
            } catch (IOException lost) {
                // No answer: the write may be there, so only this key is safe.
                failure = lost.toString();
            }
            var ownMs = Math.min(2000, 50 * Math.pow(2, tries));
            var jitter = ThreadLocalRandom.current().nextDouble(1, 1.25);
            var waitMs = (long) (Math.max(toldMs, ownMs) * jitter);
            if (System.nanoTime() + waitMs * 1_000_000 >= untilNanos) {
                throw new IllegalStateException("gave up after " + tries + " tries: " + failure);
            }
            Thread.sleep(waitMs);
        }
    }

    /** The standard library writes no JSON either; an id with quotes would need escaping. */
    static String place(String url, String id) throws InterruptedException {
        var order = "{\"_id\":\"" + id + "\",\"status\":\"pending\",\"total\":\"19.99\"}";
        return send("POST", url, "application/json", order);
    }

    /** Only an order that is still pending is paid; any other answers 412. */
    static String pay(String url, String id) throws InterruptedException {
        var target = url + "/" + escaped(id) + "?if=" + escaped("{\"status\":\"pending\"}");
        var update = "{\"$set\":{\"status\":\"paid\"}}";
        return send("PATCH", target, "application/vnd.headrace.update+json", update);
    }

    /** For a path or a query; the encoder itself is for forms, where a space is a plus. */
    static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public static void main(String[] arguments) throws InterruptedException {
        try {
            System.out.println(place(arguments[0], arguments[1]));
            System.out.println(pay(arguments[0], arguments[1]));
        } catch (IllegalStateException refused) {
            System.err.println(refused.getMessage());
            System.exit(1);
        }
    }
}
