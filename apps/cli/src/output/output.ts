import type { CliError } from "../cli-error.ts";
import type { Context, Sink } from "../context.ts";
import { paintFor, type Paint } from "./paint.ts";
import { printable } from "./printable.ts";

/** How a text is to be made: its colours and its width. */
export type Look = Readonly<{ paint: Paint; width: number }>;

/** What a command says: one result on the standard output, everything else on the standard error. */
export class Output {
  readonly json: boolean;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #look: Look;
  readonly #noteLook: Look;

  constructor(
    { stdout, stderr, env }: Pick<Context, "stdout" | "stderr" | "env">,
    options: Readonly<{ json: boolean; color: boolean }>,
  ) {
    this.json = options.json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#look = { paint: paintFor(stdout, env, options.color), width: widthFor(stdout) };
    this.#noteLook = { paint: paintFor(stderr, env, options.color), width: widthFor(stderr) };
  }

  /** How notes are to look, which may go elsewhere than the result. */
  get noteLook(): Look {
    return this.#noteLook;
  }

  /** The command's result: the document with --json, else the lines for people. */
  result(document: Readonly<Record<string, unknown>>, lines: (look: Look) => readonly string[]): void {
    const text = this.json ? JSON.stringify(document, null, 2) : lines(this.#look).join("\n");
    if (text !== "") this.#stdout.write(`${text}\n`);
  }

  /** A line for people about what happens. */
  note(line: string): void {
    this.#stderr.write(`${line}\n`);
  }

  /** Why the command ends without a result. With --json that is its document, too. */
  error({ code, message, hint }: CliError): void {
    const { paint } = this.#noteLook;
    this.note(`${paint("red", "Error:")} ${lineSafe(message)}`);
    if (hint !== undefined) this.note(lineSafe(hint));
    if (this.json) this.result({ error: { code, message, hint: hint ?? null } }, () => []);
  }
}

const lineSafe = (text: string): string => text.split("\n").map(printable).join("\n");

/** Only a terminal has a width; a pipe gets everything. */
const widthFor = ({ isTTY, columns }: Sink): number =>
  isTTY === true && columns !== undefined && columns > 0 ? columns : Infinity;
