import { AnswerError, type JsonClient } from "./azure-setup.ts";
import type { LocalAzureSettings } from "./settings.ts";

const TIMEOUT_MS = 15_000;

/** A client of local Azure's management. Its certificate authority is trusted by way of `NODE_EXTRA_CA_CERTS`. */
export function managementClient({ origin, adminKey }: LocalAzureSettings): JsonClient {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(origin + path, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${adminKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    const answer = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    if (!response.ok) throw new AnswerError(`${method} ${path}`, response.status, answer);
    return answer;
  };
}
