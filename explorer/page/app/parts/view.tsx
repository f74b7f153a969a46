import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface ViewProps {
  readonly kind?: string | undefined;
  readonly title: ComponentChildren;
  /** In the window's title. */
  readonly name: string;
  readonly children: ComponentChildren;
}

/** A page of the page: its heading takes the focus when one comes to it. */
export function View({ kind, title, name, children }: ViewProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${name} · Regtest network`;
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [name]);
  return (
    <>
      <header class="view-head">
        <p class="crumbs">
          <a href="#/">Overview</a>
          {kind !== undefined && <span class="kind">{kind}</span>}
        </p>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
      </header>
      {children}
    </>
  );
}

/** Names and values below one another. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface SectionProps {
  readonly title: string;
  readonly id: string;
  /** Beside the heading. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function Section({ title, id, aside, children }: SectionProps) {
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div class="aside">{aside}</div>}
      </div>
      {children}
    </section>
  );
}
