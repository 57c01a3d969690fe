import type { PipelinePolicy } from "@azure/core-rest-pipeline";

const bodies = new WeakMap<object, object>();

/**
 * Remembers what a refusal says. The SDK's lists throw an error that tells the status alone (measured with 4.12.0):
 * neither the inner code nor the message is in it, so a missing role would look like a closed firewall.
 */
export const errorBodyPolicy: PipelinePolicy = {
  name: "errorBodyPolicy",
  sendRequest: async (request, next) => {
    const response = await next(request);
    if (response.status >= 400 && typeof response.bodyAsText === "string") {
      const body = parse(response.bodyAsText);
      if (body !== undefined) bodies.set(request, body);
    }
    return response;
  },
};

/** The JSON of the refusal that an error of the SDK came from, if it was one. */
export function errorBodyOf(error: object): object | undefined {
  const request: unknown = Reflect.get(error, "request");
  return typeof request === "object" && request !== null ? bodies.get(request) : undefined;
}

function parse(text: string): object | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : undefined;
  } catch {
    // A proxy's page: the status is all that there is to know.
    return undefined;
  }
}
