/** An event as it came. */
export type StreamEvent = Readonly<{ name: string; id: string; data: Readonly<Record<string, unknown>> }>;

/** Server-sent events as a test reads them. */
export type TestStream = Readonly<{
  status: number;
  headers: Headers;
  /** The next event of this name that wasn't taken yet. Rejects when the stream ends before. */
  next: (name: string) => Promise<StreamEvent>;
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  close: () => void;
}>;

export async function openStream(url: string, headers: Record<string, string>): Promise<TestStream> {
  const closing = new AbortController();
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
  const response = await fetch(url, { headers: given, signal: closing.signal });
  const arrived: StreamEvent[] = [];
  const waiting = new Set<() => void>();
  let over = false;
  const wake = (): void => waiting.forEach((look) => look());

  async function read(): Promise<void> {
    let rest = "";
    try {
      for await (const bytes of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const blocks = (rest + bytes).split("\n\n");
        rest = blocks.pop() ?? "";
        arrived.push(...blocks.flatMap(parse));
        wake();
      }
    } catch (error) {
      if (!closing.signal.aborted) throw error;
    } finally {
      over = true;
      wake();
    }
  }

  const next = async (name: string): Promise<StreamEvent> => {
    while (true) {
      const index = arrived.findIndex((event) => event.name === name);
      const [event] = index < 0 ? [] : arrived.splice(index, 1);
      if (event !== undefined) return event;
      if (over) throw new Error(`the stream ended before “${name}” came`);
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
    }
  };
  const { status, headers: answered } = response;
  return { status, headers: answered, next, ended: read(), close: () => closing.abort() };
}

/** Signs of life and settings are no events. */
function parse(block: string): StreamEvent[] {
  const field = (name: string): string | undefined =>
    block
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const [name, id, data] = [field("event"), field("id"), field("data")];
  return name === undefined || id === undefined || data === undefined
    ? []
    : [{ name, id, data: JSON.parse(data) as StreamEvent["data"] }];
}
