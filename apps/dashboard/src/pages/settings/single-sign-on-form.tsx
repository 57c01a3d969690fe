import { Button, Group, PasswordInput, Radio, Stack, TagsInput, TextInput } from "@mantine/core";
import { queryClient } from "../../api/query-client.ts";
import { saveSingleSignOn, singleSignOnQuery, type SingleSignOn } from "../../api/single-sign-on.ts";
import { FormProblem } from "../../components/form-problem.tsx";
import { RoleField } from "../../components/role-field.tsx";
import { EVERYTHING } from "../../components/scope/scope.ts";
import { ScopePicker } from "../../components/scope/scope-picker.tsx";
import { toast } from "../../components/toast.ts";
import { useApiForm } from "../../components/use-api-form.ts";
import { missingScope } from "./missing-scope.ts";

type SingleSignOnFormProps = Readonly<{ workspace: string; provider: SingleSignOn | null }>;

/** What kvsync must know of the identity provider, and whom it lets in. */
export function SingleSignOnForm({ workspace, provider }: SingleSignOnFormProps) {
  const form = useApiForm(
    {
      initialValues: {
        name: provider?.name ?? "",
        issuer: provider?.issuer ?? "",
        clientId: provider?.clientId ?? "",
        clientSecret: "",
        domains: [...(provider?.domains ?? [])],
        admits: provider?.join === null || provider === null ? "invited" : "everybody",
        role: provider?.join?.role ?? "member",
        scope: provider?.join?.scope ?? EVERYTHING,
      },
      validate: {
        scope: (scope, { admits }) => (admits === "everybody" ? missingScope(scope) : null),
      },
    },
    async ({ clientSecret, admits, role, scope, ...values }, { setFieldValue }) => {
      const saved = await saveSingleSignOn(workspace, {
        ...values,
        ...(clientSecret === "" ? {} : { clientSecret }),
        join: admits === "everybody" ? { role, scope } : null,
      });
      setFieldValue("clientSecret", "");
      queryClient.setQueryData(singleSignOnQuery(workspace).queryKey, saved);
      toast("Single sign-on was saved");
    },
  );
  const hasSecret = provider?.hasClientSecret === true;

  return (
    <form onSubmit={form.send}>
      <Stack gap="md">
        <FormProblem problem={form.problem} />
        <TextInput
          label="Name"
          description="What the sign-in’s button says, such as “Contoso”."
          required
          maxLength={100}
          autoComplete="off"
          {...form.getInputProps("name")}
        />
        <TextInput
          label="Issuer"
          description="The address below which the provider has its /.well-known/openid-configuration."
          placeholder="https://login.microsoftonline.com/<tenant id>/v2.0"
          type="url"
          required
          autoComplete="off"
          {...form.getInputProps("issuer")}
        />
        <TextInput
          label="Client id"
          required
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps("clientId")}
        />
        <PasswordInput
          label="Client secret"
          description={
            hasSecret
              ? "A secret is stored. Leave this empty to keep it."
              : "Kept encrypted and never shown again. Empty for a public client."
          }
          placeholder={hasSecret ? "••••••••" : ""}
          autoComplete="off"
          {...form.getInputProps("clientSecret")}
        />
        <TagsInput
          label="Domains"
          description="Whose e-mail addresses are sent there, such as contoso.com. Press Enter after each."
          required
          clearable
          clearButtonProps={{ "aria-label": "Remove all domains" }}
          {...form.getInputProps("domains")}
        />
        <Radio.Group label="Who may sign in" withAsterisk {...form.getInputProps("admits")}>
          <Stack gap="xs" mt={4}>
            <Radio
              value="invited"
              label="Members and invited people"
              description="Anybody else is turned away."
            />
            <Radio
              value="everybody"
              label="Everybody at the provider"
              description="Whoever signs in for the first time, with an address of these domains, becomes a member."
            />
          </Stack>
        </Radio.Group>
        {form.values.admits === "everybody" ? (
          <>
            <RoleField label="Their role" {...form.getInputProps("role")} value={form.values.role} />
            <ScopePicker
              workspace={workspace}
              label="Where"
              {...form.getInputProps("scope")}
              value={form.values.scope}
            />
          </>
        ) : null}
        <Group>
          <Button type="submit" loading={form.sending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
