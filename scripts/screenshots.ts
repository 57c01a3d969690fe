/**
 * `npm run screenshots`: takes the pictures of the README's tour anew, `docs/screenshots/*.png`, of a real run against
 * local Azure in a real Chromium. It disturbs no running `npm start`.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeAtEnd } from "./services/lifeline.ts";
import { onStop } from "./services/stop.ts";
import { TestServices } from "./services/test-services.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "kvsync-screenshots-"));
// As root, PostgreSQL's account must be able to pass.
chmodSync(directory, 0o711);
removeAtEnd(directory);
const services = new TestServices({ root, directory, log: (line) => console.error(`· ${line}`) });

let tour: ChildProcess | undefined;
let stopped = false;
onStop(() => {
  stopped = true;
  tour?.kill("SIGTERM");
});

process.exitCode = 1;
try {
  const settings = await services.start();
  if (!stopped) process.exitCode = await takePictures(settings);
} finally {
  await services.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function takePictures(settings: NodeJS.ProcessEnv): Promise<number> {
  const temporary = join(directory, "tmp");
  mkdirSync(temporary);
  tour = spawn(
    process.execPath,
    [
      "--conditions=@kvsync/source",
      "--disable-warning=ExperimentalWarning",
      join(root, "apps/end-to-end/src/browser/tour.ts"),
      join(root, "docs/screenshots"),
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, ...settings, TMPDIR: temporary } },
  );
  const [code] = (await once(tour, "exit")) as [number | null];
  return code ?? 1;
}
