/** What every error of the system has: a stable code to branch on, and fields instead of a message to parse. */
export class KvsyncError extends Error {
  override readonly name: string = "KvsyncError";
  readonly code: string;
  readonly fields: Readonly<Record<string, string | number>>;

  constructor(
    code: string,
    message: string,
    fields: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.fields = fields;
  }
}

/** An answer of the API other than success. `message` is shown to the caller as it stands. */
export class ApiError extends KvsyncError {
  override readonly name = "ApiError";
  readonly status: number;
  /** When it is worth trying again, where that is known: goes out as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(code, message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
