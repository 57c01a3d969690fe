import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";

/** `$XDG_CONFIG_HOME/kvsync`, by default `~/.config/kvsync`. A relative XDG_CONFIG_HOME is ignored, as its standard says. */
export function configFolder({ env, home }: Pick<Context, "env" | "home">): string {
  const base = env["XDG_CONFIG_HOME"];
  return join(base !== undefined && isAbsolute(base) ? base : join(home, ".config"), "kvsync");
}

/** A JSON object that is kept, or nothing where there is none. @throws {CliError} when it can't be read */
export async function readKept(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Readonly<Record<string, unknown>>;
  } catch {
    // Told below, without the text: it may hold a token.
  }
  throw unreadable(path);
}

/** Replaces a file as a whole, or leaves it as it is; for its owner alone, in a folder for its owner alone. */
export async function keep(folder: string, name: string, content: unknown): Promise<void> {
  const draft = join(folder, `.${name}.${randomBytes(6).toString("hex")}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (((await stat(folder)).mode & 0o077) !== 0) await chmod(folder, 0o700);
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    await rename(draft, join(folder, name));
  } catch (error) {
    await rm(draft, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(
      {
        exitCode: exitCodes.failed,
        code: "CONFIG_UNWRITABLE",
        message: `${join(folder, name)} can't be written (${code ?? "unknown"}).`,
        hint: "Choose another folder with XDG_CONFIG_HOME, or give the token in KVSYNC_TOKEN, which is never kept.",
      },
      { cause: error },
    );
  }
}

function unreadable(path: string, cause?: unknown): CliError {
  return new CliError(
    {
      exitCode: exitCodes.failed,
      code: "CONFIG_UNREADABLE",
      message: `${path} can't be read.`,
      hint: "Mend it or remove it, and sign in again.",
    },
    { cause },
  );
}
