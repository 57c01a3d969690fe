import { notifications } from "@mantine/notifications";
import { ApiFailure } from "../api/failure.ts";
import { announce } from "./announcer.ts";

const LOOK = { withBorder: true, closeButtonProps: { "aria-label": "Close" } };

/** Tells, for a few seconds, that something was done. */
export function toast(message: string): void {
  announce(message);
  notifications.show({ ...LOOK, message, color: "brand" });
}

/** Tells that something couldn't be done, until it is closed. For what has no place of its own on the page. */
export function toastFailure(title: string, error: unknown): void {
  const message = error instanceof ApiFailure ? error.message : "Something failed here. Load the page again.";
  announce(`${title}. ${message}`);
  notifications.show({ ...LOOK, title, message, color: "red", autoClose: false });
}
