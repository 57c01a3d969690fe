import type { VersionProperties } from "../port.ts";
import { refuse } from "./refusal.ts";

const NAME = /^[0-9a-zA-Z-]{1,127}$/;
/** In UTF-16 code units, as local Azure counts; Microsoft's documents leave open what a character is. */
const MAX_VALUE_LENGTH = 25_600;
const MAX_CONTENT_TYPE_LENGTH = 255;
const MAX_TAGS = 15;
const MAX_TAG_NAME_LENGTH = 512;
const MAX_TAG_VALUE_LENGTH = 256;
/** The last second of the year 9999. */
const MAX_SECONDS = 253_402_300_799;

/** @throws {Refusal} 400 */
export function checkName(name: string): void {
  if (!NAME.test(name)) throw refuse.name(name);
}

/** @throws {Refusal} 400, of a property before that of the value */
export function checkVersion(value: string, properties: VersionProperties): void {
  checkProperties(properties);
  if (value.length > MAX_VALUE_LENGTH) throw refuse.value();
}

/** @throws {Refusal} 400 */
export function checkProperties({ tags, contentType, notBefore, expires }: Partial<VersionProperties>): void {
  const all = Object.entries(tags ?? {});
  const isGood =
    all.length <= MAX_TAGS &&
    all.every(([name, value]) => isTag(name, value)) &&
    (contentType ?? "").length <= MAX_CONTENT_TYPE_LENGTH &&
    isTime(notBefore) &&
    isTime(expires);
  if (!isGood) throw refuse.property();
}

const isTag = (name: string, value: string): boolean =>
  name !== "" && name.length <= MAX_TAG_NAME_LENGTH && value.length <= MAX_TAG_VALUE_LENGTH;

const isTime = (seconds: number | undefined): boolean =>
  seconds === undefined || (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_SECONDS);
