import type { Request } from "express";
import { ipKeyGenerator } from "express-rate-limit";

/** What a client's address is counted by: an IPv6 network counts as one. */
export function addressOf({ ip }: Request): string {
  return ipKeyGenerator(ip ?? "");
}
