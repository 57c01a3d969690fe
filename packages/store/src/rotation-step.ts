/** One change of the key ring, as the rotation's plan names it. Steps are carried out in order. */
export type RotationStep =
  | { readonly do: "create"; readonly state: "active" | "next" }
  | { readonly do: "promote"; readonly next: string; readonly active: string | undefined }
  | { readonly do: "remove"; readonly id: string };
