import { styleText } from "node:util";
import type { Sink } from "../context.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
/** Gives a text a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** Colours on a terminal, unless NO_COLOR, TERM=dumb or --no-color says otherwise. */
export function paintFor(
  sink: Pick<Sink, "isTTY">,
  env: Readonly<Record<string, string | undefined>>,
  wanted: boolean,
): Paint {
  const unwanted = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return wanted && !unwanted && sink.isTTY === true ? coloured : plain;
}
