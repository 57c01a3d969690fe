import { ActionIcon, Checkbox, Input, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconSearch } from "@tabler/icons-react";
import { useId, useState } from "react";
import { usePlaces, type Place } from "../../api/places.ts";
import type { Scope } from "../../api/session.ts";
import { LoadingState } from "../loading-state.tsx";
import { EVERYTHING, NOTHING, shareOf, toggle } from "./scope.ts";
import classes from "./scope.module.css";

/** So few are seen at a glance. */
const SEARCHED_FROM = 9;

type ScopePickerProps = Readonly<{
  workspace: string;
  label: string;
  description?: string;
  value: Scope;
  onChange: (scope: Scope) => void;
  error?: React.ReactNode;
}>;

/** Chooses everything in a workspace, or teams, projects and environments of it. */
export function ScopePicker({ workspace, label, description, value, onChange, error }: ScopePickerProps) {
  const { teams, error: failure } = usePlaces(workspace);
  const [search, setSearch] = useState("");
  const id = useId();
  const wanted = search.trim().toLowerCase();
  const projects = (teams ?? []).flatMap(({ children }) => children);
  const shown = wanted === "" ? (teams ?? []) : matching(teams ?? [], wanted);
  const isWrong = error !== undefined && error !== null;

  return (
    <fieldset
      style={{ margin: 0, padding: 0, border: 0, minWidth: 0 }}
      aria-describedby={isWrong ? `${id}-error` : undefined}
    >
      <Input.Label labelElement="div" component="legend" mb={4} p={0} required>
        {label}
      </Input.Label>
      {description === undefined ? null : <Input.Description mb={8}>{description}</Input.Description>}
      {projects.length < SEARCHED_FROM ? null : (
        <TextInput
          aria-label="Search places"
          placeholder="Search"
          leftSection={<IconSearch size={15} aria-hidden />}
          mb={8}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      <div className={classes.box}>
        <div className={classes.place}>
          <Checkbox
            label="Everything, also what is added later"
            checked={value.all}
            indeterminate={!value.all && [value.teams, value.projects, value.environments].flat().length > 0}
            onChange={() => onChange(value.all ? NOTHING : EVERYTHING)}
          />
        </div>
        {teams === undefined ? (
          failure === null ? (
            <LoadingState rows={3} rowHeight={30} />
          ) : (
            <Input.Error>{failure.message}</Input.Error>
          )
        ) : (
          <Branches
            places={shown}
            above={[]}
            scope={value}
            isSearched={wanted !== ""}
            onToggle={(place) => onChange(toggle(teams, value, place))}
          />
        )}
      </div>
      {isWrong ? (
        <Input.Error id={`${id}-error`} mt={6}>
          {error}
        </Input.Error>
      ) : null}
    </fieldset>
  );
}

type BranchProps = Readonly<{
  above: readonly Place[];
  scope: Scope;
  isSearched: boolean;
  onToggle: (place: Place) => void;
}>;

function Branches({ places, ...rest }: BranchProps & Readonly<{ places: readonly Place[] }>) {
  return (
    <ul className={classes.places}>
      {places.map((place) => (
        <Branch key={place.id} place={place} {...rest} />
      ))}
    </ul>
  );
}

function Branch({ place, above, scope, isSearched, onToggle }: BranchProps & Readonly<{ place: Place }>) {
  const share = shareOf(scope, place, above);
  const [isOpen, setOpen] = useState(place.kind === "team" || share === "some");
  const opened = isOpen || isSearched;
  return (
    <li>
      <div className={classes.place}>
        <Checkbox
          label={
            <>
              {place.name} <span className={classes.kind}>{place.kind}</span>
            </>
          }
          checked={share === "all"}
          indeterminate={share === "some"}
          onChange={() => onToggle(place)}
        />
        {place.children.length === 0 ? null : (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`What is in ${place.name}`}
            aria-expanded={opened}
            disabled={isSearched}
            onClick={() => setOpen(!isOpen)}
          >
            {opened ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
          </ActionIcon>
        )}
      </div>
      {opened && place.children.length > 0 ? (
        <Branches
          places={place.children}
          above={[...above, place]}
          scope={scope}
          isSearched={isSearched}
          onToggle={onToggle}
        />
      ) : null}
    </li>
  );
}

/** The places of that name, with what is around them. */
function matching(places: readonly Place[], wanted: string): readonly Place[] {
  return places.flatMap((place) => {
    if (place.name.toLowerCase().includes(wanted)) return [place];
    const children = matching(place.children, wanted);
    return children.length === 0 ? [] : [{ ...place, children }];
  });
}
