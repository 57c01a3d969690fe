/**
 * The process that outlives a killed supervisor. It reads orders from standard input, one JSON object a line, and
 * does nothing until that input ends, which the system sees to however the supervisor dies. Then it ends what is
 * still on its list. It has a session of its own, so neither Ctrl-C nor a kill of the whole group reaches it.
 */
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { birthOf, goneWithin, signal } from "./process.ts";

export type Order =
  | Readonly<{ do: "guard"; pid: number; birth: string; stopSignal: NodeJS.Signals }>
  | Readonly<{ do: "release"; pid: number }>
  | Readonly<{ do: "removeAtEnd"; path: string }>;

type Guarded = Extract<Order, { do: "guard" }>;

const guarded = new Map<number, Guarded>();
const litter = new Set<string>();

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order;
  if (order.do === "guard") guarded.set(order.pid, order);
  else if (order.do === "release") guarded.delete(order.pid);
  else litter.add(order.path);
}

await Promise.all([...guarded.values()].map(end));
for (const path of litter) rmSync(path, { recursive: true, force: true });

async function end(child: Guarded): Promise<void> {
  if (birthOf(child.pid) !== child.birth) return;
  signal(child.pid, child.stopSignal);
  if (await goneWithin(child.pid, 10_000)) return;
  signal(-child.pid, "SIGKILL");
}
