import { randomInt } from "node:crypto";

/** Without letters and digits that are taken for one another. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** A password for somebody who hasn't chosen one: four groups of five, 100 bits. */
export function generatePassword(): string {
  const group = (): string => Array.from({ length: 5 }, () => ALPHABET[randomInt(32)]).join("");
  return [group(), group(), group(), group()].join("-");
}
