import { Title } from "@mantine/core";
import { Children, useEffect, type ReactElement, type ReactNode } from "react";
import classes from "./page-header.module.css";

type PageHeaderProps = Readonly<{
  /** Also the title of the browser's tab. */
  title: string;
  /** The way here, outermost first: links, without the page itself. */
  breadcrumbs?: readonly ReactElement[];
  description?: ReactNode;
  /** Beside the title: a state. */
  badge?: ReactNode;
  actions?: ReactNode;
}>;

/** The head of every page. Takes the focus after a change of page, so that a screen reader says where one is. */
export function PageHeader({ title, breadcrumbs, description, badge, actions }: PageHeaderProps) {
  usePageTitle(title);
  return (
    <div className={classes.header}>
      <div className={classes.words}>
        {breadcrumbs === undefined ? null : (
          <nav aria-label="Breadcrumbs">
            <ol className={classes.crumbs}>
              {Children.map(breadcrumbs, (crumb) => (
                <li>{crumb}</li>
              ))}
            </ol>
          </nav>
        )}
        <div className={classes.title}>
          <Title order={1} tabIndex={-1}>
            {title}
          </Title>
          {badge}
        </div>
        {description === undefined ? null : <p className={classes.description}>{description}</p>}
      </div>
      {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

/** The title of the browser's tab, for a page without a {@link PageHeader}. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · kvsync`;
  }, [title]);
}
