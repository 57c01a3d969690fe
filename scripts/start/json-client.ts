import { request } from "node:https";
import { AnswerError, type JsonClient } from "@kvsync/control/azure-setup";

/** A client of control's API. */
export function controlClient(origin: string, token: string): JsonClient {
  return async (method, path, body) => {
    const response = await fetch(origin + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new AnswerError(`${method} ${path}`, response.status, answer);
    return answer;
  };
}

/** A client of local Azure's management, which trusts its certificate authority and nobody else. */
export function azureClient(origin: string, adminKey: string, ca: string): JsonClient {
  return (method, path, body, more = {}) =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        ...more,
        authorization: `Bearer ${adminKey}`,
        ...(payload === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
      };
      const call = request(origin + path, { method, ca, headers, timeout: 30_000 }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          const answer = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
          if (status >= 200 && status < 300) resolve(answer);
          else reject(new AnswerError(`${method} ${path}`, status, answer));
        });
      });
      call.on("timeout", () => call.destroy(new Error(`${method} ${path} wasn't answered within 30 s`)));
      call.on("error", reject);
      call.end(payload);
    });
}
