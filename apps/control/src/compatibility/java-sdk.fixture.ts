import type { Exchange } from "./exchange.ts";
import { sdkExchanges } from "./sdk.fixture.ts";

/** Java's client says JSON and a length of nothing also with GET, and offers HTTP/2 on plain connections. */
const java = {
  "content-type": "application/json",
  "user-agent": "Java-http-client/21.0.5",
  "http2-settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
};

/** What the Java SDK asks. */
export const javaSdkExchanges: readonly Exchange[] = sdkExchanges(java);
