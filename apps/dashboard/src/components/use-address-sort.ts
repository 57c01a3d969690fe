import type { OnChangeFn, SortingState } from "@tanstack/react-table";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { without } from "../shell/search.ts";

/**
 * By which column a table is sorted, as `sort=<column>`, or `sort=-<column>` downwards, in the page's address; as the
 * rows come where that names none of the columns. The page's route must take `sort` from its address.
 */
export function useAddressSort(
  sortable: (column: string) => boolean,
): Readonly<{ sorting: SortingState; onSortingChange: OnChangeFn<SortingState> }> {
  const { sort = "" } = useSearch({ strict: false });
  const navigate = useNavigate();
  const desc = sort.startsWith("-");
  const id = desc ? sort.slice(1) : sort;
  const isSorted = sortable(id);
  // Another array would have all rows sorted anew.
  const sorting = useMemo(() => (isSorted ? [{ id, desc }] : []), [isSorted, id, desc]);
  return {
    sorting,
    onSortingChange: (change) => {
      const [first] = typeof change === "function" ? change(sorting) : change;
      void navigate({
        to: ".",
        search: (before: { sort?: string }) =>
          first === undefined
            ? without(before, "sort")
            : { ...before, sort: `${first.desc ? "-" : ""}${first.id}` },
        replace: true,
        resetScroll: false,
      });
    },
  };
}
