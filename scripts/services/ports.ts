import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

/**
 * A port of 127.0.0.1 that is free now: `preferred` when it is, else one of the system's choice. Nothing reserves
 * it, so whoever listens on it must be ready to find it taken and ask again.
 */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined) {
    const port = await tryPort(preferred);
    if (port !== undefined) return port;
  }
  const port = await tryPort(0);
  if (port === undefined) throw new Error("the system gives no free port on 127.0.0.1");
  return port;
}

/** Like `freePort`, preferring the port kept in `file`; the answer is kept there for the next start. */
export async function rememberedPort(file: string, fallback?: number): Promise<number> {
  const port = await freePort(readPort(file) ?? fallback);
  writeFileSync(file, `${port}\n`);
  return port;
}

function readPort(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const port = Number(text.trim());
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
