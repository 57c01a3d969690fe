import { useNavigate, useSearch } from "@tanstack/react-router";
import { without } from "../shell/search.ts";

type AddressDialog = Readonly<{ opened: boolean; open: () => void; close: () => void }>;

/**
 * A dialog that stands in the page's address, as `dialog=<name>`: a link opens it, and Back closes it. The page's route
 * must take `dialog` from its address.
 */
export function useAddressDialog(name: string): AddressDialog {
  const { dialog } = useSearch({ strict: false });
  const navigate = useNavigate();
  return {
    opened: dialog === name,
    open: () =>
      void navigate({
        to: ".",
        search: (before: object) => ({ ...before, dialog: name }),
        resetScroll: false,
      }),
    close: () =>
      void navigate({
        to: ".",
        search: (before: { dialog?: string }) => without(before, "dialog"),
        replace: true,
        resetScroll: false,
        // Who closes a dialog was asked already what is to become of what they typed in it.
        ignoreBlocker: true,
      }),
  };
}
