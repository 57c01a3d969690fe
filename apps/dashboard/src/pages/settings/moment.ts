import type { TimeZoneChoice } from "../../components/time-zone.tsx";

/*
 * Between an instant and what a field for date and time holds, `2026-11-25T20:14`, which names no zone: it is UTC's, or
 * that of this browser.
 */

/** Empty for what is no instant. */
export function toField(instant: string | undefined, zone: TimeZoneChoice): string {
  const at = instant === undefined ? Number.NaN : Date.parse(instant);
  if (Number.isNaN(at)) return "";
  const shift = zone === "utc" ? 0 : new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - shift).toISOString().slice(0, 16);
}

/** Undefined for an empty field. */
export function fromField(text: string, zone: TimeZoneChoice): string | undefined {
  const at = Date.parse(zone === "utc" ? `${text}Z` : text);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
