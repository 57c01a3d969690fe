import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);
const image = "redis:7.4-alpine";

/** Whether a Docker daemon answers. */
export async function dockerAnswers(): Promise<boolean> {
  return execute("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * The arguments that run Redis in a container, on 127.0.0.1 only and with the files of `directory`, under our own
 * user so that these stay ours. `docker run` passes signals on to the server and ends with it.
 */
export function dockerArguments(
  container: string,
  directory: string,
  port: number,
  config: string,
): string[] {
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const options = {
    name: container,
    publish: `127.0.0.1:${port}:${port}`,
    user,
    volume: `${directory}:${directory}`,
  };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return ["run", "--rm", ...flags, image, "redis-server", config];
}

/** Ends a container whose `docker run` was killed. That there is none is no error. */
export async function removeContainer(container: string): Promise<void> {
  await execute("docker", ["rm", "--force", container], { timeout: 30_000 }).catch(() => undefined);
}
