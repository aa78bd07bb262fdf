import { useEffect, useRef, useState } from 'react';
import { notifyFault } from '../../components/notify.tsx';
import type { Workbench } from '../../rpc/client.ts';
import { pageRows, pagesAhead, pagesOf, pagesToDrop } from './pages.ts';

export type Row = readonly (string | null)[];

interface Held {
  readonly first: number;
  readonly rows: readonly Row[];
}

/**
 * The rows to show from `first` on. While some of them are still on their way, those that were shown stay: the table
 * is never blank.
 */
export function useRows(
  workbench: Workbench,
  place: { readonly project: string; readonly dataset: string },
  total: number,
  first: number,
  count: number,
): Held {
  const { project, dataset } = place;
  const pages = useRef(new Map<number, readonly Row[]>());
  const asked = useRef(new Set<number>());
  const [shown, setShown] = useState<Held>({ first: 0, rows: [] });
  const [arrived, setArrived] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another table begins with no pages.
  useEffect(() => {
    pages.current.clear();
    asked.current.clear();
    setArrived((before) => before + 1);
  }, [project, dataset]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `arrived` looks again when a page has come.
  useEffect(() => {
    const needed = pagesOf(first, count, total);
    const fetchPage = (page: number) => {
      if (pages.current.has(page) || asked.current.has(page)) return;
      asked.current.add(page);
      workbench.datasets
        .rows({ project, dataset, offset: page * pageRows, count: pageRows })
        .then(({ rows }) => {
          if (!asked.current.delete(page)) return;
          pages.current.set(page, rows);
          setArrived((before) => before + 1);
        })
        .catch((error: unknown) => {
          asked.current.delete(page);
          notifyFault(error);
        });
    };
    for (const page of needed) fetchPage(page);
    if (!needed.every((page) => pages.current.has(page))) return;
    const all = needed.flatMap((page) => pages.current.get(page) ?? []);
    const from = first - (needed[0] ?? 0) * pageRows;
    setShown({ first, rows: all.slice(from, from + count) });
    for (const page of pagesAhead(needed, total)) fetchPage(page);
    for (const page of pagesToDrop([...pages.current.keys()], needed)) pages.current.delete(page);
  }, [workbench, project, dataset, total, first, count, arrived]);

  return shown;
}
