import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;

/** Lists a day's faxes with HttpURLConnection. */
public class FaxList {
    public static void main(String[] arguments) throws Exception {
        String body = String.format(
            "{\"numberId\":\"%s\",\"orderId\":\"%s\",\"markedAs\":\"Done\",\"startDate\":\"%s\",\"endDate\":\"%s\"}",
            System.getenv("FAX_NUMBER_ID"),
            System.getenv("FAX_ORDER_ID"),
            System.getenv("FAX_START_DATE"),
            System.getenv("FAX_END_DATE"));
        URL url = new URL(System.getenv("FAX_BASE") + "/v1/customer/inbound/fax-list");
        HttpURLConnection connection = (HttpURLConnection) url.openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("accessToken", System.getenv("FAX_TOKEN"));
        connection.setRequestProperty("Content-Type", "application/json; utf-8");
        connection.setRequestProperty("Accept", "application/json");
        connection.setDoOutput(true);
        try (OutputStream output = connection.getOutputStream()) {
            output.write(body.getBytes(StandardCharsets.UTF_8));
        }
        System.out.write(connection.getInputStream().readAllBytes());
        System.out.flush();
    }
}
