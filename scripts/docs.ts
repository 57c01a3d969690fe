/** `npm run docs`: writes the pages that are made from the code. A test fails while they differ. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderFailuresPage } from "../packages/contracts/src/failures/page.ts";

const page = fileURLToPath(new URL("../docs/failures.md", import.meta.url));
writeFileSync(page, renderFailuresPage());
console.log("docs/failures.md is up to date.");
