import type { ReactNode, Ref } from 'react';

interface ScrollRegionProps {
  readonly label: string;
  readonly className?: string | undefined;
  readonly height?: number;
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLElement>;
}

/** Something longer than its place: it scrolls, and can be reached and scrolled by keyboard. */
export function ScrollRegion({ label, className, height, children, ref }: ScrollRegionProps) {
  return (
    <section
      ref={ref ?? null}
      className={className}
      style={{ overflow: 'auto', ...(height === undefined ? {} : { height }) }}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
    >
      {children}
    </section>
  );
}
