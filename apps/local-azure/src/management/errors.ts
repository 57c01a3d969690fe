import { z } from "zod";
import type { Answer } from "../http/exchange.ts";

/** What management refuses a request with, in the form that Microsoft Graph and Azure Resource Manager share. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function errorAnswer({ status, code, message }: ManagementError): Answer {
  return { status, code, body: { error: { code, message } } };
}

/** @throws {ManagementError} 400 that names each field and what is wrong with it, never its value */
export function parseInput<Output>(schema: z.ZodType<Output>, input: unknown, code = "BadRequest"): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ManagementError(400, code, z.prettifyError(parsed.error));
}
