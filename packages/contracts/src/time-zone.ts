import { z } from "zod";

/** An IANA time zone that this runtime knows, like `Europe/Berlin`. */
export const timeZoneSchema = z
  .string()
  .max(100)
  .refine(isTimeZone, { error: "must be an IANA time zone like Europe/Berlin" })
  .meta({ example: "Europe/Berlin" });

function isTimeZone(text: string): boolean {
  // Offsets like +01:00 are taken by Intl, and mean the opposite to PostgreSQL.
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
