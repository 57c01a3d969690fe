import classes from "./secrets.module.css";

/** As Key Vault counts, and as we do: see `MAX_VALUE` of the API. */
const KEY_VAULT_LIMIT = 25_600;
const LIMIT = 65_536;
const SHOWN_FROM = 20_000;

const number = new Intl.NumberFormat("en");

/** How long a value is, as soon as it matters, and what that means for a vault. */
export function ValueSize({ value }: Readonly<{ value: string }>) {
  const { length } = value;
  if (length < SHOWN_FROM) return null;
  const tone = length > LIMIT ? "danger" : length > KEY_VAULT_LIMIT ? "warning" : "neutral";
  const limit = length > KEY_VAULT_LIMIT ? LIMIT : KEY_VAULT_LIMIT;
  const words =
    length > LIMIT
      ? "Too long to be saved."
      : length > KEY_VAULT_LIMIT
        ? `Key Vault holds ${number.format(KEY_VAULT_LIMIT)}: it can be saved, and will fail in a vault.`
        : "";
  return (
    <div className={classes.size} data-tone={tone} role="status">
      {number.format(length)} of {number.format(limit)} characters. {words}
    </div>
  );
}

/** Whether the API takes a value of this length. */
export const fits = (value: string): boolean => value.length <= LIMIT;
