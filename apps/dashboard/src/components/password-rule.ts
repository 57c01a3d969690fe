/** What the server asks of a new password, told before one is refused. */
export const PASSWORD_RULE =
  "At least 12 characters, 5 of them different. A few words that you remember are better than signs that you don’t.";
