/**
 * Fails when something was installed that package-lock.json doesn't name, or in another version or with another hash.
 * The images are built with `npm install --no-save`; this is what `npm ci` would have seen to.
 */
import { readFileSync } from "node:fs";

const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
const locked = packagesOf("package-lock.json");
const installed = Object.entries(packagesOf("node_modules/.package-lock.json"));

const strangers = installed.filter(([path, { version, integrity, link }]) => {
  const wanted = locked[path];
  if (wanted === undefined) return true;
  return !link && (wanted.version !== version || wanted.integrity !== integrity);
});
if (strangers.length > 0) {
  const names = strangers.map(([path, { version }]) => `  ${path} ${version}`).join("\n");
  process.stderr.write(`These are not what package-lock.json names:\n${names}\n`);
  process.exit(1);
}
process.stdout.write(`${installed.length} packages, all as package-lock.json names them.\n`);
