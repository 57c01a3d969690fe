import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

const colour = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

export const strong = (text: string): string => colour("bold", text);
export const faint = (text: string): string => colour("dim", text);
export const good = (text: string): string => colour("green", text);
export const bad = (text: string): string => colour("red", text);

export function say(line = ""): void {
  console.log(line);
}

/** A numbered heading. */
export function heading(number: number, title: string): void {
  say();
  say(strong(`${number}. ${title}`));
}

/** Lines of a name and a value, the values below each other. */
export function facts(entries: ReadonlyArray<readonly [name: string, value: string]>): void {
  const width = Math.max(...entries.map(([name]) => name.length));
  for (const [name, value] of entries) say(`   ${faint(name.padEnd(width))}  ${value}`);
}

/** Text as it is to be copied, a little indented. */
export function block(text: string): void {
  for (const line of text.split("\n")) say(`   ${line}`);
}

/** Wraps text to the terminal's width, each line after the indentation. */
export function wrapped(text: string, indent: string): string {
  const width = Math.max(40, Math.min(process.stdout.columns ?? 110, 140) - indent.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((part) => indent + part).join("\n");
}

const seconds = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

/** How long something took, for people. */
export function took(ms: number): string {
  return faint(`(${seconds(Math.round(ms))})`);
}
