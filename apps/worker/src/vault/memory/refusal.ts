type Details = Readonly<{
  error: Readonly<{ code: string; message: string; innerError?: { code: string } }>;
}>;

/** A refusal of Key Vault in the shape in which Azure's SDK throws it, so that one mapping serves both. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly statusCode: number;
  readonly code: string;
  readonly details: Details;

  constructor(statusCode: number, code: string, innerCode?: string, message: string = code) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
    const inner = innerCode === undefined ? {} : { innerError: { code: innerCode } };
    this.details = { error: { code, message, ...inner } };
  }
}

/** Key Vault's refusals, each with the status and the codes that it has there. */
export const refuse = {
  name: (name: string): Refusal =>
    new Refusal(400, "BadParameter", undefined, `The request URI contains an invalid name: ${name}`),
  property: (): Refusal => new Refusal(400, "BadParameter", undefined, "Property  has invalid value\r\n"),
  value: (): Refusal => new Refusal(400, "BadParameter", "SecretTooLarge"),
  notFound: (): Refusal => new Refusal(404, "SecretNotFound"),
  managed: (): Refusal => new Refusal(403, "Forbidden", "SecretManagedByKeyVault"),
  purgeProtected: (): Refusal =>
    new Refusal(403, "Forbidden", undefined, "purge protection is enabled for this vault."),
  taken: (): Refusal => new Refusal(409, "Conflict"),
  deleted: (): Refusal => new Refusal(409, "Conflict", "ObjectIsDeletedButRecoverable"),
  beingDeleted: (): Refusal => new Refusal(409, "Conflict", "ObjectIsBeingDeleted"),
  beingRecovered: (): Refusal => new Refusal(409, "Conflict", "ObjectIsBeingRecovered"),
};
