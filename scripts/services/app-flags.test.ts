import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { appFlags, type App } from "./app-flags.ts";

const containerfile = readFileSync(
  fileURLToPath(new URL("../../deploy/Containerfile", import.meta.url)),
  "utf8",
);

test.each<App>(["control", "worker", "local-azure"])(
  "the container of %s starts it as it is started here",
  (app) => {
    const commandLine = JSON.stringify(["node", ...appFlags(app), `apps/${app}/src/main.ts`]).replaceAll(
      '",',
      '", ',
    );
    expect(containerfile).toContain(`CMD ${commandLine}`);
  },
);
