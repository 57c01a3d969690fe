import { join } from "node:path";
import { usageError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { configFolder, keep, readKept } from "./folder.ts";
import { serverAddress } from "./server-address.ts";

const FILE = "config.json";
type Place = Pick<Context, "env" | "home">;

/**
 * The server to ask: that of the option, of KVSYNC_SERVER, or the one last signed in to.
 *
 * @throws {CliError} when there is none, or it isn't an address
 */
export async function chosenServer(place: Place, option: string | undefined): Promise<string> {
  const kept = (await readKept(join(configFolder(place), FILE)))?.["server"];
  const named = [option, place.env["KVSYNC_SERVER"], kept];
  const text = named.find((one): one is string => typeof one === "string" && one !== "");
  if (text === undefined)
    throw usageError(
      "Which server? None is named, and nobody has signed in on this machine yet.",
      "Give --server https://secrets.example.com, set KVSYNC_SERVER, or sign in with “kvsync login --server …”.",
    );
  return serverAddress(text, { allowHttp: place.env["KVSYNC_ALLOW_HTTP"] === "1" });
}

/** Makes a server the one that is asked by default. */
export async function keepServer(place: Place, server: string): Promise<void> {
  const folder = configFolder(place);
  await keep(folder, FILE, { ...(await readKept(join(folder, FILE))), server });
}
